//! [`Grammar`]: a format, written once and run on slices and on masks.

use core::fmt;

use zc_core::mask::{Find, Scanner, Slice, StopSet};
use zc_core::{Expected, Framer, Mismatch};

use crate::{Error, single};

/// A format of records, one behind the other.
///
/// A grammar is written once, against a [`Scanner`]; [`parse_one`](Self::parse_one) and
/// [`nom::parser`](crate::nom::parser) run it on the bytes of one record, and
/// [`Bulk`](crate::Bulk) on the masks of a window of records. Both give the same records and the
/// same errors.
///
/// What most formats need has a default here: a record is a line, and what is no record is a bad
/// one.
///
/// A grammar of two stop sets, whose comments are no records:
///
/// ```
/// use zc_core::mask::{Find, Scanner, StopSet};
/// use zc_core::Mismatch;
/// use zc_parse::framing::Newline;
/// use zc_parse::{Grammar, Records};
///
/// const COLON: usize = 0;
/// const END: usize = 1;
/// const STOPS: &[StopSet] = &[StopSet::of(b":\n"), StopSet::of(b"\n")];
///
/// struct Entry;
///
/// impl Grammar for Entry {
///     type Record<'i> = (&'i [u8], &'i [u8]);
///     type Framer = Newline;
///
///     fn framer(&self) -> Newline {
///         Newline::new()
///     }
///
///     fn stops(&self) -> &[StopSet] {
///         STOPS
///     }
///
///     fn skip_gap<F: Find>(&self, input: &mut Scanner<'_, F>) {
///         while input.peek() == Some(b'#') {
///             input.run(END);
///             input.eat(b'\n');
///         }
///     }
///
///     fn parse<'i, F: Find>(
///         &self,
///         line: &mut Scanner<'i, F>,
///         entry: &mut (&'i [u8], &'i [u8]),
///     ) -> Result<(), Mismatch> {
///         *entry = (line.until(COLON, b':')?, line.run(END));
///         Ok(())
///     }
/// }
///
/// // Records are lines, and no mistake can hide the end of one: the defaults.
/// assert!(!Entry::SPANS_LINES && !Entry::FALLS_BACK_TO_LINES && !Entry::HOLDS_ITS_END);
/// let mut records = Records::new(Entry, b"# users\nroot:0\nnobody\n");
/// assert_eq!(records.next().unwrap()?, (&b"root"[..], &b"0"[..]));
/// assert_eq!(records.next().unwrap().unwrap_err().position().line, 3);
/// # Ok::<(), zc_parse::Error>(())
/// ```
pub trait Grammar {
    /// What one record becomes. It borrows from the input; a grammar with any number of fields
    /// uses its storage again.
    type Record<'i>: Default;

    /// What finds the end of a record that is still arriving.
    type Framer: Framer + fmt::Debug;

    /// Whether a record may hold `\n` before its end.
    const SPANS_LINES: bool = false;

    /// Whether a mistake in a record can hide its end, as a quote that is never closed hides that
    /// of a row of CSV. Where the end is found neither before the limit nor before the end of the
    /// input, the lines up to there are judged one by one.
    const FALLS_BACK_TO_LINES: bool = false;

    /// Whether a record holds its own end, as a head of HTTP holds the empty line behind its
    /// headers, so that nothing need stand behind it.
    const HOLDS_ITS_END: bool = false;

    /// A framer at the beginning of a record. Where [`parse`](Self::parse) reads a record, the
    /// framer ends it at the same place; of what is no record, it says how much is passed over
    /// before reading goes on.
    fn framer(&self) -> Self::Framer;

    /// The sets of bytes at which this grammar stops; the scanner is told their indices. A search
    /// must not run past the record that it is made for: where records are lines, each set holds
    /// `\n`.
    fn stops(&self) -> &[StopSet];

    /// Moves past what is no record, such as blank lines; at the end of the input or at a record
    /// it stays where it is.
    #[inline(always)]
    fn skip_gap<F: Find>(&self, _input: &mut Scanner<'_, F>) {}

    /// Reads one record, without the line ending behind it.
    ///
    /// # Errors
    ///
    /// A [`Mismatch`], in bytes from the beginning of the scanner's input; the scanner and the
    /// record may then be in any state.
    fn parse<'i, F: Find>(
        &self,
        input: &mut Scanner<'i, F>,
        record: &mut Self::Record<'i>,
    ) -> Result<(), Mismatch>;

    /// Moves past what must stand behind a record: by default `\n`, `\r\n` or the end of the
    /// input, and nothing where it [holds its end](Self::HOLDS_ITS_END).
    ///
    /// # Errors
    ///
    /// A [`Mismatch`] where something else stands there.
    #[inline(always)]
    fn end<F: Find>(&self, input: &mut Scanner<'_, F>) -> Result<(), Mismatch> {
        if Self::HOLDS_ITS_END { Ok(()) } else { end_line(input) }
    }

    /// Reads one record from the beginning of `input`; returns it and what lies behind it: the
    /// line ending, of which a last field that runs to the end of the line has taken the `\r`,
    /// or whatever else stands where the record is over. Nothing is passed over before it.
    ///
    /// # Errors
    ///
    /// An [`Error`] that says where `input` is no record, and what was expected there.
    ///
    /// # Copies
    ///
    /// Never.
    fn parse_one<'i>(&self, input: &'i [u8]) -> Result<(Self::Record<'i>, &'i [u8]), Error> {
        let mut record = Self::Record::default();
        let rest = single::parse(self, input, Slice::new(self.stops()), &mut record)?;
        Ok((record, rest))
    }
}

/// Moves past `\n`, `\r\n` or the end of the input, one of which must come next.
#[inline(always)]
fn end_line<F: Find>(input: &mut Scanner<'_, F>) -> Result<(), Mismatch> {
    if input.eat(b'\n') || input.is_at_end() {
        return Ok(());
    }
    let carriage_return = input.offset();
    if input.eat(b'\r') && (input.eat(b'\n') || input.is_at_end()) {
        return Ok(());
    }
    input.set_offset(carriage_return);
    Err(input.mismatch(Expected::Byte(b'\n')))
}
