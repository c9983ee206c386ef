//! [`Rope`] and [`RopeWriter`]: output as a list of references to `Bytes`.
//!
//! A message whose payload came in as [`Bytes`] need not be copied to go out again: a
//! [`RopeWriter`] is an [`io::Write`](std::io::Write) that knows its sources, *references* what is
//! written to it where that lies in one of them, and copies the rest, which is small, side by side
//! into a scratch. What comes out is a [`Rope`], for one vectored write.
//!
//! ```
//! use bytes::Bytes;
//! use std::io::Write;
//! use zc_core::rope::RopeWriter;
//!
//! let request = Bytes::from([&b"SET "[..], &[b'x'; 100_000]].concat());
//! let mut writer = RopeWriter::new([request.clone()]);
//! writer.write_all(b"100000\n")?;
//! writer.write_all(&request[4..])?; // lies in a source: one more reference to it
//! writer.write_all(b"\n")?;
//! assert_eq!((writer.copies().encode, writer.referenced()), (8, 100_000));
//!
//! let reply = writer.finish();
//! zc_core::assert_borrows!(request, reply.segments().nth(1).unwrap());
//!
//! let mut sink = Vec::new();
//! reply.write_to(&mut sink)?;
//! assert_eq!(reply, sink[..]);
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # What is referenced
//!
//! Whatever a serializer hands to `write_all` unchanged. One that collects its output before it
//! writes, and one that turns bytes into digits, leaves nothing to reference; the answer is then
//! right, and copied. `tests/rope_formats.rs` of zc-serde holds this table:
//!
//! | written by | a long string | a long byte field |
//! | --- | --- | --- |
//! | `serde_json` | referenced, between what must be escaped; raw values, whole | copied: digits |
//! | `simd-json` | referenced, between what must be escaped | copied: digits |
//! | `rmp-serde`, `ciborium`, `cbor4ii`, `postcard` (`to_io`), `bincode` (1) | referenced | referenced |
//! | `serde-saphyr` (YAML) | referenced, if it needs no quotes | |
//! | `sonic-rs`, `ron`, `quick-xml`, `csv` | copied: they have a buffer of their own | |
//!
//! A format that must look for bytes to escape reads the string, and so gains less than one that
//! writes a length and hands the string over.
//!
//! A rope keeps alive what it references. A small segment of a large buffer holds all of that
//! buffer: what is to stay for long is better copied.

pub mod aligned;
mod list;
mod queue;
mod scratch;
mod sources;
mod writer;

pub use list::Rope;
pub use writer::RopeWriter;

#[cfg(doc)]
use bytes::Bytes;
