//! A value as MessagePack in a [`Rope`], which references the long strings and byte fields that lie
//! in given buffers.
//!
//! MessagePack holds strings and bytes as they are behind their length, so that a message whose
//! payload came in with another one is written without looking at it. Read the message by
//! [`with_shared`](crate::shared::with_shared) into fields of
//! [`SharedBytes`](crate::shared::SharedBytes), and they lie where the writer finds them:
//!
//! ```
//! use bytes::Bytes;
//! use serde::{Deserialize, Serialize};
//! use zc_serde::msgpack;
//! use zc_serde::shared::{SharedBytes, with_shared};
//!
//! #[derive(Serialize, Deserialize)]
//! struct Message {
//!     hops: u32,
//!     payload: SharedBytes,
//! }
//!
//! let message = Message { hops: 1, payload: vec![7; 1 << 20].into() };
//! let input = Bytes::from(rmp_serde::to_vec(&message)?);
//!
//! let read = with_shared(input.clone(), |bytes| rmp_serde::from_slice(bytes));
//! let mut message: Message = read.value?;
//! message.hops += 1;
//! let rope = msgpack::to_rope(&message, &[input.clone()])?;
//! assert_eq!(rope, rmp_serde::to_vec(&message)?[..]);
//! zc_core::assert_borrows!(input, rope.segments().nth(1).unwrap());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A `Vec<u8>` or `&[u8]` without an attribute is an array of numbers to serde, and a struct with
//! `#[serde(flatten)]` has no length before it is written: `rmp-serde` collects it first. In both
//! nothing is left to reference; the message is right, and copied.

use bytes::Bytes;
use serde::Serialize;
use zc_core::rope::{Rope, RopeWriter};

use crate::EncodeError;
use crate::encode::finish;

/// Writes `value` as `rmp_serde::to_vec` does, structs as arrays, into a rope.
///
/// ```
/// use bytes::Bytes;
/// use zc_serde::msgpack;
/// use zc_serde::shared::SharedBytes;
///
/// let payload = Bytes::from(vec![7; 1 << 20]);
/// let message = (1_u8, SharedBytes::from(payload.clone()));
/// let rope = msgpack::to_rope(&message, &[payload.clone()])?;
/// assert_eq!(rope.segments().map(Bytes::len).collect::<Vec<_>>(), [7, 1 << 20]);
/// zc_core::assert_borrows!(payload, rope.segments().nth(1).unwrap());
/// # Ok::<(), zc_serde::EncodeError>(())
/// ```
///
/// # Errors
///
/// [`EncodeError`] if the value nests deeper than the 1024 levels of `rmp-serde`, or if its own
/// `Serialize` refuses.
///
/// # Copies
///
/// Everything but the strings and byte fields that lie in one of `sources` and have at least
/// [`RopeWriter::DEFAULT_THRESHOLD`] bytes. Those are not looked at either.
pub fn to_rope<T>(value: &T, sources: &[Bytes]) -> Result<Rope, EncodeError>
where
    T: Serialize + ?Sized,
{
    to_rope_with(value, &mut RopeWriter::new(sources.iter().cloned()))
}

/// The same by a `writer` that is used for many messages, has its own threshold, and counts.
///
/// The rope begins with what was written to `writer` before. After an error nothing of that, nor of
/// `value`, is left in it.
///
/// ```
/// use bytes::Bytes;
/// use zc_core::rope::RopeWriter;
/// use zc_serde::msgpack;
/// use zc_serde::shared::SharedBytes;
///
/// let payload = Bytes::from(vec![7; 1 << 20]);
/// let field = SharedBytes::from(payload.clone());
/// let mut writer = RopeWriter::new([payload]);
/// for id in 0..3 {
///     msgpack::to_rope_with(&(id, &field), &mut writer)?;
/// }
/// assert_eq!((writer.referenced(), writer.copies().encode), (3 << 20, 3 * 7));
/// # Ok::<(), zc_serde::EncodeError>(())
/// ```
///
/// # Errors
///
/// As [`to_rope`].
///
/// # Copies
///
/// As [`to_rope`], with the sources and the threshold of `writer`;
/// [`RopeWriter::copies`] tells how much.
pub fn to_rope_with<T>(value: &T, writer: &mut RopeWriter) -> Result<Rope, EncodeError>
where
    T: Serialize + ?Sized,
{
    let written = rmp_serde::encode::write(writer, value);
    finish(writer, written)
}

/// [`to_rope`] as `rmp_serde::to_vec_named` does: structs as maps, with the names of their fields.
///
/// ```
/// use serde::Serialize;
/// use zc_serde::msgpack;
///
/// #[derive(Serialize)]
/// struct Point {
///     x: i8,
/// }
///
/// assert_eq!(msgpack::to_rope_named(&Point { x: 7 }, &[])?, b"\x81\xa1x\x07");
/// assert_eq!(msgpack::to_rope(&Point { x: 7 }, &[])?, b"\x91\x07");
/// # Ok::<(), zc_serde::EncodeError>(())
/// ```
///
/// # Errors
///
/// As [`to_rope`].
///
/// # Copies
///
/// As [`to_rope`].
pub fn to_rope_named<T>(value: &T, sources: &[Bytes]) -> Result<Rope, EncodeError>
where
    T: Serialize + ?Sized,
{
    to_rope_named_with(value, &mut RopeWriter::new(sources.iter().cloned()))
}

/// [`to_rope_with`] as `rmp_serde::to_vec_named` does.
///
/// ```
/// use std::collections::BTreeMap;
/// use std::io::Write;
/// use zc_core::rope::RopeWriter;
/// use zc_serde::msgpack;
///
/// let mut writer = RopeWriter::new([]);
/// writer.write_all(b"head ")?;
/// let rope = msgpack::to_rope_named_with(&BTreeMap::from([("x", 7)]), &mut writer)?;
/// assert_eq!(rope, b"head \x81\xa1x\x07");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// As [`to_rope`].
///
/// # Copies
///
/// As [`to_rope_with`].
pub fn to_rope_named_with<T>(value: &T, writer: &mut RopeWriter) -> Result<Rope, EncodeError>
where
    T: Serialize + ?Sized,
{
    let written = rmp_serde::encode::write_named(writer, value);
    finish(writer, written)
}
