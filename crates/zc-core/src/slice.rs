//! [`SliceExt`]: what `[u8]` lacks for people who cut text without copying it.

use core::iter::FusedIterator;

/// Searching and cutting of byte slices; every output borrows from `self`.
///
/// ```
/// use zc_core::SliceExt;
///
/// let line = b"GET /index.html";
/// assert_eq!(line.find_byte(b' '), Some(3));
/// assert_eq!(line.split_once_byte(b' '), Some((&line[..3], &line[4..])));
/// assert_eq!(b"one\r\ntwo".lines().last(), Some(&b"two"[..]));
/// ```
pub trait SliceExt {
    /// The index of the first `needle`.
    ///
    /// # Copies
    ///
    /// Never.
    fn find_byte(&self, needle: u8) -> Option<usize>;

    /// The index of the last `needle`.
    ///
    /// ```
    /// use zc_core::SliceExt;
    ///
    /// assert_eq!(b"archive.tar.gz".rfind_byte(b'.'), Some(11));
    /// ```
    ///
    /// # Copies
    ///
    /// Never.
    fn rfind_byte(&self, needle: u8) -> Option<usize>;

    /// How often `needle` occurs. With the feature `mask`, `zc_core::mask::count_byte` is faster on
    /// what lies in a cache.
    ///
    /// # Copies
    ///
    /// Never.
    fn count_byte(&self, needle: u8) -> usize;

    /// What lies before the first `needle`, and what lies after it.
    ///
    /// # Copies
    ///
    /// Never.
    fn split_once_byte(&self, needle: u8) -> Option<(&[u8], &[u8])>;

    /// The lines, each without its `\n` or `\r\n`; a last line needs neither.
    ///
    /// ```
    /// use zc_core::SliceExt;
    ///
    /// let lines: Vec<_> = b"one\r\n\nthree".lines().collect();
    /// assert_eq!(lines, [&b"one"[..], b"", b"three"]);
    /// ```
    ///
    /// # Copies
    ///
    /// Never.
    fn lines(&self) -> Lines<'_>;

    /// The slice without one `\n` or `\r\n` at its end.
    ///
    /// ```
    /// use zc_core::SliceExt;
    ///
    /// assert_eq!(b"line\r\n".trim_line_ending(), b"line");
    /// assert_eq!(b"line\r".trim_line_ending(), b"line\r");
    /// ```
    ///
    /// # Copies
    ///
    /// Never.
    fn trim_line_ending(&self) -> &[u8];

    /// The slice without one `\r` at its end.
    ///
    /// ```
    /// use zc_core::SliceExt;
    ///
    /// let (line, _) = b"Host: a\r\nAccept: b".split_once_byte(b'\n').unwrap();
    /// assert_eq!(line.trim_carriage_return(), b"Host: a");
    /// ```
    ///
    /// # Copies
    ///
    /// Never.
    fn trim_carriage_return(&self) -> &[u8];

    /// The slice without one pair of the same quotes, `"` or `'`, around it.
    ///
    /// ```
    /// use zc_core::SliceExt;
    ///
    /// assert_eq!(b"\"a value\"".trim_quotes(), b"a value");
    /// assert_eq!(b"\"not a pair'".trim_quotes(), b"\"not a pair'");
    /// ```
    ///
    /// # Copies
    ///
    /// Never.
    fn trim_quotes(&self) -> &[u8];
}

impl SliceExt for [u8] {
    #[inline]
    fn find_byte(&self, needle: u8) -> Option<usize> {
        memchr::memchr(needle, self)
    }

    #[inline]
    fn rfind_byte(&self, needle: u8) -> Option<usize> {
        memchr::memrchr(needle, self)
    }

    #[inline]
    fn count_byte(&self, needle: u8) -> usize {
        memchr::memchr_iter(needle, self).count()
    }

    fn split_once_byte(&self, needle: u8) -> Option<(&[u8], &[u8])> {
        let at = self.find_byte(needle)?;
        Some((&self[..at], &self[at + 1..]))
    }

    fn lines(&self) -> Lines<'_> {
        Lines { rest: self }
    }

    fn trim_line_ending(&self) -> &[u8] {
        match self {
            [line @ .., b'\r', b'\n'] | [line @ .., b'\n'] => line,
            line => line,
        }
    }

    #[inline]
    fn trim_carriage_return(&self) -> &[u8] {
        self.strip_suffix(b"\r").unwrap_or(self)
    }

    #[inline]
    fn trim_quotes(&self) -> &[u8] {
        match self {
            [b'"', inner @ .., b'"'] | [b'\'', inner @ .., b'\''] => inner,
            bare => bare,
        }
    }
}

/// The iterator that [`SliceExt::lines`] returns.
///
/// ```
/// use zc_core::SliceExt;
///
/// let mut lines = b"head\r\nbody".lines();
/// assert_eq!(lines.next(), Some(&b"head"[..]));
/// assert_eq!(lines.next(), Some(&b"body"[..]));
/// assert_eq!(lines.next(), None);
/// ```
#[derive(Debug, Clone)]
pub struct Lines<'h> {
    rest: &'h [u8],
}

impl<'h> Iterator for Lines<'h> {
    type Item = &'h [u8];

    fn next(&mut self) -> Option<&'h [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let end = self.rest.find_byte(b'\n').map_or(self.rest.len(), |at| at + 1);
        let (line, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(line.trim_line_ending())
    }
}

impl FusedIterator for Lines<'_> {}

#[cfg(test)]
mod tests {
    use super::SliceExt;

    #[test]
    fn lines_agree_with_those_of_str() {
        for text in ["", "\n", "a", "a\n", "a\nb", "\r\n\r\n", "a\r\n\nb\n\n"] {
            let lines = text.as_bytes().lines();
            crate::assert_borrows!(text, lines.clone().last().unwrap_or_default());
            assert!(lines.eq(text.lines().map(str::as_bytes)), "{text:?}");
        }
    }

    #[test]
    fn only_a_pair_of_equal_quotes_is_taken_off() {
        for (input, expected) in
            [("\"a\"", "a"), ("'a'", "a"), ("\"a'", "\"a'"), ("\"", "\""), ("\"\"", ""), ("", "")]
        {
            assert_eq!(input.as_bytes().trim_quotes(), expected.as_bytes());
        }
    }

    #[test]
    fn a_slice_is_split_at_the_first_needle() {
        assert_eq!(b"a=b=c".split_once_byte(b'='), Some((&b"a"[..], &b"b=c"[..])));
        assert_eq!(b"abc".split_once_byte(b'='), None);
    }
}
