//! [`Row`]: the fields of a row, in storage that is used again for the next one.

use alloc::borrow::Cow;
use alloc::vec::{IntoIter, Vec};
use core::fmt;
use core::ops::Deref;
use core::slice;

use zc_core::SliceExt;

use crate::Record;

/// Room for so many fields is made at once, which is enough for most rows.
pub(super) const USUAL: usize = 16;

/// A field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Field<S> {
    /// What it holds, without quotes around it and with doubled quotes.
    pub value: S,
    /// Whether it stands in quotes.
    pub quoting: Quoting,
}

/// Whether a field stands in quotes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Quoting {
    /// It does not; a quote in it is a byte as any other.
    #[default]
    Plain,
    /// It does, and no quote is in it.
    Quoted,
    /// It does, and this quote stands doubled in it.
    Doubled(u8),
}

impl<S> Field<S> {
    /// Whether the field stands in quotes.
    #[must_use]
    pub const fn is_quoted(&self) -> bool {
        !matches!(self.quoting, Quoting::Plain)
    }
}

impl<'i> Field<&'i [u8]> {
    /// The field with its doubled quotes undone.
    ///
    /// # Copies
    ///
    /// A field with doubled quotes, once.
    #[must_use]
    #[inline]
    pub fn text(&self) -> Cow<'i, [u8]> {
        match self.quoting {
            Quoting::Doubled(quote) => Cow::Owned(undouble(self.value, quote)),
            _ => Cow::Borrowed(self.value),
        }
    }
}

#[cold]
fn undouble(mut value: &[u8], quote: u8) -> Vec<u8> {
    let mut text = Vec::with_capacity(value.len());
    while let Some(at) = value.find_byte(quote) {
        text.extend_from_slice(&value[..=at]);
        // Behind a quote stands another one: the grammar has seen to it.
        value = value.get(at + 2..).unwrap_or_default();
    }
    text.extend_from_slice(value);
    text
}

impl<S> Record for Field<S> {
    type Slice = S;
    type Of<T> = Field<T>;

    fn map<'r, T>(&'r self, mut f: impl FnMut(&'r S) -> T) -> Field<T> {
        Field { value: f(&self.value), quoting: self.quoting }
    }
}

/// The fields of a row, in their order; a slice of [`Field`]s.
#[derive(Clone)]
pub struct Row<S> {
    /// The fields, and behind them places that longer rows have left: to write into one of those
    /// costs less than to grow a vector by one.
    places: Vec<Field<S>>,
    len: usize,
}

impl<S> Row<S> {
    /// The places for at most `most` fields, of which some are then [`keep`](Self::keep)t.
    #[inline(always)]
    pub(super) fn places(&mut self, most: usize) -> &mut [Field<S>] {
        self.len = 0;
        let count = self.places.len().min(most);
        &mut self.places[..count]
    }

    #[inline(always)]
    pub(super) fn keep(&mut self, len: usize) {
        self.len = len;
    }
}

impl<S: Copy + Default> Row<S> {
    /// Makes place for more fields.
    #[cold]
    pub(super) fn grow(&mut self) {
        self.places.resize(self.places.len().max(USUAL) * 2, Field::default());
    }
}

impl<S> Default for Row<S> {
    fn default() -> Self {
        Self { places: Vec::new(), len: 0 }
    }
}

impl<S> Deref for Row<S> {
    type Target = [Field<S>];

    #[inline(always)]
    fn deref(&self) -> &[Field<S>] {
        &self.places[..self.len]
    }
}

impl<S> Record for Row<S> {
    type Slice = S;
    type Of<T> = Row<T>;

    fn map<'r, T>(&'r self, mut f: impl FnMut(&'r S) -> T) -> Row<T> {
        let places: Vec<_> = self.iter().map(|field| field.map(&mut f)).collect();
        Row { len: places.len(), places }
    }
}

impl<S> IntoIterator for Row<S> {
    type Item = Field<S>;
    type IntoIter = IntoIter<Field<S>>;

    fn into_iter(mut self) -> Self::IntoIter {
        self.places.truncate(self.len);
        self.places.into_iter()
    }
}

impl<'r, S> IntoIterator for &'r Row<S> {
    type Item = &'r Field<S>;
    type IntoIter = slice::Iter<'r, Field<S>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<S: fmt::Debug> fmt::Debug for Row<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<S: PartialEq> PartialEq for Row<S> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<S: Eq> Eq for Row<S> {}
