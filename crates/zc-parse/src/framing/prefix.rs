//! [`Prefix`]: a length of any number of bytes in front of a frame, read byte by byte.

use core::mem;
use core::ops::Range;

use zc_core::{Expected, FrameError, Incomplete, Mismatch};

/// No slice is longer than this.
const MOST: u64 = isize::MAX.unsigned_abs() as u64;

/// How far the length in front of a frame was read.
#[derive(Debug, Clone, Default)]
pub(super) struct Prefix {
    /// Bytes of the frame that were discarded.
    gone: usize,
    /// Bytes of the prefix that were read.
    read: usize,
    length: u64,
    is_whole: bool,
}

/// What a byte of the prefix made of the length.
pub(super) enum Step {
    /// The length so far, of which more follows.
    More(u64),
    /// The length; the prefix is over.
    Whole(u64),
}

/// What a length may be at the most, for errors.
pub(super) const FITS: Expected = Expected::Named("a length that fits into memory");

impl Prefix {
    /// Reads the prefix and says where the payload lies and where the frame ends, `trailer` bytes
    /// behind the payload. `step` is given the number of bytes before, the length so far and a
    /// byte.
    #[inline(always)]
    pub(super) fn read(
        &mut self,
        buffer: &[u8],
        trailer: usize,
        step: impl Fn(usize, u64, u8) -> Result<Step, Expected>,
    ) -> Result<(Range<usize>, usize), FrameError> {
        while !self.is_whole {
            let at = self.read.saturating_sub(self.gone);
            let Some(&byte) = buffer.get(at) else {
                return Err(Incomplete { needed: 1 + trailer }.into());
            };
            let (length, is_whole) = match step(self.read, self.length, byte) {
                Ok(Step::More(length)) => (length, false),
                Ok(Step::Whole(length)) => (length, true),
                Err(expected) => return Err(Mismatch { offset: at, expected }.into()),
            };
            if length > MOST - 64 {
                return Err(Mismatch { offset: at, expected: FITS }.into());
            }
            (self.length, self.is_whole) = (length, is_whole);
            self.read += 1;
        }
        let length = usize::try_from(self.length).expect("at most the greatest `isize`");
        let start = self.read.saturating_sub(self.gone);
        let end = (self.read + length).saturating_sub(self.gone);
        match (end + trailer).checked_sub(buffer.len()) {
            None | Some(0) => Ok((start..end, end + trailer)),
            Some(needed) => Err(Incomplete { needed }.into()),
        }
    }

    /// Begins the next frame.
    #[inline(always)]
    pub(super) fn reset(&mut self) {
        mem::take(self);
    }

    pub(super) fn discard(&mut self, count: usize) {
        self.gone = self.gone.saturating_add(count);
    }
}
