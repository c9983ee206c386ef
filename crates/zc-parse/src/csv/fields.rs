//! [`Fields`]: the fields of a row, found as its stops are walked.

use alloc::vec::Vec;
use core::ops::ControlFlow::{self, Break, Continue};

use zc_core::mask::{Find, Scanner};
use zc_core::{Expected, Mismatch, SliceExt};

use super::row::USUAL;
use super::{BEHIND_QUOTE, Csv, Field, QUOTE, Quoting};

/// The row that is being read.
pub(super) struct Fields<'r, 'i, F> {
    input: Scanner<'i, F>,
    places: &'r mut Vec<Field<&'i [u8]>>,
    /// The quote, or what is no byte.
    quote: u16,
    /// The fields so far.
    count: usize,
    /// Where the next field begins.
    start: usize,
    /// The field in quotes whose closing quote is known but has not been reached.
    closed: Closed,
}

/// Where a field in quotes is closed.
#[derive(Clone, Copy)]
struct Closed {
    quote: usize,
    quoting: Quoting,
}

/// Where a row ends, and how many fields it has.
pub(super) type End = Result<(usize, usize), Mismatch>;

impl<'r, 'i, F: Find> Fields<'r, 'i, F> {
    #[inline(always)]
    pub(super) fn new(
        csv: &Csv,
        input: &Scanner<'i, F>,
        places: &'r mut Vec<Field<&'i [u8]>>,
    ) -> Self {
        let closed = Closed { quote: 0, quoting: Quoting::Plain };
        let quote = csv.quote.map_or(u16::MAX, u16::from);
        Self { input: input.clone(), places, quote, count: 0, start: input.offset(), closed }
    }

    /// Ends a field at `stop`, a delimiter, `\n` or the end of the input, if it is not one of the
    /// bytes in quotes; breaks with the end of the row.
    #[inline(always)]
    pub(super) fn end_at(&mut self, csv: &Csv, stop: usize) -> ControlFlow<End> {
        let bytes = self.input.input();
        let is_end = !matches!(bytes.get(stop), Some(byte) if *byte != b'\n');
        let (mut start, mut end, mut quoting) = (self.start, stop, Quoting::Plain);
        if bytes.get(start).is_some_and(|first| u16::from(*first) == self.quote) {
            let closed = self.quoted(stop, is_end)?;
            if stop <= closed.quote {
                return Continue(());
            }
            (start, end, quoting) = (start + 1, closed.quote, closed.quoting);
        } else if is_end && end > start && bytes[end - 1] == b'\r' {
            end -= 1;
        }
        let Some(value) = bytes.get(start..end) else { return Continue(()) };
        if self.count >= self.places.len() {
            grow(self.places);
        }
        if let Some(place) = self.places.get_mut(self.count) {
            place.value = value;
            place.quoting = quoting;
        }
        self.count += 1;
        self.start = stop + 1;
        if is_end {
            return Break(Ok((stop, self.count)));
        }
        if self.count >= csv.most {
            return Break(Err(csv.too_many(stop)));
        }
        Continue(())
    }

    /// Where the field, which begins with a quote, is closed; if `stop` is behind that, it must
    /// be the end of the field.
    #[inline(always)]
    fn quoted(&mut self, stop: usize, is_end: bool) -> ControlFlow<End, Closed> {
        let bytes = self.input.input();
        if self.closed.quote <= self.start {
            match close(&self.input, self.start) {
                Ok(closed) => self.closed = closed,
                Err(mismatch) => return Break(Err(mismatch)),
            }
        }
        let quote = self.closed.quote;
        let is_behind = stop > quote + 1 && !(is_end && bytes[quote + 1..stop] == *b"\r");
        if is_behind {
            return Break(Err(behind_quote(quote)));
        }
        Continue(self.closed)
    }

    /// The mismatch of a field that the end of the input cuts.
    #[cold]
    pub(super) fn unclosed(&self) -> Mismatch {
        unclosed(self.input.input(), self.start)
    }
}

/// Finds the quote that closes the field at `start`.
#[inline(always)]
fn close<F: Find>(input: &Scanner<'_, F>, start: usize) -> Result<Closed, Mismatch> {
    let bytes = input.input();
    let quote = bytes[start];
    let mut quoting = Quoting::Quoted;
    let mut at = input.find(QUOTE, start + 1);
    while bytes.get(at + 1) == Some(&quote) {
        quoting = Quoting::Doubled(quote);
        at = input.find(QUOTE, at + 2);
    }
    if at >= bytes.len() {
        return Err(unclosed(bytes, start));
    }
    Ok(Closed { quote: at, quoting })
}

/// The field has no closing quote: its first line should have had one.
#[cold]
fn unclosed(bytes: &[u8], start: usize) -> Mismatch {
    let line_end = bytes[start..].find_byte(b'\n');
    let offset = line_end.map_or(bytes.len(), |at| start + at);
    Mismatch { offset, expected: Expected::Byte(bytes[start]) }
}

/// Something stands behind the closing quote.
#[cold]
fn behind_quote(quote: usize) -> Mismatch {
    let expected = Expected::Named(BEHIND_QUOTE);
    Mismatch { offset: quote + 1, expected }
}

#[cold]
fn grow(places: &mut Vec<Field<&[u8]>>) {
    places.resize(places.len().max(USUAL) * 2, Field::default());
}
