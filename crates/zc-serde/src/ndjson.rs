//! NDJSON: one JSON text a line, read on after a bad one.
//!
//! A line ends after `\n`, as <https://github.com/ndjson/ndjson-spec> has it; a `\r` before it
//! belongs to the ending. Lines of nothing but JSON white space are no records.
//!
//! ```
//! let input = b"{\"n\":1}\nnonsense\n\n{\"n\":2}\n";
//! let mut lines = Vec::new();
//! for record in zc_serde::ndjson::from_slice::<std::collections::HashMap<&str, u32>>(input) {
//!     match record {
//!         Ok(record) => lines.push(format!("{}: {}", record.line.position.line, record.value["n"])),
//!         Err(error) => lines.push(error.to_string()),
//!     }
//! }
//! assert_eq!(lines, ["1: 1", "line 2, column 2 (byte 9): expected ident", "4: 2"]);
//! ```

use std::fmt;
use std::iter::FusedIterator;
use std::marker::PhantomData;

use serde::Deserialize;
use zc_core::{Position, SliceExt};

use crate::Error;
use crate::locate::is_blank;

/// The records of `ndjson`, each read into a `T`, which may borrow from it.
///
/// # Copies
///
/// What [`from_slice`](crate::from_slice) copies for each line.
pub fn from_slice<'de, T: Deserialize<'de>>(ndjson: &'de [u8]) -> Records<'de, T> {
    Lines::new(ndjson).records()
}

/// A line that is not blank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'de> {
    /// Where the line begins in the whole input.
    pub position: Position,
    /// The line without its ending.
    pub bytes: &'de [u8],
    /// The line with its ending, `\n` or `\r\n`, which a last line may lack.
    pub raw: &'de [u8],
}

impl<'de> Line<'de> {
    /// Reads the line into a `T`.
    ///
    /// # Errors
    ///
    /// As [`from_slice`](crate::from_slice), with positions in the whole input.
    ///
    /// # Copies
    ///
    /// As [`from_slice`](crate::from_slice).
    pub fn parse<T: Deserialize<'de>>(&self) -> Result<T, Error> {
        crate::from_slice(self.bytes).map_err(|error| error.starting_at(self.position))
    }
}

/// An iterator over the lines of a slice that are not blank.
///
/// ```
/// use zc_serde::ndjson::Lines;
///
/// // The input comes in two windows, which end at line endings.
/// let mut lines = Lines::new(b"1\n \n2\n");
/// assert_eq!(lines.by_ref().count(), 2);
/// let mut lines = Lines::starting_at(b"3\n", lines.position());
/// let line = lines.next().unwrap();
/// assert_eq!((line.bytes, line.position.line, line.position.offset), (&b"3"[..], 4, 6));
/// ```
#[derive(Debug, Clone)]
pub struct Lines<'de> {
    rest: &'de [u8],
    /// Where `rest` begins in the whole input.
    position: Position,
}

impl<'de> Lines<'de> {
    /// The lines of `ndjson`, which is the whole input or begins it.
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub const fn new(ndjson: &'de [u8]) -> Self {
        Self::starting_at(ndjson, Position::START)
    }

    /// The lines of `ndjson`, which begins at `start` of a longer input.
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub const fn starting_at(ndjson: &'de [u8], start: Position) -> Self {
        Self { rest: ndjson, position: start }
    }

    /// Where the lines that are still to come begin; after the last one, where the next window
    /// of the input begins.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.position
    }

    /// The same lines, each read into a `T`.
    ///
    /// # Copies
    ///
    /// What [`from_slice`](crate::from_slice) copies for each line.
    #[must_use]
    pub const fn records<T: Deserialize<'de>>(self) -> Records<'de, T> {
        Records { lines: self, value: PhantomData }
    }

    /// The next line, blank or not.
    fn next_line(&mut self) -> Option<Line<'de>> {
        if self.rest.is_empty() {
            return None;
        }
        let newline = self.rest.find_byte(b'\n');
        let (raw, rest) = self.rest.split_at(newline.map_or(self.rest.len(), |at| at + 1));
        let line = Line { position: self.position, bytes: raw.trim_line_ending(), raw };
        self.rest = rest;
        self.position.offset += raw.len() as u64;
        if newline.is_some() {
            self.position.line += 1;
            self.position.column = 1;
        } else {
            self.position.column += raw.len() as u64;
        }
        Some(line)
    }
}

impl<'de> Iterator for Lines<'de> {
    type Item = Line<'de>;

    fn next(&mut self) -> Option<Line<'de>> {
        loop {
            let line = self.next_line()?;
            if !line.bytes.iter().all(|&byte| is_blank(byte)) {
                return Some(line);
            }
        }
    }
}

impl FusedIterator for Lines<'_> {}

/// A line and the value it was read into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'de, T> {
    /// The line that holds the record.
    pub line: Line<'de>,
    /// The record.
    pub value: T,
}

/// An iterator over the records of NDJSON, good and bad: a bad line is one [`Error`], and the
/// next line follows.
pub struct Records<'de, T> {
    lines: Lines<'de>,
    value: PhantomData<fn() -> T>,
}

impl<T> Records<'_, T> {
    /// Where the lines that are still to come begin, as [`Lines::position`].
    #[must_use]
    pub const fn position(&self) -> Position {
        self.lines.position()
    }
}

impl<'de, T: Deserialize<'de>> Iterator for Records<'de, T> {
    type Item = Result<Record<'de, T>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let line = self.lines.next()?;
        Some(line.parse().map(|value| Record { line, value }))
    }
}

impl<'de, T: Deserialize<'de>> FusedIterator for Records<'de, T> {}

impl<T> Clone for Records<'_, T> {
    fn clone(&self) -> Self {
        Self { lines: self.lines.clone(), value: PhantomData }
    }
}

impl<T> fmt::Debug for Records<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Records").field("lines", &self.lines).finish()
    }
}
