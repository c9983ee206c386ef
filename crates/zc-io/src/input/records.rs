//! [`Records`]: windows that hold whole records, of a bounded length.

use std::fmt;
use std::io::{self, ErrorKind};

use zc_core::SliceExt;

use super::{Input, Window};

/// An input as windows, each of which ends where a record ends.
///
/// What begins in one read and ends in a later one is carried over, so that a caller never sees a
/// part of a record; only the last record of the input may lack its delimiter. A record that is
/// too long is reported once, by its offset, after all those before it were shown; the next call
/// goes on behind it. It is passed over in parts, so that memory stays bounded.
///
/// ```
/// use zc_io::{Input, RecordsError};
///
/// let input = Input::from_reader(Box::new(&b"one\ntwo\nfar too long\nthree"[..]));
/// let mut records = input.records(b'\n', 5);
/// let (mut shown, mut too_long) = (Vec::new(), 0);
/// loop {
///     match records.window() {
///         Ok(Some(window)) => shown.push(window.bytes.to_vec()),
///         Ok(None) => break,
///         Err(RecordsError::TooLong { offset, limit }) => {
///             assert_eq!((offset, limit), (8, 5));
///             too_long += 1;
///         }
///         Err(error) => panic!("{error}"),
///     }
/// }
/// assert_eq!((shown, too_long), (vec![b"one\ntwo\n".to_vec(), b"three".to_vec()], 1));
/// ```
#[derive(Debug)]
pub struct Records {
    input: Input,
    delimiter: u8,
    limit: usize,
    /// Bytes of the window that was handed out, which the next call consumes.
    lent: usize,
    /// Bytes at the front of what is not consumed that are known to hold no delimiter.
    clean: usize,
    /// Whether the front of what is not consumed belongs to a record that was reported.
    is_skipping: bool,
}

impl Records {
    pub(super) fn new(input: Input, delimiter: u8, limit: usize) -> Self {
        Self { input, delimiter, limit, lent: 0, clean: 0, is_skipping: false }
    }

    /// The next records, one or more; `None` at the end of the input.
    ///
    /// They are consumed by the next call. A stream shows those that are complete at once.
    ///
    /// # Errors
    ///
    /// [`TooLong`](RecordsError::TooLong), after which the next call goes on behind that record;
    /// [`Io`](RecordsError::Io) as from [`Input::window`], after which the next call tries again.
    ///
    /// # Copies
    ///
    /// As [`Input::window`]: a read copies each byte once, a map none.
    pub fn window(&mut self) -> Result<Option<Window<'_>>, RecordsError> {
        self.input.advance(std::mem::take(&mut self.lent));
        loop {
            match self.step() {
                Step::Lend { len } => {
                    self.lent = len;
                    let Window { bytes, offset, is_last } = self.input.shown();
                    let is_last = is_last && len == bytes.len();
                    return Ok(Some(Window { bytes: &bytes[..len], offset, is_last }));
                }
                Step::TooLong => {
                    self.is_skipping = true;
                    let offset = self.input.offset();
                    return Err(RecordsError::TooLong { offset, limit: self.limit });
                }
                Step::More if self.input.shown().is_last => {
                    return self.input.verify().map(|()| None).map_err(RecordsError::Io);
                }
                Step::More => drop(self.input.window().map_err(RecordsError::Io)?),
            }
        }
    }

    /// Looks at what is there already.
    fn step(&mut self) -> Step {
        if self.is_skipping && !self.skip() {
            return Step::More;
        }
        let shown = self.input.shown();
        let records = whole_records(shown.bytes, self.clean, self.delimiter, self.limit);
        let is_all = shown.is_last && !records.is_next_too_long;
        let len = if is_all { shown.bytes.len() } else { records.len };
        self.clean = if len > 0 || records.is_next_too_long { 0 } else { shown.bytes.len() };
        match len {
            0 if records.is_next_too_long => Step::TooLong,
            0 => Step::More,
            _ => Step::Lend { len },
        }
    }

    /// Consumes the rest of a record that is too long, and says whether its end was there.
    fn skip(&mut self) -> bool {
        let bytes = self.input.shown().bytes;
        let end = bytes.find_byte(self.delimiter);
        let count = end.map_or(bytes.len(), |at| at + 1);
        self.is_skipping = end.is_none();
        self.input.advance(count);
        !self.is_skipping
    }

    /// The input, to ask for its copies and its kind.
    #[must_use]
    pub fn input(&self) -> &Input {
        &self.input
    }
}

enum Step {
    /// So many bytes are whole records.
    Lend { len: usize },
    /// The record at the front is too long.
    TooLong,
    /// The record at the front has not ended yet.
    More,
}

/// The whole records at the front of some bytes.
struct Whole {
    len: usize,
    is_next_too_long: bool,
}

/// Finds the last delimiter before which no record is longer than `limit`.
///
/// It looks backwards from where the next record must have ended at the latest. What lies before
/// the delimiter that it finds need not be looked at, since no record in there can be too long.
/// Two such steps get further than `limit`, and each looks at `limit` bytes at most, so the time
/// is linear; with short records it is next to nothing.
fn whole_records(bytes: &[u8], clean: usize, delimiter: u8, limit: usize) -> Whole {
    let (mut len, mut from) = (0_usize, clean);
    loop {
        let reach = len.saturating_add(limit).saturating_add(1).min(bytes.len());
        let Some(at) = bytes[from.min(reach)..reach].rfind_byte(delimiter) else {
            return Whole { len, is_next_too_long: reach - len > limit };
        };
        len = from + at + 1;
        from = len;
    }
}

/// Why a window of records is not there.
///
/// ```
/// use std::io::{self, ErrorKind};
/// use zc_io::{Input, RecordsError};
///
/// let mut records = Input::from_reader(Box::new(&b"far too long\n"[..])).records(b'\n', 5);
/// let error = records.window().unwrap_err();
/// assert!(matches!(error, RecordsError::TooLong { offset: 0, limit: 5 }));
/// assert_eq!(io::Error::from(error).kind(), ErrorKind::InvalidData);
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum RecordsError {
    /// A record has no end within the limit.
    TooLong {
        /// Where it begins, in bytes from the beginning of the input.
        offset: u64,
        /// The most bytes that a record may have, its delimiter not counted.
        limit: usize,
    },
    /// The input could not be read.
    Io(io::Error),
}

impl fmt::Display for RecordsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { offset, limit } => {
                write!(f, "the record at byte {offset} is longer than {limit} bytes")
            }
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for RecordsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::TooLong { .. } => None,
            Self::Io(error) => error.source(),
        }
    }
}

impl From<RecordsError> for io::Error {
    fn from(error: RecordsError) -> Self {
        match error {
            RecordsError::Io(error) => error,
            error @ RecordsError::TooLong { .. } => Self::new(ErrorKind::InvalidData, error),
        }
    }
}
