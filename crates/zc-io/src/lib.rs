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
    WINDOW_LEN, Window,
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
