//! [`Cursor`]: a place in a slice that hands out borrowed parts as it moves.

use core::fmt;

use crate::SliceExt;

/// The input ended before what was asked for; how many more bytes are needed, at the least.
///
/// ```
/// use zc_core::{Cursor, Incomplete};
///
/// let mut cursor = Cursor::new(b"abc");
/// assert_eq!(cursor.take(5), Err(Incomplete { needed: 2 }));
/// assert_eq!(cursor.remaining(), 3, "a call that fails takes nothing");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Incomplete {
    /// Bytes that are missing: at least this many, and never 0.
    pub needed: usize,
}

impl fmt::Display for Incomplete {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the input ends {} bytes early", self.needed)
    }
}

impl core::error::Error for Incomplete {}

/// A slice and a place in it.
///
/// What it hands out borrows from the input, not from the cursor. A call that fails leaves the
/// cursor where it was.
///
/// ```
/// use zc_core::Cursor;
///
/// let mut cursor = Cursor::new(b"\x00\x05helloGET /");
/// let len = u16::from_be_bytes(*cursor.take_array()?);
/// assert_eq!(cursor.take(len.into())?, b"hello");
/// assert_eq!(cursor.take_until(b' '), Some(&b"GET"[..]));
/// assert_eq!(cursor.chunk(), b"/");
/// # Ok::<(), zc_core::Incomplete>(())
/// ```
#[derive(Debug, Clone)]
pub struct Cursor<'i> {
    input: &'i [u8],
    offset: usize,
}

impl<'i> Cursor<'i> {
    /// A cursor at the beginning of `input`.
    #[must_use]
    pub const fn new(input: &'i [u8]) -> Self {
        Self { input, offset: 0 }
    }

    /// Bytes before the cursor.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// Bytes after the cursor.
    #[must_use]
    pub const fn remaining(&self) -> usize {
        self.input.len() - self.offset
    }

    /// What lies after the cursor.
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub fn chunk(&self) -> &'i [u8] {
        &self.input[self.offset..]
    }

    /// Moves past the next `count` bytes and returns them.
    ///
    /// # Errors
    ///
    /// [`Incomplete`] if fewer remain.
    ///
    /// # Copies
    ///
    /// Never.
    pub fn take(&mut self, count: usize) -> Result<&'i [u8], Incomplete> {
        let chunk = self.chunk();
        let taken = chunk.get(..count).ok_or_else(|| Incomplete { needed: count - chunk.len() })?;
        self.offset += count;
        Ok(taken)
    }

    /// Moves past the next `N` bytes and returns them as an array.
    ///
    /// # Errors
    ///
    /// [`Incomplete`] if fewer remain.
    ///
    /// # Copies
    ///
    /// Never.
    pub fn take_array<const N: usize>(&mut self) -> Result<&'i [u8; N], Incomplete> {
        let chunk = self.chunk();
        let taken = chunk.first_chunk().ok_or_else(|| Incomplete { needed: N - chunk.len() })?;
        self.offset += N;
        Ok(taken)
    }

    /// Moves past the first `needle` and returns what lay before it; `None` if there is none.
    ///
    /// # Copies
    ///
    /// Never.
    pub fn take_until(&mut self, needle: u8) -> Option<&'i [u8]> {
        let (before, _) = self.chunk().split_once_byte(needle)?;
        self.offset += before.len() + 1;
        Some(before)
    }

    /// Moves past the next byte if it is `byte`; says whether it was.
    ///
    /// ```
    /// let mut cursor = zc_core::Cursor::new(b"$5");
    /// assert!(!cursor.eat(b'*') && cursor.eat(b'$'));
    /// assert_eq!(cursor.chunk(), b"5");
    /// ```
    pub fn eat(&mut self, byte: u8) -> bool {
        let is_next = self.chunk().first() == Some(&byte);
        self.offset += usize::from(is_next);
        is_next
    }
}

#[cfg(test)]
mod tests {
    use super::{Cursor, Incomplete};

    #[test]
    fn what_is_taken_borrows_from_the_input() {
        let input = b"ab cd";
        let mut cursor = Cursor::new(input);
        let word = cursor.take_until(b' ').unwrap();
        let letter = cursor.take(1).unwrap();
        crate::assert_borrows!(&input[..], word, letter, cursor.chunk());
        assert_eq!((word, letter, cursor.chunk()), (&b"ab"[..], &b"c"[..], &b"d"[..]));
    }

    #[test]
    fn a_short_input_says_how_much_is_missing_and_the_cursor_stays() {
        let mut cursor = Cursor::new(b"abc");
        assert_eq!(cursor.take(5), Err(Incomplete { needed: 2 }));
        assert_eq!(cursor.take_array::<8>(), Err(Incomplete { needed: 5 }));
        assert_eq!(cursor.take_until(b'x'), None);
        assert!(!cursor.eat(b'x'));
        assert_eq!((cursor.offset(), cursor.remaining()), (0, 3));
    }
}
