//! [`Fields`]: the fields of a row, found as its stops are walked.

use core::ops::ControlFlow::{self, Break, Continue};
use core::ops::Range;
use core::slice;

use zc_core::mask::Find;
use zc_core::{Expected, Mismatch, SliceExt};

use super::{BEHIND_QUOTE, Csv, Field, Quoting, STOP};

/// The fields of a row, as far as they have been read.
pub(super) struct Fields<'r, 'i> {
    bytes: &'i [u8],
    delimiter: u8,
    /// Slots for the fields that follow.
    slots: slice::IterMut<'r, Field<&'i [u8]>>,
    /// Where the next field begins.
    pub(super) start: usize,
}

/// Where reading stops.
pub(super) enum Stop {
    /// The row ends here.
    End(usize),
    /// There is no slot for the next field.
    Full,
    /// This quote opens a field that is never closed.
    Unclosed(usize),
    /// Something stands behind this closing quote.
    Behind(usize),
}

impl<'r, 'i> Fields<'r, 'i> {
    #[inline(always)]
    pub(super) fn new(
        csv: &Csv,
        bytes: &'i [u8],
        start: usize,
        slots: slice::IterMut<'r, Field<&'i [u8]>>,
    ) -> Self {
        Self { bytes, delimiter: csv.delimiter, slots, start }
    }

    /// How many slots are left.
    #[inline(always)]
    pub(super) fn left(&self) -> usize {
        self.slots.len()
    }

    /// Reads up to the end of the row, if nothing is in the way.
    #[inline(always)]
    pub(super) fn read<F: Find>(&mut self, finder: F) -> Stop {
        loop {
            match finder.each(self.bytes, self.start, STOP, |stop| self.plain(stop)) {
                Break(Some(stop)) => return stop,
                Continue(()) => return self.end_at(self.bytes.len()),
                Break(None) => {}
            }
            if let Break(stop) = self.quoted(finder) {
                return stop;
            }
        }
    }

    /// Ends a field that stands in no quotes at `stop`, a delimiter, a `\n` or a quote, unless that
    /// is a quote inside of it. Breaks with nothing where a quote opens the field.
    #[inline(always)]
    fn plain(&mut self, stop: usize) -> ControlFlow<Option<Stop>> {
        let byte = self.bytes[stop];
        if byte == self.delimiter {
            if let Break(full) = self.push(self.start..stop, Quoting::Plain) {
                return Break(Some(full));
            }
            self.start = stop + 1;
            return Continue(());
        }
        if byte == b'\n' {
            return Break(Some(self.end_at(stop)));
        }
        if stop == self.start { Break(None) } else { Continue(()) }
    }

    /// Ends the row at `end`, a `\n` or the end of the input.
    #[inline(always)]
    fn end_at(&mut self, end: usize) -> Stop {
        let has_cr = end > self.start && self.bytes[end - 1] == b'\r';
        let len = if has_cr { end - 1 } else { end };
        match self.push(self.start..len, Quoting::Plain) {
            Continue(()) => Stop::End(end),
            Break(stop) => stop,
        }
    }

    /// Reads the field that a quote opens here, up to the delimiter behind it.
    #[inline(always)]
    fn quoted<F: Find>(&mut self, finder: F) -> ControlFlow<Stop> {
        if self.slots.len() == 0 {
            return Break(Stop::Full);
        }
        let (bytes, open) = (self.bytes, self.start);
        let quote = bytes[open];
        // The second quote of the last pair that stands for one.
        let mut pair = open;
        let closed = finder.each(bytes, open + 1, STOP, |stop| {
            if bytes[stop] != quote || stop == pair {
                return Continue(());
            }
            if bytes.get(stop + 1) != Some(&quote) {
                return Break(stop);
            }
            pair = stop + 1;
            Continue(())
        });
        let Break(close) = closed else { return Break(Stop::Unclosed(open)) };
        let quoting = if pair > open { Quoting::Doubled(quote) } else { Quoting::Quoted };
        self.push(open + 1..close, quoting)?;
        match bytes.get(close + 1..).unwrap_or_default() {
            [byte, ..] if *byte == self.delimiter => {
                self.start = close + 2;
                Continue(())
            }
            [] | [b'\n', ..] => Break(Stop::End(close + 1)),
            [b'\r'] | [b'\r', b'\n', ..] => Break(Stop::End(close + 2)),
            _ => Break(Stop::Behind(close)),
        }
    }

    #[inline(always)]
    fn push(&mut self, value: Range<usize>, quoting: Quoting) -> ControlFlow<Stop> {
        let Some(slot) = self.slots.next() else { return Break(Stop::Full) };
        slot.value = &self.bytes[value];
        slot.quoting = quoting;
        Continue(())
    }
}

/// The field has no closing quote: its first line should have had one.
#[cold]
pub(super) fn unclosed(bytes: &[u8], start: usize) -> Mismatch {
    let line_end = bytes[start..].find_byte(b'\n');
    let offset = line_end.map_or(bytes.len(), |at| start + at);
    Mismatch { offset, expected: Expected::Byte(bytes[start]) }
}

/// Something stands behind the closing quote.
#[cold]
pub(super) fn behind_quote(quote: usize) -> Mismatch {
    let expected = Expected::Named(BEHIND_QUOTE);
    Mismatch { offset: quote + 1, expected }
}
