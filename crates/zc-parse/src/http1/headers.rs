//! [`Headers`]: the header fields of a message, in storage that is used again for the next one.

use alloc::vec::{IntoIter, Vec};
use core::slice;

use super::codings::Codings;
use super::pairs::Pairs;
use crate::Record;

/// Room for so many headers is made at once, which is enough for most messages.
const USUAL: usize = 16;

/// A header field: RFC 9110, section 5.
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

/// The headers of a message, in their order, with those that share a name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Headers<S> {
    section: S,
    headers: Vec<Header<S>>,
}

impl<S> Headers<S> {
    /// The headers.
    #[must_use]
    pub fn as_slice(&self) -> &[Header<S>] {
        &self.headers
    }

    /// The headers as they stand in the message: all their lines, without the empty one.
    #[must_use]
    pub const fn section(&self) -> &S {
        &self.section
    }

    /// The headers, one after the other.
    pub fn iter(&self) -> slice::Iter<'_, Header<S>> {
        self.headers.iter()
    }

    /// How many headers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.headers.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.headers.is_empty()
    }

    #[inline(always)]
    pub(super) fn clear(&mut self) {
        self.headers.clear();
        self.headers.reserve(USUAL);
    }

    #[inline(always)]
    pub(super) fn push(&mut self, header: Header<S>) {
        self.headers.push(header);
    }

    #[inline(always)]
    pub(super) fn set_section(&mut self, section: S) {
        self.section = section;
    }
}

impl<S: AsRef<[u8]>> Headers<S> {
    /// The value of the first header with this name, whose letters may be of either case.
    #[must_use]
    pub fn get(&self, name: &[u8]) -> Option<&S> {
        let mut headers = self.headers.iter();
        let header = headers.find(|header| header.name.as_ref().eq_ignore_ascii_case(name))?;
        Some(&header.value)
    }

    /// The values of all headers with this name, whose letters may be of either case.
    pub fn get_all<'h>(&'h self, name: &'h [u8]) -> impl Iterator<Item = &'h S> + Clone {
        let headers = self.headers.iter();
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

impl<S> Record for Headers<S> {
    type Slice = S;
    type Of<T> = Headers<T>;

    fn map<'r, T>(&'r self, mut f: impl FnMut(&'r S) -> T) -> Headers<T> {
        let section = f(&self.section);
        Headers { section, headers: self.headers.iter().map(|header| header.map(&mut f)).collect() }
    }
}

impl<S> IntoIterator for Headers<S> {
    type Item = Header<S>;
    type IntoIter = IntoIter<Header<S>>;

    fn into_iter(self) -> Self::IntoIter {
        self.headers.into_iter()
    }
}

impl<'h, S> IntoIterator for &'h Headers<S> {
    type Item = &'h Header<S>;
    type IntoIter = slice::Iter<'h, Header<S>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
