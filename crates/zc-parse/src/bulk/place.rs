//! [`Places`]: the absolute places of records in a window, whose lines are counted when asked for.

use zc_core::Position;
use zc_core::mask::count_byte;

/// A window, and how far its lines have been counted.
#[derive(Debug)]
pub(super) struct Places<'i> {
    window: &'i [u8],
    /// Where the window begins.
    base: Position,
    /// Bytes of the window whose lines are counted.
    counted: usize,
    /// The line that begins behind them.
    line: u64,
}

impl<'i> Places<'i> {
    #[inline(always)]
    pub(super) const fn new(base: Position, window: &'i [u8]) -> Self {
        Self { window, base, counted: 0, line: base.line }
    }

    /// The place of `offset`, which is that of the window or at which a line begins; lines before
    /// it are counted once.
    #[inline(always)]
    pub(super) fn at(&mut self, offset: usize) -> Position {
        if offset == 0 {
            return self.base;
        }
        self.count_to(offset);
        Position { offset: self.base.offset + offset as u64, line: self.line, column: 1 }
    }

    /// Counts the lines before `offset`.
    #[inline(always)]
    pub(super) fn count_to(&mut self, offset: usize) {
        if self.counted < offset {
            self.line += count_byte(&self.window[self.counted..offset], b'\n') as u64;
            self.counted = offset;
        }
    }

    /// Counts a record that is one line, up to `end`, without looking at it.
    #[inline(always)]
    pub(super) const fn count_line(&mut self, end: usize) {
        self.line += 1;
        self.counted = end;
    }
}
