//! [`Row`]: the fields of a row.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use zc_core::SliceExt;

use crate::{List, Record};

/// A field.
///
/// ```
/// use std::borrow::Cow;
/// use zc_parse::{Csv, Grammar};
///
/// let (row, _) = Csv::new().parse_one(b"plain,\"quoted\",\"5\"\" disk\"")?;
/// assert!(!row[0].is_quoted() && row[1].is_quoted());
/// assert!(matches!(row[1].text(), Cow::Borrowed(b"quoted")));
/// assert_eq!((row[2].value, row[2].text()), (&b"5\"\" disk"[..], b"5\" disk"[..].into()));
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Field<S> {
    /// What it holds, without quotes around it and with doubled quotes.
    pub value: S,
    /// Whether it stands in quotes.
    pub quoting: Quoting,
}

/// Whether a field stands in quotes.
///
/// ```
/// use zc_parse::csv::Quoting;
/// use zc_parse::{Csv, Grammar};
///
/// let (row, _) = Csv::new().parse_one(b"a,\"b\",\"c\"\"d\"")?;
/// let quoting: Vec<_> = row.iter().map(|field| field.quoting).collect();
/// assert_eq!(quoting, [Quoting::Plain, Quoting::Quoted, Quoting::Doubled(b'"')]);
/// # Ok::<(), zc_parse::Error>(())
/// ```
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
///
/// ```
/// use zc_parse::csv::Row;
/// use zc_parse::{Csv, Grammar};
///
/// fn total_len(row: &Row<&[u8]>) -> usize {
///     row.iter().map(|field| field.value.len()).sum()
/// }
///
/// assert_eq!(total_len(&Csv::new().parse_one(b"ab,,cde\n")?.0), 5);
/// # Ok::<(), zc_parse::Error>(())
/// ```
pub type Row<S> = List<Field<S>>;
