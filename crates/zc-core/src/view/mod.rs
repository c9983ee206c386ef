//! Typed views of bytes, each checked once: records, runs of records, a header and its payload.
//!
//! A view is a reference into the bytes, as another type. Nothing is parsed when it is made and
//! nothing is copied; a field is read when it is asked for. The types are the user's, with
//! [`zerocopy`]'s derives: `#[repr(C)]`, and integers that have a byte order and no alignment, such
//! as `U32<LE>`, so that a view may begin at any address.
//!
//! ```
//! use zc_core::view::records;
//! use zc_core::view::zerocopy::{
//!     FromBytes, Immutable, KnownLayout, Unaligned,
//!     little_endian::{U16, U64},
//! };
//!
//! #[derive(FromBytes, Immutable, KnownLayout, Unaligned)]
//! #[zerocopy(crate = "zc_core::view::zerocopy")]
//! #[repr(C)]
//! struct Trade {
//!     price: U64,
//!     count: U16,
//! }
//!
//! let input = b"\x05\0\0\0\0\0\0\0\x01\0\x07\0\0\0\0\0\0\0\x02\0";
//! let trades = records::<Trade>(input)?;
//! assert_eq!(trades.len(), 2);
//! assert_eq!(trades[1].price.get() * u64::from(trades[1].count.get()), 14);
//!
//! let error = records::<Trade>(&input[..19]).err().unwrap();
//! assert_eq!(error.to_string(), "expected records of 10 bytes, found 9 bytes of one at byte 10");
//! # Ok::<(), zc_core::view::ViewError>(())
//! ```
//!
//! A type with an alignment would make the same code work at one address and fail at another, so
//! it does not compile:
//!
//! ```compile_fail,E0277
//! # use zc_core::view::view;
//! let number: Result<&u32, _> = view(&[0; 8], 4);
//! ```
//!
//! Neither does one of which not every pattern of bits is a value: read the byte, and match.
//!
//! ```compile_fail,E0277
//! # use zc_core::view::view;
//! let truth: Result<&bool, _> = view(&[2], 0);
//! ```
//!
//! Nor does a view that outlives its bytes:
//!
//! ```compile_fail,E0597
//! # use zc_core::view::view;
//! let number: &[u8; 4];
//! {
//!     let bytes = vec![0; 4];
//!     number = view(&bytes, 0).unwrap();
//! }
//! assert_eq!(number[0], 0);
//! ```

mod error;
mod fixed;
mod payload;

pub use error::{ViewError, ViewErrorKind};
pub use fixed::{Record, records, records_with_rest, view, view_with_rest};
pub use payload::{Header, with_payload};
pub use zerocopy;
