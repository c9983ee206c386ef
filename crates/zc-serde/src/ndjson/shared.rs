//! [`SharedRecords`]: lines read into values that share the input.

use std::fmt;
use std::iter::FusedIterator;
use std::marker::PhantomData;

use bytes::{Buf, Bytes};
use serde::de::DeserializeOwned;
use zc_core::{Copies, Position, Source};

use super::Lines;
use crate::Error;
use crate::shared::from_shared_counted;

/// A line and the value it was read into.
///
/// ```
/// use zc_serde::ndjson;
/// use zc_serde::shared::SharedStr;
///
/// let input = bytes::Bytes::from("\n\"Ada\"\n");
/// let record = ndjson::from_bytes::<SharedStr>(input.clone()).next().unwrap()?;
/// assert_eq!((record.position.line, &record.line[..]), (2, &b"\"Ada\""[..]));
/// zc_core::assert_borrows!(input, record.value);
/// # Ok::<(), zc_serde::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedRecord<T> {
    /// Where the line begins in the whole input.
    pub position: Position,
    /// The line without its ending, as a slice of the input.
    pub line: Bytes,
    /// The record.
    pub value: T,
}

/// An iterator over the records of NDJSON, good and bad, that keep the input alive: a bad line is
/// one [`Error`], and the next line follows.
///
/// Each line is checked to be UTF-8 at once.
///
/// ```
/// use zc_serde::ndjson;
/// use zc_serde::shared::SharedStr;
///
/// let input = bytes::Bytes::from("\"Ada\"\n\"Gr\\u0061ce\"\n\"too long a name\"\n");
/// let mut records = ndjson::from_bytes::<SharedStr>(input).with_limit(12);
/// let names: Vec<_> = records.by_ref().flatten().map(|record| record.value).collect();
/// assert_eq!(names, ["Ada", "Grace"]);
/// assert_eq!((records.shared(), records.copies().decode), (3, 5));
/// ```
pub struct SharedRecords<T> {
    rest: Bytes,
    /// Where `rest` begins in the whole input.
    position: Position,
    limit: usize,
    shared: u64,
    copied: u64,
    value: PhantomData<fn() -> T>,
}

impl<T> SharedRecords<T> {
    pub(super) const fn new(ndjson: Bytes) -> Self {
        let (position, value) = (Position::START, PhantomData);
        Self { rest: ndjson, position, limit: usize::MAX, shared: 0, copied: 0, value }
    }

    /// The same records of an input that begins at `start` of a longer one.
    #[must_use]
    pub const fn starting_at(mut self, start: Position) -> Self {
        self.position = start;
        self
    }

    /// The same records, where a line of more than `bytes` bytes, its ending not counted, is an
    /// error.
    #[must_use]
    pub const fn with_limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    /// Where the lines that are still to come begin.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.position
    }

    /// Bytes of texts and byte strings of good records that are slices of the input.
    #[must_use]
    pub const fn shared(&self) -> u64 {
        self.shared
    }

    /// What was copied while good records were built.
    #[must_use]
    pub fn copies(&self) -> Copies {
        Copies { decode: self.copied, ..Copies::default() }
    }

    /// The next line that is not blank, and its place; or why it is not to be read.
    fn line(&mut self) -> Option<Result<(Position, Bytes), Error>> {
        let mut lines = Lines::starting_at(&self.rest, self.position).with_limit(self.limit);
        let outcome = lines.next().map(|line| match lines.too_long(&line) {
            Some(error) => Err(error),
            None => {
                let source = Source::new(&self.rest);
                let start = source.offset_of(line.bytes).expect("the line lies in the input");
                Ok((line.position, self.rest.slice(start..start + line.bytes.len())))
            }
        });
        let used = self.rest.len() - lines.rest().len();
        self.position = lines.position();
        self.rest.advance(used);
        outcome
    }
}

impl<T: DeserializeOwned> Iterator for SharedRecords<T> {
    type Item = Result<SharedRecord<T>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let (position, line) = match self.line()? {
            Ok(line) => line,
            Err(error) => return Some(Err(error)),
        };
        let read = from_shared_counted(line.clone()).map(|read| {
            self.shared += read.shared;
            self.copied += read.copied;
            SharedRecord { position, line, value: read.value }
        });
        Some(read.map_err(|error| error.starting_at(position)))
    }
}

impl<T: DeserializeOwned> FusedIterator for SharedRecords<T> {}

impl<T> fmt::Debug for SharedRecords<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("SharedRecords");
        debug.field("position", &self.position).field("remaining", &self.rest.len()).finish()
    }
}
