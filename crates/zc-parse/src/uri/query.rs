//! [`QueryPairs`]: the pairs of a query, as forms and most programs write them.

use core::iter::FusedIterator;

use zc_core::SliceExt;

/// An iterator over the `name=value` pairs of a query, with `&` between them.
///
/// A name ends at the first `=`; without one, there is no value. Nothing between two `&` is no
/// pair. Names and values are slices of the query and stay encoded: decode them by
/// [`form_decode`](super::form_decode).
///
/// ```
/// let uri = zc_parse::uri::parse(b"/find?q=a+b&exact&&page=")?;
/// let pairs: Vec<_> = uri.query_pairs().collect();
/// assert_eq!(pairs[0], (&b"q"[..], Some(&b"a+b"[..])));
/// assert_eq!(pairs[1], (&b"exact"[..], None));
/// assert_eq!(pairs[2], (&b"page"[..], Some(&b""[..])));
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct QueryPairs<'i> {
    rest: &'i [u8],
}

impl<'i> QueryPairs<'i> {
    /// The pairs of `query`, which has no `?` in front.
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub const fn new(query: &'i [u8]) -> Self {
        Self { rest: query }
    }
}

impl<'i> Iterator for QueryPairs<'i> {
    type Item = (&'i [u8], Option<&'i [u8]>);

    fn next(&mut self) -> Option<Self::Item> {
        while !self.rest.is_empty() {
            let (pair, rest) = self.rest.split_once_byte(b'&').unwrap_or((self.rest, b""));
            self.rest = rest;
            if !pair.is_empty() {
                let split = pair.split_once_byte(b'=').map(|(name, value)| (name, Some(value)));
                return Some(split.unwrap_or((pair, None)));
            }
        }
        None
    }
}

impl FusedIterator for QueryPairs<'_> {}
