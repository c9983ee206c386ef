//! [`Lines`]: the lines of a slice, with their places.

use std::iter::FusedIterator;
use std::marker::PhantomData;

use serde::Deserialize;
use zc_core::mask::prefetch;
use zc_core::{Position, SliceExt};

use super::block::BLOCK;
use super::{Records, line_len};
use crate::Error;
use crate::locate::is_blank;

/// A line that is not blank.
///
/// ```
/// use zc_serde::ndjson::Lines;
///
/// let line = Lines::new(b"\n[1,2]\r\n").next().unwrap();
/// assert_eq!((line.bytes, line.raw), (&b"[1,2]"[..], &b"[1,2]\r\n"[..]));
/// assert_eq!(line.parse::<[u8; 2]>()?, [1, 2]);
/// let error = line.parse::<[u8; 3]>().unwrap_err();
/// assert_eq!(error.position().line, 2);
/// # Ok::<(), zc_serde::Error>(())
/// ```
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

/// An iterator over the lines of a slice that are not blank, or longer than the
/// [limit](Self::with_limit).
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
    limit: usize,
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
        Self { rest: ndjson, position: start, limit: usize::MAX }
    }

    /// The same lines, of which one with more than `bytes` bytes, its ending not counted, is an
    /// error for whatever reads them. This iterator itself yields all.
    #[must_use]
    pub const fn with_limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
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
        Records { whole: self.rest, block: &[], text: None, lines: self, value: PhantomData }
    }

    /// The lines that are still to come.
    pub(crate) const fn rest(&self) -> &'de [u8] {
        self.rest
    }

    pub(crate) const fn limit(&self) -> usize {
        self.limit
    }

    /// The line of the next `len` bytes, its ending included, blank or not.
    #[inline(always)]
    pub(crate) fn take_line(&mut self, len: usize) -> Line<'de> {
        let (raw, rest) = self.rest.split_at(len);
        let line = Line { position: self.position, bytes: raw.trim_line_ending(), raw };
        // The next block is on its way while this one is read.
        prefetch(rest.get(BLOCK..BLOCK + len).unwrap_or_default());
        self.rest = rest;
        self.position.offset += len as u64;
        if raw.last() == Some(&b'\n') {
            self.position.line += 1;
            self.position.column = 1;
        } else {
            self.position.column += len as u64;
        }
        line
    }

    /// Why `line` is not to be read, if it is too long.
    #[inline(always)]
    pub(crate) fn too_long(&self, line: &Line<'_>) -> Option<Error> {
        (line.bytes.len() > self.limit).then(|| Error::too_long(line.position, self.limit))
    }
}

impl<'de> Iterator for Lines<'de> {
    type Item = Line<'de>;

    fn next(&mut self) -> Option<Line<'de>> {
        while !self.rest.is_empty() {
            let line = self.take_line(line_len(self.rest));
            // A window may cut a line that is too long before its first byte of ink.
            let is_too_long = line.bytes.len() > self.limit;
            if is_too_long || !line.bytes.iter().all(|&byte| is_blank(byte)) {
                return Some(line);
            }
        }
        None
    }
}

impl FusedIterator for Lines<'_> {}
