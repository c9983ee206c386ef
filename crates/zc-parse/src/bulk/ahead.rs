//! [`Ahead`]: what the next piece begins with.

use zc_core::{FrameError, Framer, SliceExt};

/// What the next piece begins with.
#[derive(Debug)]
pub(super) enum Ahead<F> {
    /// A record, or what is none.
    Record,
    /// The same bytes again and more behind them: a record whose end is being looked for.
    Arriving(F),
    /// What is left of a record that was reported as too long.
    TooLong(F),
    /// What is left of a line in which no record could be.
    BadLine,
}

impl<F: Framer> Ahead<F> {
    /// Passes over what is left of a bad record; returns how much of `piece` that is.
    pub(super) fn pass_over(&mut self, piece: &[u8]) -> usize {
        match self {
            Self::Record | Self::Arriving(_) => 0,
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

    /// Takes the framer of a record that is arriving.
    pub(super) fn take_arriving(&mut self) -> Option<F> {
        match core::mem::replace(self, Self::Record) {
            Self::Arriving(framer) => Some(framer),
            other => {
                *self = other;
                None
            }
        }
    }
}
