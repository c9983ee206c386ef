//! [`Entries`]: what a line of logfmt holds, in storage that is used again for the next line.

use alloc::borrow::Cow;
use alloc::vec::{IntoIter, Vec};
use core::slice;

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
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Entries<S> {
    entries: Vec<Entry<S>>,
}

impl<S> Entries<S> {
    /// The entries.
    #[must_use]
    pub fn as_slice(&self) -> &[Entry<S>] {
        &self.entries
    }

    /// The entries, one after the other.
    pub fn iter(&self) -> slice::Iter<'_, Entry<S>> {
        self.entries.iter()
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none, as before the first line was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The last entry with this key: of those that share a key, it is the one that counts.
    #[must_use]
    pub fn last(&self, key: &[u8]) -> Option<&Entry<S>>
    where
        S: AsRef<[u8]>,
    {
        self.entries.iter().rev().find(|entry| entry.key.as_ref() == key)
    }

    #[inline(always)]
    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.entries.reserve(USUAL);
    }

    #[inline(always)]
    pub(super) fn push(&mut self, entry: Entry<S>) {
        self.entries.push(entry);
    }
}

impl<S> Record for Entries<S> {
    type Slice = S;
    type Of<T> = Entries<T>;

    fn map<'r, T>(&'r self, mut f: impl FnMut(&'r S) -> T) -> Entries<T> {
        Entries { entries: self.entries.iter().map(|entry| entry.map(&mut f)).collect() }
    }
}

impl<S> Default for Entries<S> {
    fn default() -> Self {
        Self { entries: Vec::new() }
    }
}

impl<S> IntoIterator for Entries<S> {
    type Item = Entry<S>;
    type IntoIter = IntoIter<Entry<S>>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<'e, S> IntoIterator for &'e Entries<S> {
    type Item = &'e Entry<S>;
    type IntoIter = slice::Iter<'e, Entry<S>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
