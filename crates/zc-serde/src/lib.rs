//! Borrowed JSON and NDJSON through serde that does not copy silently.
//!
//! ```
//! use serde::Deserialize;
//! use zc_serde::Text;
//!
//! #[derive(Deserialize)]
//! struct Event<'a> {
//!     #[serde(borrow)]
//!     name: Text<'a>,
//!     #[serde(borrow)]
//!     tags: Vec<Text<'a>>,
//! }
//!
//! let json = br#"{"name":"start","tags":["cold","caf\u00e9"]}"#;
//! let event: Event = zc_serde::from_slice(json)?;
//! zc_core::assert_borrows!(&json[..], event.name, event.tags[0]);
//! assert_eq!(event.tags[1], "café");
//! assert!(!event.tags[1].is_borrowed());
//! # Ok::<(), zc_serde::Error>(())
//! ```
//!
//! What is JSON and what is not is decided by `serde_json` alone: this crate accepts what it
//! accepts and refuses what it refuses. It adds where: every [`Error`] has a
//! [`Position`](zc_core::Position) in the whole input.
//!
//! **When:** records are read and let go while their buffer is there, or are shared with other threads
//! as parts of it. **When not:** values outlive the buffer one by one, or nearly every string has
//! escapes: own them, as `serde_json` does by itself.
//!
//! | item | what it is | copies |
//! | --- | --- | --- |
//! | [`from_slice`] | a value of JSON, with the place of a mistake | what its fields copy |
//! | [`Text`] | a string field that borrows or does not compile | strings with escapes |
//! | [`Raw`], [`members`] | values that are parsed later, and objects of unknown fields | never; keys with escapes |
//! | [`ndjson`] | a record a line, of slices, windows or several threads | what its fields copy |
//! | [`fields`] | a few fields of each line, found without building anything | values with escapes, when asked for |
//! | [`shared`] | fields that are counted slices of the input, without a lifetime | strings with escapes, and what a format lends from a buffer of its own |
//! | [`audit`](mod@audit), [`assert_zero_copy!`] | which fields of a value borrow | never |
//! | [`ZeroCopyBuffer`] | bytes that are read by borrowing alone | never; as JSON each byte is encoded |
//! | [`json`], `msgpack` | values written into ropes | what is short, and what lies in no source |
//! | `base64`, `hex` | bytes as text in JSON | all, both ways |
//!
//! # Features
//!
//! | feature | what it adds | brings |
//! | --- | --- | --- |
//! | `msgpack` | the module `msgpack`, which writes into ropes | `rmp-serde` |
//! | `text-bytes` | the modules `base64` and `hex` | `data-encoding` |
//!
//! **Invariant:** this crate knows nothing of files, sockets or grammars; it never asks for more
//! input, and has no `unsafe`.

#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod audit;
#[cfg(feature = "text-bytes")]
pub mod base64;
mod encode;
mod error;
pub mod fields;
mod from_slice;
#[cfg(feature = "text-bytes")]
pub mod hex;
pub mod json;
mod locate;
pub mod members;
#[cfg(feature = "msgpack")]
pub mod msgpack;
pub mod ndjson;
mod raw;
pub mod shared;
mod text;
#[cfg(feature = "text-bytes")]
mod text_bytes;
mod zero_copy_buffer;

pub use encode::EncodeError;
pub use error::{Error, ErrorKind};
pub use from_slice::from_slice;
pub use raw::Raw;
pub use text::Text;
pub use zero_copy_buffer::ZeroCopyBuffer;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
