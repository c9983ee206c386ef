//! Parts of many whole records each, for several threads, with the order kept.
//!
//! What is in memory is [`split`]; what is in a file is divided by [`FileChunks`] and read, part
//! by part, by a [`ChunkReader`] of each thread. [`for_each_ordered`](zc_core::for_each_ordered) has threads work on either
//! and hands on their results in the order of the parts, so that the outcome is the same for any
//! number of threads.
//!
//! ```
//! use std::num::NonZero;
//! use zc_core::SliceExt;
//! use zc_io::chunks;
//!
//! let log = b"GET /\nPUT /new\nGET /old\nGET /\n";
//! let mut paths = Vec::new();
//! zc_core::for_each_ordered(
//!     chunks::split(log, b'\n', NonZero::new(8).expect("8 is not 0")),
//!     NonZero::new(2).expect("2 is not 0"),
//!     || |chunk: &'static [u8]| Ok::<_, ()>(chunk.lines().map(|line| &line[4..]).collect()),
//!     |lines: Vec<_>| {
//!         paths.extend(lines);
//!         Ok(())
//!     },
//! )
//! .expect("neither closure fails");
//! assert_eq!(paths, [&b"/"[..], b"/new", b"/old", b"/"]);
//! ```

#[cfg(unix)]
mod file;

use std::iter::FusedIterator;
use std::num::NonZero;

use zc_core::SliceExt;

#[cfg(unix)]
pub use self::file::{ChunkReader, FileChunks};

/// Divides `bytes` into parts of at least `len` bytes, each of which ends behind a delimiter.
///
/// Only the last may be shorter, or lack its delimiter. Every byte is in one part; a record that
/// is longer than `len` makes its part longer. For a given number of parts, take as `len` the
/// length of all divided by that number, rounded up.
///
/// ```
/// use std::num::NonZero;
/// use zc_io::chunks::split;
///
/// let input = b"one\ntwo\nthree\n";
/// let parts: Vec<_> = split(input, b'\n', NonZero::new(5).expect("5 is not 0")).collect();
/// assert_eq!(parts, [&b"one\ntwo\n"[..], b"three\n"]);
/// zc_core::assert_borrows!(input, parts[0], parts[1]);
/// ```
///
/// # Copies
///
/// Never.
pub fn split(bytes: &[u8], delimiter: u8, len: NonZero<usize>) -> Split<'_> {
    Split { rest: bytes, delimiter, len, most: usize::MAX }
}

/// The iterator that [`split`] returns.
#[derive(Debug, Clone)]
#[must_use = "nothing is divided before the parts are asked for"]
pub struct Split<'a> {
    rest: &'a [u8],
    delimiter: u8,
    len: NonZero<usize>,
    most: usize,
}

impl Split<'_> {
    /// The same parts, of which none gets longer than `most` bytes: one that would ends without a
    /// delimiter, where it is long enough. So no part is looked at for long beforehand.
    ///
    /// ```
    /// use std::num::NonZero;
    /// use zc_io::chunks::split;
    ///
    /// let parts = split(b"a\nlong\nb\n", b'\n', NonZero::new(3).expect("3 is not 0"));
    /// assert!(parts.clone().eq([&b"a\nlong\n"[..], b"b\n"]));
    /// assert!(parts.with_most(4).eq([&b"a\nl"[..], b"ong\n", b"b\n"]));
    /// ```
    pub const fn with_most(mut self, most: usize) -> Self {
        self.most = most;
        self
    }
}

impl<'a> Iterator for Split<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        // A delimiter may be the last of the bytes that make the part long enough.
        let least = self.len.get() - 1;
        let most = self.rest.len().min(self.most.max(self.len.get()));
        let behind = self.rest[..most].get(least..).and_then(|rest| rest.find_byte(self.delimiter));
        let end = match behind {
            Some(at) => least + at + 1,
            None if most < self.rest.len() => self.len.get(),
            None => self.rest.len(),
        };
        let (chunk, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(chunk)
    }
}

impl FusedIterator for Split<'_> {}
