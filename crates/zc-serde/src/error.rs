//! [`Error`]: why a JSON text was refused, and where.

use std::fmt;

use serde_json::error::Category;
use zc_core::Position;

use crate::locate::locate;

/// What kind of mistake an [`Error`] reports.
///
/// ```
/// use zc_serde::{ErrorKind, from_slice};
///
/// let kind = |json: &str| from_slice::<[u8; 1]>(json.as_bytes()).unwrap_err().kind();
/// assert_eq!(kind("[1 2]"), ErrorKind::Syntax);
/// assert_eq!(kind("[256]"), ErrorKind::Data);
/// assert_eq!(kind("[1"), ErrorKind::Eof);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The text is not JSON.
    Syntax,
    /// The text is JSON, but not what the type asks for: a value of another type, a missing field.
    Data,
    /// The text ends before its value does.
    Eof,
    /// The line is longer than the limit, and was not read.
    TooLong,
}

/// A JSON text that was refused: the kind of mistake, its place and a message.
///
/// ```
/// use zc_serde::{ErrorKind, from_slice};
///
/// let error = from_slice::<Vec<u32>>(b"[1,\n 2,x]").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Syntax);
/// assert_eq!(error.position().offset, 7);
/// assert_eq!(error.to_string(), "line 2, column 4 (byte 7): expected value");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    position: Position,
    message: Box<str>,
}

impl Error {
    /// What `serde_json` said about `json`, which begins at [`Position::START`].
    #[cold]
    pub(crate) fn new(json: &[u8], error: &serde_json::Error) -> Self {
        let message = message_of(error);
        let offset = locate(json, error, &message);
        Self {
            kind: kind_of(error),
            position: Position::START.after(&json[..offset]),
            message: message.into(),
        }
    }

    /// A line that begins at `start` has more than `limit` bytes.
    #[cold]
    pub(crate) fn too_long(start: Position, limit: usize) -> Self {
        let over = limit as u64;
        let (offset, column) = (start.offset + over, start.column + over);
        let position = Position { offset, column, ..start };
        let message = format!("the line is longer than {limit} bytes").into();
        Self { kind: ErrorKind::TooLong, position, message }
    }

    /// The kind of mistake.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The place of the mistake.
    ///
    /// - For [`Syntax`](ErrorKind::Syntax) it is the byte that cannot stand where it stands, or
    ///   the first byte of a number that is out of range or of a surrogate without its pair.
    /// - For [`Data`](ErrorKind::Data) it is the first byte of the value or key that does not
    ///   fit, or the closing bracket of the object or array that lacks something.
    /// - For [`Eof`](ErrorKind::Eof) it is the end of the text, where the next byte was expected.
    /// - For [`TooLong`](ErrorKind::TooLong) it is the first byte behind the limit.
    ///
    /// `serde_json` does not tell every case apart: after the value of an enum's variant, and
    /// for a key that should be a number, the place is one byte early.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.position
    }

    /// What is wrong, in the words of `serde_json` or of the type's own `Deserialize`, without
    /// the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Whether the text ended too early, so that more of it might mend it.
    ///
    /// A number that is cut off inside a value that is skipped counts as a syntax error.
    ///
    /// ```
    /// let error = zc_serde::from_slice::<Vec<u8>>(b"[1,").unwrap_err();
    /// assert!(error.is_eof() && error.position().offset == 3);
    /// ```
    #[must_use]
    pub const fn is_eof(&self) -> bool {
        matches!(self.kind, ErrorKind::Eof)
    }

    /// The same error for a text that begins at `start` of a longer input.
    ///
    /// ```
    /// use zc_core::Position;
    ///
    /// let start = Position { offset: 100, line: 7, column: 1 };
    /// let error = zc_serde::from_slice::<u32>(b" x").unwrap_err().starting_at(start);
    /// assert_eq!(error.to_string(), "line 7, column 2 (byte 101): expected value");
    /// ```
    #[must_use]
    pub fn starting_at(mut self, start: Position) -> Self {
        let Position { offset, line, column } = self.position;
        self.position = Position {
            offset: start.offset + offset,
            line: start.line + line - 1,
            column: if line == 1 { start.column + column - 1 } else { column },
        };
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { offset, line, column } = self.position;
        write!(f, "line {line}, column {column} (byte {offset}): {}", self.message)
    }
}

impl std::error::Error for Error {}

/// The message without the place, which `serde_json` appends to it.
fn message_of(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = text.strip_suffix(&place).unwrap_or(&text);
    match message.strip_prefix("EOF ") {
        Some(rest) if error.is_eof() => format!("end of input {rest}"),
        _ => message.to_owned(),
    }
}

fn kind_of(error: &serde_json::Error) -> ErrorKind {
    match error.classify() {
        Category::Syntax => ErrorKind::Syntax,
        Category::Eof => ErrorKind::Eof,
        // A slice has no I/O errors; one that a `Deserialize` passes on is about the data.
        Category::Data | Category::Io => ErrorKind::Data,
    }
}
