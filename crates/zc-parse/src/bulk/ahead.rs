//! [`Ahead`]: what the next piece begins with.

use core::mem;

use zc_core::{FrameError, Framer, Position, SliceExt};

use crate::framing::Newline;

/// What the next piece begins with.
#[derive(Debug)]
pub(super) enum Ahead<F> {
    /// A record, or what is none.
    Record,
    /// The same bytes again and more behind them: a record whose end is being looked for.
    Arriving(F),
    /// The same, of records that are judged line by line.
    Line(Newline),
    /// What is left of a record that was reported as too long.
    TooLong(F),
    /// What is left of a line in which no record could be.
    BadLine,
    /// What is left of a line that is too long and so far blank: a gap, or a record that is still
    /// to be reported, with the place where it begins.
    LongBlank(Position),
}

impl<F: Framer> Ahead<F> {
    /// Passes over what is left of a bad record; returns how much of `piece` that is.
    pub(super) fn pass_over(&mut self, piece: &[u8]) -> usize {
        match self {
            Self::Record | Self::Arriving(_) | Self::Line(_) | Self::LongBlank(_) => 0,
            Self::TooLong(framer) => match framer.frame(piece) {
                Ok(frame) => {
                    *self = Self::Record;
                    frame.len
                }
                Err(FrameError::Malformed(mismatch)) => {
                    *self = Self::BadLine;
                    let before = mismatch.offset.min(piece.len());
                    before + self.pass_over(&piece[before..])
                }
                Err(_) => {
                    framer.discard(piece.len());
                    piece.len()
                }
            },
            Self::BadLine => match piece.find_byte(b'\n') {
                Some(end) => {
                    *self = Self::Record;
                    end + 1
                }
                None => piece.len(),
            },
        }
    }

    /// Whether what follows is left of a bad record.
    pub(super) const fn is_passed_over(&self) -> bool {
        matches!(self, Self::TooLong(_) | Self::BadLine)
    }

    /// Takes the framer of a record that is arriving.
    pub(super) fn take_arriving(&mut self) -> Option<F> {
        match mem::replace(self, Self::Record) {
            Self::Arriving(framer) => Some(framer),
            other => {
                *self = other;
                None
            }
        }
    }

    /// Takes the framer of a line that is arriving, or one for a line that begins.
    pub(super) fn take_line(&mut self) -> Newline {
        match mem::replace(self, Self::Record) {
            Self::Line(newline) => newline,
            _ => Newline::new(),
        }
    }
}
