//! [`Entries`]: what a line of logfmt holds, in storage that is used again for the next line.

use alloc::borrow::Cow;
use alloc::vec::{IntoIter, Vec};
use core::hash::{Hash, Hasher};
use core::{fmt, slice};

use super::unescape;
use crate::Record;

/// Room for so many entries is made at once, which is enough for most lines.
const USUAL: usize = 16;

/// A key, with or without a value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Entry<S> {
    /// What lies before `=`; never empty.
    pub key: S,
    /// What lies behind it, without quotes around it and with its escapes; `None` for a bare key.
    pub value: Option<S>,
    /// Whether the value stands in quotes.
    pub is_quoted: bool,
    /// Whether there are escapes in the value, which only those in quotes have.
    pub has_escapes: bool,
}

impl<'i> Entry<&'i [u8]> {
    /// The value with its escapes undone; `true` for a bare key.
    ///
    /// # Copies
    ///
    /// A value with escapes, once. `true` for a bare key is a constant and no part of the input.
    #[must_use]
    pub fn text(&self) -> Cow<'i, [u8]> {
        match self.value {
            None => Cow::Borrowed(b"true"),
            Some(value) if self.has_escapes => unescape(value),
            Some(value) => Cow::Borrowed(value),
        }
    }
}

impl<S> Record for Entry<S> {
    type Slice = S;
    type Of<T> = Entry<T>;

    #[inline]
    fn map<'r, T>(&'r self, mut f: impl FnMut(&'r S) -> T) -> Entry<T> {
        Entry {
            key: f(&self.key),
            value: self.value.as_ref().map(f),
            is_quoted: self.is_quoted,
            has_escapes: self.has_escapes,
        }
    }
}

/// The entries of a line, in their order, with those that share a key.
#[derive(Clone)]
pub struct Entries<S> {
    /// The entries, and behind them places that longer lines have left: to write into one of
    /// those costs less than to grow a vector by one.
    places: Vec<Entry<S>>,
    len: usize,
}

impl<S> Entries<S> {
    /// The entries.
    #[must_use]
    pub fn as_slice(&self) -> &[Entry<S>] {
        &self.places[..self.len]
    }

    /// The entries, one after the other.
    pub fn iter(&self) -> slice::Iter<'_, Entry<S>> {
        self.as_slice().iter()
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none, as before the first line was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The last entry with this key: of those that share a key, it is the one that counts.
    #[must_use]
    pub fn last(&self, key: &[u8]) -> Option<&Entry<S>>
    where
        S: AsRef<[u8]>,
    {
        self.iter().rev().find(|entry| entry.key.as_ref() == key)
    }

    /// How many places there are.
    #[inline(always)]
    pub(super) fn room(&self) -> usize {
        self.places.len()
    }

    /// The places from `start` to `end`, the first of which are then [`keep`](Self::keep)t.
    #[inline(always)]
    pub(super) fn places(&mut self, start: usize, end: usize) -> slice::IterMut<'_, Entry<S>> {
        self.len = 0;
        self.places[start..end].iter_mut()
    }

    #[inline(always)]
    pub(super) fn keep(&mut self, len: usize) {
        self.len = len;
    }
}

impl<S: Clone + Default> Entries<S> {
    /// Makes more places.
    #[cold]
    pub(super) fn grow(&mut self) {
        let len = (self.places.len() * 2).max(USUAL);
        self.places.resize(len, Entry::default());
    }
}

impl<S: fmt::Debug> fmt::Debug for Entries<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<S: PartialEq> PartialEq for Entries<S> {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl<S: Eq> Eq for Entries<S> {}

impl<S: Hash> Hash for Entries<S> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_slice().hash(state);
    }
}

impl<S> Record for Entries<S> {
    type Slice = S;
    type Of<T> = Entries<T>;

    fn map<'r, T>(&'r self, mut f: impl FnMut(&'r S) -> T) -> Entries<T> {
        let places: Vec<_> = self.iter().map(|entry| entry.map(&mut f)).collect();
        Entries { len: places.len(), places }
    }
}

impl<S> Default for Entries<S> {
    fn default() -> Self {
        Self { places: Vec::new(), len: 0 }
    }
}

impl<S> IntoIterator for Entries<S> {
    type Item = Entry<S>;
    type IntoIter = IntoIter<Entry<S>>;

    fn into_iter(mut self) -> Self::IntoIter {
        self.places.truncate(self.len);
        self.places.into_iter()
    }
}

impl<'e, S> IntoIterator for &'e Entries<S> {
    type Item = &'e Entry<S>;
    type IntoIter = slice::Iter<'e, Entry<S>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
