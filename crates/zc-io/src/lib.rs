//! Files as borrowed bytes: mapped or read into reused windows, with the copies counted.
//!
//! ```
//! use zc_core::SliceExt;
//! use zc_io::Input;
//!
//! # fn main() -> std::io::Result<()> {
//! # let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
//! let mut input = Input::open(manifest)?;
//! let mut lines = 0;
//! loop {
//!     let window = input.window()?;
//!     lines += window.bytes.count_byte(b'\n');
//!     let (len, is_last) = (window.bytes.len(), window.is_last);
//!     input.advance(len);
//!     if is_last {
//!         break;
//!     }
//! }
//! assert!(lines > 10);
//! assert_eq!(input.copies().read, std::fs::metadata(manifest)?.len());
//! # Ok(())
//! # }
//! ```
//!
//! **Invariant:** this crate knows nothing of grammars, serde or async; `unsafe` is in [`map`]
//! alone, and no safe function lends bytes that another process can change.

#![deny(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod chunks;
pub mod direct;
mod input;
pub mod map;
mod output;
mod refill;
pub mod residency;
pub mod transfer;
pub mod vectored;

pub use input::{Input, InputKind, WINDOW_LEN, Window};
pub use map::{MappedFile, Stable};
pub use output::Output;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
