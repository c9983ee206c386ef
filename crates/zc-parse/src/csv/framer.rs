//! [`CsvRow`]: where a row ends, which is no newline in quotes.

use core::ops::ControlFlow::{self, Break, Continue};

use zc_core::{Frame, FrameError, Framer, Incomplete, SliceExt};

/// Rows of CSV: they end after a `\n` that is in no quotes.
///
/// The payload is what lies before the line ending. A quote opens where a field begins; what is
/// no CSV behind a closing one is passed over up to the next delimiter, so that the row is whole
/// and the [grammar](super::Csv) can say what is wrong with it.
///
/// ```
/// use zc_core::{Framer, Incomplete};
/// use zc_parse::csv::CsvRow;
///
/// let mut rows = CsvRow::new(b',', Some(b'"'));
/// assert_eq!(rows.frame(b"1,\"two\nli"), Err(Incomplete { needed: 1 }.into()));
/// assert_eq!(rows.frame(b"1,\"two\nlines\"\n2,x").map(|frame| frame.len), Ok(14));
/// ```
#[derive(Debug, Clone)]
pub struct CsvRow {
    delimiter: u8,
    quote: Option<u8>,
    state: State,
    /// Bytes of the first row that were looked at.
    searched: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    FieldStart,
    Plain,
    Quoted,
    /// Behind a quote in a quoted field, which closes it or is the first of two.
    QuoteInQuoted,
}

impl CsvRow {
    /// A framer at the beginning of a row.
    #[must_use]
    pub const fn new(delimiter: u8, quote: Option<u8>) -> Self {
        Self { delimiter, quote, state: State::FieldStart, searched: 0 }
    }

    /// Moves over the next byte of `rest`, or over all up to one that matters; breaks behind the
    /// end of the row.
    fn step(&mut self, rest: &[u8]) -> ControlFlow<usize, usize> {
        match self.state {
            State::FieldStart if self.quote == Some(rest[0]) => self.go(State::Quoted, 1),
            State::FieldStart => self.go(State::Plain, 0),
            State::Plain => match memchr::memchr2(self.delimiter, b'\n', rest) {
                Some(at) if rest[at] == b'\n' => {
                    self.state = State::FieldStart;
                    Break(at + 1)
                }
                Some(at) => self.go(State::FieldStart, at + 1),
                None => Continue(rest.len()),
            },
            State::Quoted => match self.quote.and_then(|quote| rest.find_byte(quote)) {
                Some(at) => self.go(State::QuoteInQuoted, at + 1),
                None => Continue(rest.len()),
            },
            State::QuoteInQuoted if self.quote == Some(rest[0]) => self.go(State::Quoted, 1),
            State::QuoteInQuoted => self.go(State::Plain, 0),
        }
    }

    fn go(&mut self, state: State, count: usize) -> ControlFlow<usize, usize> {
        self.state = state;
        Continue(count)
    }
}

impl Framer for CsvRow {
    fn frame(&mut self, buffer: &[u8]) -> Result<Frame, FrameError> {
        let mut at = self.searched.min(buffer.len());
        while at < buffer.len() {
            match self.step(&buffer[at..]) {
                Continue(count) => at += count,
                Break(count) => {
                    self.searched = 0;
                    let len = at + count;
                    let payload = 0..buffer[..len].trim_line_ending().len();
                    return Ok(Frame { len, payload });
                }
            }
        }
        self.searched = at;
        Err(Incomplete { needed: 1 }.into())
    }

    fn discard(&mut self, count: usize) {
        self.searched = self.searched.saturating_sub(count);
    }
}
