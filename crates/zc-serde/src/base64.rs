//! Bytes as base64 text, for `#[serde(with = "zc_serde::base64")]`.
//!
//! ```
//! use std::borrow::Cow;
//!
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize)]
//! struct Packet<'a> {
//!     #[serde(borrow, with = "zc_serde::base64")]
//!     payload: Cow<'a, [u8]>,
//! }
//!
//! let packet = Packet { payload: Cow::Borrowed(b"zero copy") };
//! let json = serde_json::to_string(&packet)?;
//! assert_eq!(json, r#"{"payload":"emVybyBjb3B5"}"#);
//! let packet: Packet = zc_serde::from_slice(json.as_bytes())?;
//! assert_eq!(*packet.payload, *b"zero copy");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It is the alphabet of RFC 4648, section 4, with its padding. Reading is strict: no line ends,
//! no missing padding, nothing after it, and no other spelling of the same bytes.
//!
//! Formats that nobody reads, such as `MessagePack` and postcard, hold the bytes as they are; a
//! `Cow` borrows them where the format lends them.
//!
//! The field may be anything that is made from a `Cow<[u8]>`: a `Vec<u8>`, a `Box<[u8]>`, an
//! `Arc<[u8]>`. A `Cow` needs `borrow` beside `with`; without it the struct does not compile:
//!
//! ```compile_fail
//! # use std::borrow::Cow;
//! #[derive(serde::Deserialize)]
//! struct Packet<'a> {
//!     #[serde(with = "zc_serde::base64")]
//!     payload: Cow<'a, [u8]>,
//! }
//! ```

use std::borrow::Cow;

use data_encoding::BASE64;
use serde::{Deserializer, Serializer};

use crate::text_bytes::Spelling;

static SPELLING: Spelling = Spelling {
    name: "base64",
    encoding: &BASE64,
    symbols: "a letter, a digit, `+` or `/`, or `=` at the end",
    lengths: "a multiple of 4, filled up with `=`",
};

/// Writes `bytes` as base64 text, or as bytes in a format that nobody reads.
///
/// ```
/// let mut json = Vec::new();
/// zc_serde::base64::serialize(b"\0\xff", &mut serde_json::Serializer::new(&mut json))?;
/// assert_eq!(json, br#""AP8=""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
///
/// What the serializer returns.
///
/// # Copies
///
/// In text each three bytes become four symbols, a block at a time; JSON needs no buffer for all
/// of it. That counts as `encode`.
pub fn serialize<S: Serializer>(
    bytes: &(impl AsRef<[u8]> + ?Sized),
    serializer: S,
) -> Result<S::Ok, S::Error> {
    SPELLING.serialize(bytes.as_ref(), serializer)
}

/// Reads base64 text, or bytes in a format that nobody reads.
///
/// ```
/// let read = |json| -> Result<Vec<u8>, _> {
///     zc_serde::base64::deserialize(&mut serde_json::Deserializer::from_str(json))
/// };
/// assert_eq!(read(r#""AP8=""#)?, b"\0\xff");
/// assert!(read(r#""AP8""#).is_err(), "its padding is missing");
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
///
/// What the deserializer returns, or which byte of the text is wrong, and what was expected there.
///
/// # Copies
///
/// Text always: it is decoded into a buffer of its own, so that a `Cow` is [`Cow::Owned`], and
/// counts as `decode`. Bytes that the format lends are borrowed by a `Cow` and copied by the
/// types that own; bytes that it does not lend are copied.
pub fn deserialize<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: From<Cow<'de, [u8]>>,
{
    SPELLING.deserialize(deserializer)
}
