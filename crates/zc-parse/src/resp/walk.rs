//! [`Walk`]: the one way through a value, for the grammar and for the framer.
//!
//! It is a machine that takes one byte after the other and can stop behind any of them. Usual
//! values that are there as a whole are walked faster; that way knows no errors, but leaves them to
//! the machine, so that there is one place where they are found.

use alloc::vec::Vec;
use core::ops::Range;

use zc_core::{Expected, FrameError, Incomplete};

use super::level::{Kind, Open};
use super::line::{NULL, STREAMED};
use super::part::Part;
use super::sink::Sink;
use super::usual::{usual_number, usual_value};
use super::{NullForm, Value};

/// Bytes that the shortest value takes.
const SHORTEST: usize = 3;
/// Bytes of the format of a verbatim string, with the `:`.
pub(super) const FORMAT: usize = 4;

/// How much one value may hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Aggregates in one another.
    pub(super) depth: usize,
    /// Nodes of a value.
    pub(super) nodes: usize,
}

/// How far a value was walked.
#[derive(Debug, Clone)]
pub(super) struct Walk {
    pub(super) limits: Limits,
    pub(super) open: Vec<Open>,
    /// Nodes that there are, and those that aggregates have announced.
    pub(super) nodes: usize,
    /// The byte that comes next; behind the end of the input while a string arrives.
    pub(super) at: usize,
    pub(super) part: Part,
    /// The type byte of the value.
    pub(super) kind: u8,
    /// Where the bytes of the value begin.
    pub(super) start: usize,
    /// The length, the count or the amount of the integer.
    pub(super) number: u64,
    pub(super) is_negative: bool,
}

impl Walk {
    pub(super) const fn new(limits: Limits) -> Self {
        Self {
            limits,
            open: Vec::new(),
            nodes: 1,
            at: 0,
            part: Part::Type,
            kind: 0,
            start: 0,
            number: 0,
            is_negative: false,
        }
    }

    /// Goes to a value that begins at `offset`.
    #[inline(always)]
    pub(super) fn restart(&mut self, offset: usize) {
        self.open.clear();
        (self.nodes, self.at, self.part) = (1, offset, Part::Type);
    }

    /// Forgets the first `count` bytes of the input.
    pub(super) const fn discard(&mut self, count: usize) {
        self.at = self.at.saturating_sub(count);
        self.start = self.start.saturating_sub(count);
    }

    /// What was expected where an input of `len` bytes ended.
    pub(super) const fn expected(&self, len: usize) -> Expected {
        self.part.expected_at_end(self.at, len)
    }

    /// Walks on to the end of the value and returns its offset.
    #[inline(always)]
    pub(super) fn walk<K: Sink>(
        &mut self,
        input: &[u8],
        sink: &mut K,
    ) -> Result<usize, FrameError> {
        loop {
            if self.part == Part::Type && self.usual(input, sink) {
                return Ok(self.at);
            }
            if self.unusual(input, sink)? {
                return Ok(self.at);
            }
        }
    }

    /// Walks usual values for as long as they are whole; says whether the outermost is over.
    #[inline(always)]
    fn usual<K: Sink>(&mut self, input: &[u8], sink: &mut K) -> bool {
        while let Some((&kind, line)) = input.get(self.at..).and_then(<[u8]>::split_first) {
            let start = self.at + 1;
            if let b'*' | b'%' | b'~' = kind {
                let Some((count, len)) = usual_number(line) else { return false };
                if !self.open_usual(kind, count, sink) {
                    return false;
                }
                self.at = start + len;
                continue;
            }
            let Some((value, len)) = usual_value(kind, line, start) else { return false };
            sink.push(value);
            self.at = start + len;
            if self.count(sink) {
                return true;
            }
            if self.part != Part::Type {
                return false;
            }
        }
        false
    }

