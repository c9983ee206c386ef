//! [`Source`]: a buffer that recognises its own parts, by their addresses.

use crate::Span;

/// A buffer that tells whether a slice lies inside it, and where.
///
/// Only addresses are compared: no byte is read, and no `unsafe` is needed. The answer is sound
/// because the source stays borrowed, so that no other allocation can take its place meanwhile.
///
/// An empty slice counts as borrowed wherever it points, since nothing was copied to make it.
///
/// ```
/// use zc_core::{Source, Span};
///
/// let line = b"GET /index.html";
/// let source = Source::new(line);
/// assert_eq!(source.span_of(&line[4..]), Some(Span::new(4, 11)));
/// assert!(!source.borrows(&line[4..].to_vec()));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Source<'s>(&'s [u8]);

impl<'s> Source<'s> {
    /// The source that `bytes` is.
    #[must_use]
    pub const fn new(bytes: &'s [u8]) -> Self {
        Self(bytes)
    }

    /// The offset of `part` inside this source, in bytes; `None` if it lies elsewhere.
    ///
    /// ```
    /// use zc_core::Source;
    ///
    /// let input = b"key=value";
    /// assert_eq!(Source::new(input).offset_of(&input[4..]), Some(4));
    /// assert_eq!(Source::new(input).offset_of(&b"value".to_vec()), None);
    /// ```
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    #[inline]
    pub fn offset_of(self, part: &[u8]) -> Option<usize> {
        if part.is_empty() {
            // Any place would do; the nearest one keeps spans of empty fields in order.
            let offset = part.as_ptr().addr().saturating_sub(self.0.as_ptr().addr());
            return Some(if offset <= self.0.len() { offset } else { 0 });
        }
        let offset = part.as_ptr().addr().checked_sub(self.0.as_ptr().addr())?;
        (offset <= self.0.len() && part.len() <= self.0.len() - offset).then_some(offset)
    }

    /// The span of `part` inside this source; `None` if it lies elsewhere, or past the 4 GiB that
    /// a [`Span`] reaches.
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    #[inline]
    pub fn span_of(self, part: &[u8]) -> Option<Span> {
        let offset = self.offset_of(part)?;
        Some(Span::new(offset.try_into().ok()?, part.len().try_into().ok()?))
    }

    /// Whether `part` is a slice of this source rather than a copy of one.
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    #[inline]
    pub fn borrows(self, part: &[u8]) -> bool {
        self.offset_of(part).is_some()
    }
}

/// Asserts that every given value is a slice of a source: that it was borrowed and not copied.
///
/// The source and the values are anything that dereferences to bytes or text: `&[u8]`, `&str`,
/// `Vec<u8>`, `String`, `Cow<str>`.
///
/// ```
/// let line = "GET /index.html";
/// let (method, path) = line.split_once(' ').unwrap();
/// zc_core::assert_borrows!(line, method, path);
/// ```
///
/// ```should_panic
/// let line = "GET /index.html";
/// let path = line[4..].to_owned();
/// zc_core::assert_borrows!(line, path);
/// ```
///
/// # Panics
///
/// If a value lies outside the source; the message names the value and shows both addresses.
#[macro_export]
macro_rules! assert_borrows {
    ($source:expr, $($value:expr),+ $(,)?) => {{
        let source: &[u8] = ::core::convert::AsRef::<[u8]>::as_ref(&*$source);
        $({
            let value: &[u8] = ::core::convert::AsRef::<[u8]>::as_ref(&*$value);
            assert!(
                $crate::Source::new(source).borrows(value),
                "`{}` does not borrow from `{}`: its {} bytes at {:p} lie outside the {} bytes at {:p}",
                stringify!($value),
                stringify!($source),
                value.len(),
                value.as_ptr(),
                source.len(),
                source.as_ptr(),
            );
        })+
    }};
}

#[cfg(test)]
mod tests {
    use super::Source;
    use crate::Span;

    const TEXT: &[u8] = b"key=value";

    #[track_caller]
    fn check(part: &[u8], expected: Option<Span>) {
        assert_eq!(Source::new(TEXT).span_of(part), expected);
    }

    #[test]
    fn a_part_is_found_at_its_offset() {
        check(&TEXT[..3], Some(Span::new(0, 3)));
        check(&TEXT[4..], Some(Span::new(4, 5)));
        check(TEXT, Some(Span::new(0, 9)));
    }

    #[test]
    fn an_equal_slice_elsewhere_is_no_part() {
        let copy = *b"key=value";
        check(&copy, None);
        check(&copy[4..], None);
    }

    #[test]
    fn a_slice_that_reaches_past_the_source_is_no_part() {
        let source = Source::new(&TEXT[..5]);
        assert_eq!(source.span_of(TEXT), None);
        assert_eq!(source.span_of(&TEXT[4..6]), None);
        assert_eq!(source.span_of(&TEXT[5..]), None);
        assert_eq!(Source::new(&TEXT[4..]).span_of(TEXT), None);
    }

    #[test]
    fn an_empty_slice_counts_as_borrowed() {
        check(&TEXT[4..4], Some(Span::new(4, 0)));
        let elsewhere = *b"x";
        assert!(Source::new(TEXT).span_of(&elsewhere[..0]).is_some_and(|span| span.len == 0));
        assert!(Source::new(TEXT).borrows(&[]));
        assert!(Source::new(&[]).borrows(&TEXT[..0]));
    }

    #[test]
    #[should_panic(expected = "`copy` does not borrow from `TEXT`: its 9 bytes")]
    fn the_assertion_names_the_value_that_was_copied() {
        let copy = *b"key=value";
        let copy = &copy[..];
        crate::assert_borrows!(TEXT, &TEXT[1..], copy);
    }
}
