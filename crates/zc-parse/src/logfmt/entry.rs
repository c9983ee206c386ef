//! [`Entries`]: what a line of logfmt holds.

use alloc::borrow::Cow;

use super::unescape;
use crate::{List, Record};

/// A key, with or without a value.
///
/// ```
/// use zc_parse::logfmt::Entry;
/// use zc_parse::{Grammar, Logfmt};
///
/// let (line, _) = Logfmt::new().parse_one(br#"said="\"hi\"" cached"#)?;
/// let Entry { value, is_quoted, has_escapes, .. } = line[0];
/// assert_eq!((value, is_quoted, has_escapes), (Some(&br#"\"hi\""#[..]), true, true));
/// assert_eq!(line[0].text(), &b"\"hi\""[..]);
/// assert_eq!((line[1].value, line[1].text()), (None, b"true"[..].into()));
/// # Ok::<(), zc_parse::Error>(())
/// ```
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

/// The entries of a line, in their order, with those that share a key; a slice of [`Entry`]s.
///
/// ```
/// use zc_parse::logfmt::Entries;
/// use zc_parse::{Grammar, Logfmt};
///
/// fn keys<'i>(line: &Entries<&'i [u8]>) -> Vec<&'i [u8]> {
///     line.iter().map(|entry| entry.key).collect()
/// }
///
/// assert_eq!(keys(&Logfmt::new().parse_one(b"at=info retried")?.0), [&b"at"[..], b"retried"]);
/// # Ok::<(), zc_parse::Error>(())
/// ```
pub type Entries<S> = List<Entry<S>>;

impl<S: AsRef<[u8]>> Entries<S> {
    /// The last entry with this key: of those that share a key, it is the one that counts.
    #[must_use]
    pub fn last(&self, key: &[u8]) -> Option<&Entry<S>> {
        self.iter().rev().find(|entry| entry.key.as_ref() == key)
    }
}