    /// Takes bytes one by one to the next value that may be usual; says whether the outermost is
    /// over.
    #[inline(never)]
    fn unusual<K: Sink>(&mut self, input: &[u8], sink: &mut K) -> Result<bool, FrameError> {
        loop {
            let Some(&byte) = input.get(self.at) else { return Err(self.missing(input).into()) };
            match self.part {
                Part::Text => {
                    self.text(input)?;
                    continue;
                }
                Part::LineFeed | Part::BodyLineFeed if byte == b'\n' => {
                    self.at += 1;
                    if self.end(input, sink) {
                        return Ok(true);
                    }
                    if self.part == Part::Type {
                        return Ok(false);
                    }
                    continue;
                }
                Part::Type | Part::Next | Part::Chunk => self.part = self.begin(byte)?,
                _ => self.part = self.next(byte)?,
            }
            self.at += 1;
        }
    }

    /// How many bytes are missing at the least.
    #[cold]
    fn missing(&self, input: &[u8]) -> Incomplete {
        let behind = match self.part {
            Part::Type | Part::Next | Part::Chunk => SHORTEST,
            Part::LineFeed | Part::BodyLineFeed => 1,
            Part::Colon => 1 + self.body_len() - FORMAT + 2,
            _ => 2,
        };
        Incomplete { needed: self.at + behind - input.len() }
    }

    /// Nodes that may still be announced.
    #[inline(always)]
    pub(super) const fn room(&self) -> usize {
        self.limits.nodes.saturating_sub(self.nodes)
    }

    /// Bytes of a string or an error.
    #[expect(clippy::cast_possible_truncation, reason = "a length is at most `isize::MAX`")]
    pub(super) const fn body_len(&self) -> usize {
        self.number as usize
    }

    /// The line, or the bytes whose length was given, are over; says whether the outermost value
    /// is over.
    fn end<K: Sink>(&mut self, input: &[u8], sink: &mut K) -> bool {
        // Only where the beginning of the value was discarded is there less than a line ending.
        let text = self.start..self.at.saturating_sub(2);
        if self.part == Part::BodyLineFeed {
            return self.end_body(input, text, sink);
        }
        let value = match self.kind {
            b'+' => Value::Simple(text),
            b'-' => Value::Error(text),
            b',' => Value::Double(text),
            b'(' => Value::BigNumber(text),
            b'_' => Value::Null(NullForm::Plain),
            b'#' => Value::Boolean(self.number == 1),
            b':' if self.is_negative => Value::Integer(0_i64.wrapping_sub_unsigned(self.number)),
            b':' => Value::Integer(self.number.cast_signed()),
            b'$' if self.number == NULL => Value::Null(NullForm::Bulk),
            b'*' if self.number == NULL => Value::Null(NullForm::Array),
            b'$' if self.number == STREAMED => {
                return self.open(Value::Chunks(0), Kind::Chunks, sink);
            }
            b'$' | b'!' => return self.begin_body(Part::BodyEnd, self.body_len()),
            b'=' => return self.begin_body(Part::Colon, FORMAT - 1),
            b';' if self.number > 0 => {
                self.nodes += 1;
                return self.begin_body(Part::BodyEnd, self.body_len());
            }
            b';' | b'.' => {
                self.close(sink);
                return self.count(sink);
            }
            _ => return self.begin_aggregate(sink),
        };
        sink.push(value);
        self.count(sink)
    }

    /// Passes over `len` bytes, to `part`.
    const fn begin_body(&mut self, part: Part, len: usize) -> bool {
        self.part = part;
        self.start = self.at;
        self.at += len;
        false
    }

    fn end_body<K: Sink>(&mut self, input: &[u8], text: Range<usize>, sink: &mut K) -> bool {
        sink.push(match self.kind {
            b'!' => Value::BulkError(text),
            b';' => Value::Chunk(text),
            b'=' => {
                let format = input.get(text.start..).and_then(<[u8]>::first_chunk);
                Value::Verbatim {
                    format: format.copied().unwrap_or_default(),
                    text: text.start + FORMAT..text.end,
                }
            }
            _ => Value::Bulk(text),
        });
        self.count(sink)
    }
}
