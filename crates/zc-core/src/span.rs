//! [`Span`]: where a slice lies inside its source, in 8 bytes and without a lifetime.

use core::ops::Range;

/// An offset and a length, in bytes, inside a source of at most 4 GiB.
///
/// A span outlives the borrow it was made from; [`get`](Self::get) turns it back into a slice of
/// the same source, or of a copy of it.
///
/// ```
/// use zc_core::Span;
///
/// let span = Span::new(4, 5);
/// assert_eq!(span.get(b"GET /path"), Some(&b"/path"[..]));
/// assert_eq!(span.get(b"short"), None);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Where the slice begins, in bytes from the beginning of the source.
    pub offset: u32,
    /// How long the slice is, in bytes.
    pub len: u32,
}

impl Span {
    /// The span of `len` bytes at `offset`.
    #[must_use]
    pub const fn new(offset: u32, len: u32) -> Self {
        Self { offset, len }
    }

    /// The same as a range of indices.
    ///
    /// ```
    /// let span = zc_core::Span::new(4, 5);
    /// assert_eq!(&b"GET /path"[span.range()], b"/path");
    /// ```
    #[must_use]
    pub const fn range(self) -> Range<usize> {
        self.offset as usize..self.offset as usize + self.len as usize
    }

    /// The bytes of `source` that the span names, or `None` where `source` is too short.
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub fn get(self, source: &[u8]) -> Option<&[u8]> {
        source.get(self.range())
    }
}
