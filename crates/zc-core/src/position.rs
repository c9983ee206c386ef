//! [`Position`]: a place in an input, as programs and as people count it.

use core::fmt;

use crate::SliceExt;

/// A place in an input: the byte offset from 0, and the line and column from 1.
///
/// Lines end after `\n`. Columns count bytes, as `grep --column` does.
///
/// ```
/// use zc_core::Position;
///
/// let at = Position::START.after(b"first\nsec");
/// assert_eq!((at.offset, at.line, at.column), (9, 2, 4));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Bytes before this place, from the beginning of the input.
    pub offset: u64,
    /// The line, counted from 1.
    pub line: u64,
    /// The byte within the line, counted from 1.
    pub column: u64,
}

impl Position {
    /// The beginning of an input.
    pub const START: Self = Self { offset: 0, line: 1, column: 1 };

    /// The place that is reached from here by walking over `bytes`.
    ///
    /// # Copies
    ///
    /// Never; reads every byte once.
    #[must_use]
    pub fn after(self, bytes: &[u8]) -> Self {
        let len = bytes.len() as u64;
        let offset = self.offset + len;
        match bytes.rfind_byte(b'\n') {
            Some(last) => Self {
                offset,
                line: self.line + bytes[..=last].count_byte(b'\n') as u64,
                column: len - last as u64,
            },
            None => Self { offset, line: self.line, column: self.column + len },
        }
    }

    /// This place in a longer input, in which the one that it was counted in begins at `start`.
    ///
    /// So parts of an input can be read from [`START`](Self::START) on, before anybody knows how
    /// many lines come before them.
    ///
    /// ```
    /// use zc_core::Position;
    ///
    /// let (before, part) = (&b"first\nsec"[..], &b"ond\nthird"[..]);
    /// let start = Position::START.after(before);
    /// assert_eq!(Position::START.after(part).behind(start), start.after(part));
    /// ```
    #[must_use]
    pub const fn behind(self, start: Self) -> Self {
        Self {
            offset: start.offset + self.offset,
            line: start.line + self.line - 1,
            column: if self.line == 1 { start.column + self.column - 1 } else { self.column },
        }
    }
}

impl Default for Position {
    fn default() -> Self {
        Self::START
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::Position;

    #[track_caller]
    fn check(bytes: &[u8], line: u64, column: u64) {
        let expected = Position { offset: bytes.len() as u64, line, column };
        for split in 0..=bytes.len() {
            let (head, tail) = bytes.split_at(split);
            let between = Position::START.after(head);
            assert_eq!(between.after(tail), expected, "split at {split}");
            assert_eq!(Position::START.after(tail).behind(between), expected, "split at {split}");
        }
    }

    #[test]
    fn lines_and_columns_count_from_one() {
        check(b"", 1, 1);
        check(b"abc", 1, 4);
        check(b"abc\n", 2, 1);
        check(b"\n\nab", 3, 3);
    }
}
