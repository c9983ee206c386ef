//! [`Fields`]: the fields of a row, found as its stops are walked.

use core::ops::ControlFlow::{self, Break, Continue};
use core::slice;

use zc_core::mask::{Find, Scanner};
use zc_core::{Expected, Mismatch, SliceExt};

use super::{BEHIND_QUOTE, Csv, Field, Quoting};

/// The fields of a row, as far as they have been read.
pub(super) struct Fields<'r, 'i> {
    bytes: &'i [u8],
    delimiter: u8,
    /// Places for the fields that follow.
    places: slice::IterMut<'r, Field<&'i [u8]>>,
    /// Where the next field begins; [`IN_QUOTES`] until a field in quotes is closed.
    pub(super) start: usize,
    /// The quote that opens the last field in quotes.
    pub(super) open: usize,
    /// The second quote of the last pair that stands for one.
    pair: usize,
}

/// A start behind every stop, so that none ends a field.
const IN_QUOTES: usize = usize::MAX;

/// Where reading stops.
pub(super) enum Stop {
    /// The row ends here.
    End(usize),
    /// There is no place for the next field.
    Full,
    /// The field in quotes is never closed.
    Unclosed,
    /// Something stands behind this closing quote.
    Behind(usize),
}

impl<'r, 'i> Fields<'r, 'i> {
    #[inline(always)]
    pub(super) fn new<F: Find>(
        csv: &Csv,
        input: &Scanner<'i, F>,
        places: &'r mut [Field<&'i [u8]>],
    ) -> Self {
        Self {
            bytes: input.input(),
            delimiter: csv.delimiter,
            places: places.iter_mut(),
            start: input.offset(),
            open: 0,
            pair: 0,
        }
    }

    /// How many places are left.
    #[inline(always)]
    pub(super) fn room(&self) -> usize {
        self.places.len()
    }

    /// Reads on up to `stop`, a delimiter, a `\n` or a quote.
    #[inline(always)]
    pub(super) fn stop_at(&mut self, stop: usize) -> ControlFlow<Stop> {
        let byte = self.bytes[stop];
        if byte == self.delimiter {
            // In quotes there is no value: the start lies behind every stop.
            let Some(value) = self.bytes.get(self.start..stop) else { return Continue(()) };
            self.push(value, Quoting::Plain)?;
            self.start = stop + 1;
            return Continue(());
        }
        if byte != b'\n' {
            return self.quote_at(stop);
        }
        if stop < self.start {
            return Continue(());
        }
        Break(self.end_at(stop))
    }

    /// Ends the row at `end`, a `\n` or the end of the input.
    #[inline(always)]
    pub(super) fn end_at(&mut self, end: usize) -> Stop {
        let Some(value) = self.bytes.get(self.start..end) else {
            return Stop::Unclosed;
        };
        match self.push(value.strip_suffix(b"\r").unwrap_or(value), Quoting::Plain) {
            Continue(()) => Stop::End(end),
            Break(stop) => stop,
        }
    }

    /// Judges a quote: it opens a field or closes it, or is a byte of one.
    #[inline(always)]
    fn quote_at(&mut self, quote: usize) -> ControlFlow<Stop> {
        if quote == self.start {
            if self.places.len() == 0 {
                return Break(Stop::Full);
            }
            self.start = IN_QUOTES;
            self.open = quote;
            return Continue(());
        }
        if self.start != IN_QUOTES || quote == self.pair {
            return Continue(());
        }
        let next = self.bytes.get(quote + 1).copied();
        if next == Some(self.bytes[quote]) {
            self.pair = quote + 1;
            return Continue(());
        }
        self.close(quote)
    }

    /// Ends a field at the quote that closes it.
    #[inline(always)]
    fn close(&mut self, quote: usize) -> ControlFlow<Stop> {
        let value = self.bytes.get(self.open + 1..quote).unwrap_or_default();
        let has_pairs = self.pair > self.open;
        let quoting = if has_pairs { Quoting::Doubled(self.bytes[quote]) } else { Quoting::Quoted };
        self.push(value, quoting)?;
        match self.bytes.get(quote + 1..).unwrap_or_default() {
            [byte, ..] if *byte == self.delimiter => {
                self.start = quote + 2;
                Continue(())
            }
            [] | [b'\n', ..] => Break(Stop::End(quote + 1)),
            [b'\r'] | [b'\r', b'\n', ..] => Break(Stop::End(quote + 2)),
            _ => Break(Stop::Behind(quote)),
        }
    }

    #[inline(always)]
    fn push(&mut self, value: &'i [u8], quoting: Quoting) -> ControlFlow<Stop> {
        let Some(place) = self.places.next() else { return Break(Stop::Full) };
        place.value = value;
        place.quoting = quoting;
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
