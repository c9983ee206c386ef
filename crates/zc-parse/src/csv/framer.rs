//! [`CsvRow`]: where a row ends, which is no newline in quotes.

use core::ops::ControlFlow::{self, Break, Continue};

use zc_core::{Expected, Frame, FrameError, Framer, Incomplete, Mismatch, SliceExt};

use super::BEHIND_QUOTE;

/// Rows of CSV: they end after a `\n` that is in no quotes.
///
/// The payload is what lies before the line ending. A quote opens where a field begins; where
/// something stands behind the closing one that is no end of a field, no row can be.
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
    /// Behind a CR behind that, which only LF may follow.
    CarriageReturn,
}

/// How many bytes to go on by; or to the end of the row, or back to what is no row.
type Step = ControlFlow<Result<usize, usize>, usize>;

impl CsvRow {
    /// A framer at the beginning of a row.
    #[must_use]
    pub const fn new(delimiter: u8, quote: Option<u8>) -> Self {
        Self { delimiter, quote, state: State::FieldStart, searched: 0 }
    }

    /// Looks at the next byte of `rest`, or at all up to one that matters.
    fn step(&mut self, rest: &[u8]) -> Step {
        match self.state {
            State::FieldStart if self.quote == Some(rest[0]) => self.go(State::Quoted, 1),
            State::FieldStart => self.go(State::Plain, 0),
            State::Plain => match memchr::memchr2(self.delimiter, b'\n', rest) {
                Some(at) if rest[at] == b'\n' => self.end(at + 1),
                Some(at) => self.go(State::FieldStart, at + 1),
                None => Continue(rest.len()),
            },
            State::Quoted => match self.quote.and_then(|quote| rest.find_byte(quote)) {
                Some(at) => self.go(State::QuoteInQuoted, at + 1),
                None => Continue(rest.len()),
            },
            State::QuoteInQuoted => match rest[0] {
                byte if self.quote == Some(byte) => self.go(State::Quoted, 1),
                byte if byte == self.delimiter => self.go(State::FieldStart, 1),
                b'\r' => self.go(State::CarriageReturn, 1),
                b'\n' => self.end(1),
                _ => Break(Err(0)),
            },
            State::CarriageReturn if rest[0] == b'\n' => self.end(1),
            State::CarriageReturn => Break(Err(1)),
        }
    }

    fn end(&mut self, count: usize) -> Step {
        self.state = State::FieldStart;
        Break(Ok(count))
    }

    fn go(&mut self, state: State, count: usize) -> Step {
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
                Break(Err(count)) => {
                    self.searched = at;
                    let expected = Expected::Named(BEHIND_QUOTE);
                    return Err(Mismatch { offset: at - count, expected }.into());
                }
                Break(Ok(count)) => {
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
