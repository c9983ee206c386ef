//! [`Headers`]: the header fields of a message, in storage that is used again for the next one.

use alloc::vec::{IntoIter, Vec};
use core::hash::{Hash, Hasher};
use core::{fmt, slice};

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
#[derive(Clone, Default)]
pub struct Headers<S> {
    section: S,
    /// The headers, and behind them places that longer messages have left: to write into one of
    /// those costs less than to grow a vector by one.
    places: Vec<Header<S>>,
    len: usize,
}

impl<S> Headers<S> {
    /// The headers.
    #[must_use]
    pub fn as_slice(&self) -> &[Header<S>] {
        &self.places[..self.len]
    }

    /// The headers as they stand in the message: all their lines, without the empty one.
    #[must_use]
    pub const fn section(&self) -> &S {
        &self.section
    }

    /// The headers, one after the other.
    pub fn iter(&self) -> slice::Iter<'_, Header<S>> {
        self.as_slice().iter()
    }

    /// How many headers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How many places there are.
    #[inline(always)]
    pub(super) fn room(&self) -> usize {
        self.places.len()
    }

    /// The places from `start` to `end`, the first of which are then [`keep`](Self::keep)t.
    #[inline(always)]
    pub(super) fn places(&mut self, start: usize, end: usize) -> slice::IterMut<'_, Header<S>> {
        self.len = 0;
        self.places[start..end].iter_mut()
    }

    #[inline(always)]
    pub(super) fn keep(&mut self, len: usize) {
        self.len = len;
    }

    #[inline(always)]
    pub(super) fn set_section(&mut self, section: S) {
        self.section = section;
    }
}

impl<S: Clone + Default> Headers<S> {
    /// Makes more places.
    #[cold]
    pub(super) fn grow(&mut self) {
        let len = (self.places.len() * 2).max(USUAL);
        self.places.resize(len, Header::default());
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

impl<S: fmt::Debug> fmt::Debug for Headers<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Headers")
            .field("section", &self.section)
            .field("headers", &self.as_slice())
            .finish()
    }
}

impl<S: PartialEq> PartialEq for Headers<S> {
    fn eq(&self, other: &Self) -> bool {
        self.section == other.section && self.as_slice() == other.as_slice()
    }
}

impl<S: Eq> Eq for Headers<S> {}

impl<S: Hash> Hash for Headers<S> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.section.hash(state);
        self.as_slice().hash(state);
    }
}

impl<S> Record for Headers<S> {
    type Slice = S;
    type Of<T> = Headers<T>;

    fn map<'r, T>(&'r self, mut f: impl FnMut(&'r S) -> T) -> Headers<T> {
        let section = f(&self.section);
        let places: Vec<_> = self.iter().map(|header| header.map(&mut f)).collect();
        Headers { section, len: places.len(), places }
    }
}

impl<S> IntoIterator for Headers<S> {
    type Item = Header<S>;
    type IntoIter = IntoIter<Header<S>>;

    fn into_iter(mut self) -> Self::IntoIter {
        self.places.truncate(self.len);
        self.places.into_iter()
    }
}

impl<'h, S> IntoIterator for &'h Headers<S> {
    type Item = &'h Header<S>;
    type IntoIter = slice::Iter<'h, Header<S>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
