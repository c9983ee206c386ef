//! [`Pairs`]: headers read from their lines, for who needs them without a record.

use core::iter::FusedIterator;

use zc_core::SliceExt;

/// The names and values of headers that a grammar has read, taken from their lines again.
///
/// It borrows from the message alone, and is a slice: a list of pairs that can be copied and kept
/// where the record cannot.
///
/// ```
/// use zc_parse::Grammar;
/// use zc_parse::http1::RequestHead;
///
/// let (request, _) = RequestHead::new().parse_one(b"GET / HTTP/1.0\r\na: 1\r\nb:2\r\n\r\n")?;
/// let pairs = request.headers.pairs();
/// drop(request);
/// assert!(pairs.eq([(&b"a"[..], &b"1"[..]), (b"b", b"2")]));
/// # Ok::<(), zc_parse::Error>(())
/// ```
///
/// # Copies
///
/// Never.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pairs<'i> {
    rest: &'i [u8],
}

impl<'i> Pairs<'i> {
    pub(super) const fn new(section: &'i [u8]) -> Self {
        Self { rest: section }
    }

    /// The lines that are left.
    #[must_use]
    pub const fn as_bytes(&self) -> &'i [u8] {
        self.rest
    }
}

impl<'i> Iterator for Pairs<'i> {
    type Item = (&'i [u8], &'i [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (line, rest) = self.rest.split_once_byte(b'\n')?;
        self.rest = rest;
        let (name, value) = line.split_once_byte(b':')?;
        Some((name, trim(value.trim_carriage_return())))
    }
}

impl FusedIterator for Pairs<'_> {}

/// `value` without blanks on both sides.
pub(super) const fn trim(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = value {
        value = rest;
    }
    while let [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}
