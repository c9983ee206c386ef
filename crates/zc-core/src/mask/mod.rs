//! Structure first: one vector pass tells where the stop bytes are, and grammars walk the bits.
//!
//! A grammar names a few [`StopSet`]s and is written against a [`Scanner`], which needs only one
//! thing from below: the next stop of a set at or after an offset ([`Find`]). Two back ends
//! answer that: [`Slice`] searches the bytes themselves, for one record at hand, and [`Masks`]
//! reads bits that a [`MaskBuffer`] has laid out for a whole window of records.
//!
//! ```text
//! bytes   G E T   /   H T T P \n P U T   /
//! spaces  0 0 0 1 0 1 0 0 0 0  1 0 0 0 1 0     the set " \n": one bit a byte
//! ```
//!
//! ```
//! use zc_core::mask::{Find, MaskBuffer, Scanner, Slice, StopSet};
//! use zc_core::Mismatch;
//!
//! const SPACE: usize = 0;
//! const STOPS: &[StopSet] = &[StopSet::of(b" \n")];
//!
//! fn words<'i, F: Find>(line: &mut Scanner<'i, F>) -> Result<(&'i [u8], &'i [u8]), Mismatch> {
//!     Ok((line.until(SPACE, b' ')?, line.run(SPACE)))
//! }
//!
//! let line = b"GET /index.html\n";
//! let on_bytes = words(&mut Scanner::new(line, Slice::new(STOPS)))?;
//! let mut masks = MaskBuffer::new();
//! let on_masks = words(&mut Scanner::new(line, masks.scan(STOPS, line, line.len())))?;
//! assert_eq!(on_bytes, (&b"GET"[..], &b"/index.html"[..]));
//! assert_eq!(on_masks, on_bytes);
//! # Ok::<(), Mismatch>(())
//! ```

mod buffer;
mod count_byte;
mod counts;
mod each;
mod find;
mod kernel;
mod prefetch;
mod scanner;
mod set;

pub use buffer::MaskBuffer;
pub use count_byte::count_byte;
pub use counts::{CountedPart, Counter, Counts};
pub use each::{for_each_line, for_each_stop};
pub use find::{Find, Masks, Slice};
pub use kernel::Level;
pub use prefetch::prefetch;
pub use scanner::Scanner;
pub use set::StopSet;
