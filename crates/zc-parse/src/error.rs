//! [`Error`]: where an input is no record, what was found there, and what was expected.

use core::fmt;

use zc_core::{Expected, Found, Mismatch, Position};

/// Where an input is no record, and why.
///
/// ```
/// use zc_parse::{Grammar, Kv};
///
/// let error = Kv.parse_one(b"no pair").unwrap_err();
/// assert_eq!(error.to_string(), "line 1, column 8 (byte 7): found the end of the input; expected `=`");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    position: Position,
    found: Found,
}

/// What is wrong with a record.
///
/// ```
/// use zc_core::Expected;
/// use zc_parse::{ErrorKind, Grammar, Kv};
///
/// let error = Kv.parse_one(b"no pair").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Expected(Expected::Byte(b'=')));
/// assert!(!error.is_too_long());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Something else should have stood at the place.
    Expected(Expected),
    /// The record is longer than the limit.
    TooLong {
        /// The most bytes that a record may have.
        limit: usize,
    },
}

impl Error {
    /// The mismatch that a grammar found in `record`, which begins at `start` of the input.
    pub(crate) fn mismatch(start: Position, record: &[u8], mismatch: Mismatch) -> Self {
        Self {
            kind: ErrorKind::Expected(mismatch.expected),
            position: start.after(record.get(..mismatch.offset).unwrap_or(record)),
            found: Found::at(record, mismatch.offset),
        }
    }

    /// The record at `start` is longer than `limit` bytes.
    pub(crate) fn too_long(start: Position, limit: usize) -> Self {
        Self { kind: ErrorKind::TooLong { limit }, position: start, found: Found(None) }
    }

    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The place: where something else was expected, or where the record that is too long begins.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.position
    }

    /// Whether the record was longer than the limit.
    #[must_use]
    pub const fn is_too_long(&self) -> bool {
        matches!(self.kind, ErrorKind::TooLong { .. })
    }

    /// What was found and what was expected, without the place.
    #[must_use]
    pub fn reason(&self) -> impl fmt::Display {
        Reason { kind: self.kind, found: self.found }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { offset, line, column } = self.position;
        write!(f, "line {line}, column {column} (byte {offset}): {}", self.reason())
    }
}

impl core::error::Error for Error {}

struct Reason {
    kind: ErrorKind,
    found: Found,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            ErrorKind::Expected(expected) => {
                write!(f, "found {}; expected {expected}", self.found)
            }
            ErrorKind::TooLong { limit } => {
                write!(f, "found a longer record; expected at most {limit} bytes")
            }
        }
    }
}
