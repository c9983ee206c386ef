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
//! **Invariant:** this crate knows nothing of files, sockets, nom or serde; it allocates nothing
//! but the masks and what a rope holds, and has no `unsafe`.

#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "mask")]
extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

mod caret;
mod copies;
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
