//! Slices that know where they came from, a ledger of copies, and stop-byte masks.
//!
//! ```
//! use zc_core::{Copies, SliceExt, assert_borrows};
//!
//! let line = b"GET /index.html";
//! let (method, path) = line.split_once_byte(b' ').unwrap();
//! assert_borrows!(&line[..], method, path);
//! assert_eq!(Copies::default().total(), 0);
//! ```
//!
//! **When:** you cut text or bytes and want tests that prove that nothing was copied; you write a
//! grammar that should run at the speed of vector instructions without any `unsafe`. **When not:**
//! you only search for a byte: take [memchr](https://docs.rs/memchr), on which this stands.
//!
//! | item | what it is | copies |
//! | --- | --- | --- |
//! | [`Copies`] | the ledger: bytes copied, by stage | – |
//! | [`Source`], [`Span`] | where a slice lies inside a buffer, by address | never |
//! | [`assert_borrows!`] | a test that fails when something was copied | never |
//! | [`Tally`] | how many fields were borrowed, copied or converted | – |
//! | [`SliceExt`], [`mod@text`], [`Cursor`] | cutting slices and text | never |
//! | [`Framer`] | whether a whole record has arrived | never |
//! | [`Position`], [`Caret`], [`Mismatch`] | places and mistakes, for people | never |
//! | [`pitfalls`] | what the compiler says to each mistake with borrowed bytes | – |
//! | `mask` | stop sets, masks, and the scanner that grammars are written against | at most 63 bytes a window |
//! | `rope` | output that references large parts of what came in | what is short, and what lies in no source |
//! | `view` | bytes as types of yours, checked once | never |
//!
//! # Features
//!
//! | feature | what it adds | brings |
//! | --- | --- | --- |
//! | `std` (default) | run-time detection of vector instructions, vectored writes, ordered threads | |
//! | `mask` | the module `mask` | `fearless_simd` |
//! | `rope` | the module `rope`, with `std` | `bytes` |
//! | `view` | the module `view` | `zerocopy` |
//!
//! **Invariant:** this crate knows nothing of files, sockets, nom or serde; it allocates nothing
//! but the masks, what a rope holds and the keys of counts, and has `unsafe` for one hint
//! of the masks to the processor alone.

#![no_std]
#![deny(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "mask")]
extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

mod caret;
mod copies;
#[cfg(feature = "std")]
mod counts;
mod cursor;
mod framer;
#[cfg(feature = "mask")]
pub mod mask;
mod mismatch;
#[cfg(feature = "std")]
mod ordered;
pub mod pitfalls;
mod position;
#[cfg(feature = "rope")]
pub mod rope;
mod slice;
mod source;
mod span;
mod tally;
pub mod text;
#[cfg(feature = "std")]
pub mod vectored;
#[cfg(feature = "view")]
pub mod view;

pub use caret::Caret;
pub use copies::Copies;
#[cfg(feature = "std")]
pub use counts::Counts;
pub use cursor::{Cursor, Incomplete};
pub use framer::{Frame, FrameError, Framer};
pub use mismatch::{Expected, Found, Mismatch};
#[cfg(feature = "std")]
pub use ordered::for_each_ordered;
pub use position::Position;
pub use slice::{Lines, SliceExt};
pub use source::Source;
pub use span::Span;
pub use tally::Tally;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
