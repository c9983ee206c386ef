//! [`Records`]: lines read into values that may borrow from them.

use std::fmt;
use std::iter::FusedIterator;
use std::marker::PhantomData;

use serde::Deserialize;
use zc_core::{Position, Source};

use super::{Line, Lines, block};
use crate::Error;

/// A line and the value it was read into.
///
/// ```
/// use zc_serde::ndjson;
///
/// let input = b"\"Ada\"\n\"Grace\"\n";
/// let last = ndjson::from_slice::<&str>(input).last().unwrap()?;
/// assert_eq!((last.value, last.line.position.line), ("Grace", 2));
/// zc_core::assert_borrows!(input, last.value);
/// # Ok::<(), zc_serde::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'de, T> {
    /// The line that holds the record.
    pub line: Line<'de>,
    /// The record.
    pub value: T,
}

/// An iterator over the records of NDJSON, good and bad: a bad line is one [`Error`], and the
/// next line follows.
///
/// ```
/// use zc_serde::ndjson::{self, Records};
///
/// fn sum(records: Records<'_, u32>) -> (u32, usize) {
///     let (good, bad): (Vec<_>, Vec<_>) = records.partition(Result::is_ok);
///     (good.into_iter().flatten().map(|record| record.value).sum(), bad.len())
/// }
///
/// assert_eq!(sum(ndjson::from_slice(b"1\nx\n2\n")), (3, 1));
/// ```
pub struct Records<'de, T> {
    pub(super) lines: Lines<'de>,
    /// All lines, those that were read included.
    pub(super) whole: &'de [u8],
    /// The lines that were last checked together.
    pub(super) block: &'de [u8],
    /// The same, if they are UTF-8.
    pub(super) text: Option<&'de str>,
    pub(super) value: PhantomData<fn() -> T>,
}

impl<'de, T> Records<'de, T> {
    /// Where the lines that are still to come begin, as [`Lines::position`].
    #[must_use]
    pub const fn position(&self) -> Position {
        self.lines.position()
    }

    /// The line as text, if all of its block is.
    fn text_of(&mut self, line: &Line<'de>) -> Option<&'de str> {
        let offset = Source::new(self.block).offset_of(line.bytes).unwrap_or_else(|| {
            let at = Source::new(self.whole).offset_of(line.bytes).expect("it is one of them");
            (self.block, self.text) = block(&self.whole[at..]);
            0
        });
        self.text?.get(offset..offset + line.bytes.len())
    }
}

impl<'de, T: Deserialize<'de>> Iterator for Records<'de, T> {
    type Item = Result<Record<'de, T>, Error>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let line = self.lines.next()?;
        if let Some(error) = self.lines.too_long(&line) {
            return Some(Err(error));
        }
        let value = match self.text_of(&line) {
            Some(text) => serde_json::from_str(text),
            None => serde_json::from_slice(line.bytes),
        };
        match value {
            Ok(value) => Some(Ok(Record { line, value })),
            Err(error) => Some(Err(Error::new(line.bytes, &error).starting_at(line.position))),
        }
    }
}

impl<'de, T: Deserialize<'de>> FusedIterator for Records<'de, T> {}

impl<T> Clone for Records<'_, T> {
    fn clone(&self) -> Self {
        let Self { whole, block, text, .. } = *self;
        Self { lines: self.lines.clone(), whole, block, text, value: PhantomData }
    }
}

impl<T> fmt::Debug for Records<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Records").field("lines", &self.lines).finish()
    }
}
