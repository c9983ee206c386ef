//! [`Headers`]: the header fields of a message.

use alloc::vec::IntoIter;
use core::ops::Deref;
use core::slice;

use super::codings::Codings;
use super::pairs::Pairs;
use crate::{List, Record};

/// A header field: RFC 9110, section 5.
///
/// ```
/// use zc_parse::Grammar;
/// use zc_parse::http1::{Header, RequestHead};
///
/// let (request, _) = RequestHead::new().parse_one(b"GET / HTTP/1.1\r\nHost: \texample.org \r\n\r\n")?;
/// assert_eq!(request.headers[0], Header { name: &b"Host"[..], value: b"example.org" });
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Header<S> {
    /// What lies before the colon: a token, whose letters may be of either case.
    pub name: S,
    /// What lies behind it, without the blanks on both sides; it may be empty.
    pub value: S,
}

impl<S> Record for Header<S> {
    type Slice = S;
    type Of<T> = Header<T>;

    #[inline]
    fn map<'r, T>(&'r self, mut f: impl FnMut(&'r S) -> T) -> Header<T> {
        Header { name: f(&self.name), value: f(&self.value) }
    }
}

/// The headers of a message, in their order, with those that share a name; a slice of [`Header`]s.
///
/// ```
/// use zc_parse::Grammar;
/// use zc_parse::http1::RequestHead;
///
/// let head = b"GET / HTTP/1.1\r\nVia: a\r\nTE: trailers\r\nvia: b\r\n\r\n";
/// let (request, _) = RequestHead::new().parse_one(head)?;
/// let headers = request.headers;
/// assert_eq!(headers.get(b"VIA"), Some(&&b"a"[..]));
/// assert!(headers.get_all(b"via").eq([b"a", b"b"]));
/// assert_eq!(headers.transfer_codings().count(), 0);
/// zc_core::assert_borrows!(head, *headers.section());
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Headers<S> {
    pub(super) section: S,
    pub(super) list: List<Header<S>>,
}

impl<S> Headers<S> {
    /// The headers as they stand in the message: all their lines, without the empty one.
    #[must_use]
    pub const fn section(&self) -> &S {
        &self.section
    }
}

impl<S: AsRef<[u8]>> Headers<S> {
    /// The value of the first header with this name, whose letters may be of either case.
    #[must_use]
    pub fn get(&self, name: &[u8]) -> Option<&S> {
        let mut headers = self.iter();
        let header = headers.find(|header| header.name.as_ref().eq_ignore_ascii_case(name))?;
        Some(&header.value)
    }

    /// The values of all headers with this name, whose letters may be of either case.
    pub fn get_all<'h>(&'h self, name: &'h [u8]) -> impl Iterator<Item = &'h S> + Clone {
        let headers = self.iter();
        headers
            .filter(|header| header.name.as_ref().eq_ignore_ascii_case(name))
            .map(|header| &header.value)
    }

    /// The names of the transfer codings, in the order in which they were applied, without their
    /// parameters. A server that does not know one of them answers with the status 501 (RFC 9112,
    /// section 6.1).
    pub fn transfer_codings(&self) -> impl Iterator<Item = &[u8]> + Clone {
        self.get_all(b"transfer-encoding").flat_map(|value| Codings::new(value.as_ref()))
    }
}

impl<'i> Headers<&'i [u8]> {
    /// The headers once more, read from [`section`](Self::section): they borrow from the message
    /// alone, so that they outlive this record.
    #[must_use]
    pub const fn pairs(&self) -> Pairs<'i> {
        Pairs::new(self.section)
    }
}

impl<S> Deref for Headers<S> {
    type Target = [Header<S>];

    #[inline(always)]
    fn deref(&self) -> &[Header<S>] {
        &self.list
    }
}

impl<S> Record for Headers<S> {
    type Slice = S;
    type Of<T> = Headers<T>;

    fn map<'r, T>(&'r self, mut f: impl FnMut(&'r S) -> T) -> Headers<T> {
        Headers { section: f(&self.section), list: self.list.map(f) }
    }
}

impl<S> IntoIterator for Headers<S> {
    type Item = Header<S>;
    type IntoIter = IntoIter<Header<S>>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

impl<'h, S> IntoIterator for &'h Headers<S> {
    type Item = &'h Header<S>;
    type IntoIter = slice::Iter<'h, Header<S>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
