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
//! **When:** files of any size, pipes and what is no file are read in bounded memory, or bytes go from
//! one descriptor to another. **When not:** a file of a few kilobytes is read once: [`std::fs::read`]
//! is as fast.
//!
//! | item | what it is | copies |
//! | --- | --- | --- |
//! | [`Input`], [`Records`] | windows of a file, a pipe, `/proc` | each byte once; none of a map |
//! | [`chunks`] | parts of bytes or of a file for several threads | never; as [`Input`] |
//! | [`MappedFile`] | a file as one slice, for a caller who vouches for it, or a sealed memfd | never |
//! | [`Guarded`] | the same, and a truncation is an error rather than a signal | never |
//! | `KernelMap` | a map that only the kernel looks into, to be sent | each byte once, by the kernel |
//! | [`Output`] | one buffer in front of a sink | what is formatted, and once to the sink |
//! | `transfer` | bytes between two descriptors, by the kernel where it can | never; twice by reads and writes |
//! | `residency`, `direct` | what of a file is in the page cache, and reading around it | as their pages say |
//! | [`guard`] | the handler behind [`Guarded`] | – |
//!
//! It has no features. `residency`, `direct` and `socket` are for Linux, `KernelMap` and `transfer` for Unix.
//!
//! **Invariant:** this crate knows nothing of grammars, serde or async; `unsafe` is in its
//! modules `map`, `guard` and `sys` alone, and no safe function lends bytes that another process
//! can change.

#![deny(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod buffer;
pub mod chunks;
#[cfg(target_os = "linux")]
pub mod direct;
pub mod guard;
mod input;
mod map;
mod output;
#[cfg(target_os = "linux")]
pub mod probe;
mod refill;
#[cfg(target_os = "linux")]
pub mod residency;
#[cfg(target_os = "linux")]
pub mod socket;
#[cfg(target_os = "linux")]
mod sys;
#[cfg(unix)]
pub mod transfer;
#[cfg(all(unix, not(target_vendor = "apple")))]
mod vectored;

pub use input::{
    Input, InputKind, InputOptions, MAP_FROM, MAP_UP_TO, Records, RecordsError, Verifier, Via,
    WINDOW_LEN, Whole, Window,
};
#[cfg(unix)]
pub use map::KernelMap;
pub use map::{Guarded, MappedFile, Stable, Truncated};
pub use output::Output;
#[cfg(all(unix, not(target_vendor = "apple")))]
pub use vectored::write_all_vectored_at;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
