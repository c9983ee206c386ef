//! [`Grammar`]: a format, written once and run on slices and on masks.

use zc_core::Position;
use zc_core::mask::{Find, Mismatch, Scanner, Slice, StopSet};

use crate::Error;

/// A format whose records are lines.
///
/// A grammar is written once, against a [`Scanner`]; [`parse_one`](Self::parse_one) and
/// [`nom::parser`](crate::nom::parser) run it on the bytes of one record, and
/// [`Bulk`](crate::Bulk) on the masks of a window of records. Both give the same records and the
/// same errors.
pub trait Grammar {
    /// What one record becomes. It borrows from the input; a grammar with any number of fields
    /// uses its storage again.
    type Record<'i>: Default;

    /// The sets of bytes at which this grammar stops; the scanner is told their indices. Each
    /// holds `\n`, so that no search runs past its record.
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
        let mut scanner = Scanner::new(input, Slice::new(self.stops()));
        let mut record = Self::Record::default();
        match self.parse(&mut scanner, &mut record) {
            Ok(()) => Ok((record, scanner.rest())),
            Err(mismatch) => Err(Error::mismatch(Position::START, input, mismatch)),
        }
    }
}
