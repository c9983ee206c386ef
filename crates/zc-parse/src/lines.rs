//! Lines as they are, for formats whose records another reader takes apart.

use zc_core::mask::{Find, Scanner, StopSet};
use zc_core::{Mismatch, SliceExt};

use crate::Grammar;
use crate::framing::Newline;

const NEWLINE: usize = 0;
const STOPS: &[StopSet] = &[StopSet::of(b"\n")];

/// The grammar of which every line is a record, the empty one too.
///
/// ```
/// use zc_parse::{Lines, Records};
///
/// let lines: Result<Vec<_>, _> = Records::new(Lines, b"one\r\n\nthree").collect();
/// assert_eq!(lines?, [&b"one"[..], b"", b"three"]);
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Lines;

impl Grammar for Lines {
    type Record<'i> = &'i [u8];
    type Framer = Newline;

    fn framer(&self) -> Newline {
        Newline::new()
    }

    fn stops(&self) -> &[StopSet] {
        STOPS
    }

    #[inline(always)]
    fn parse<'i, F: Find>(
        &self,
        input: &mut Scanner<'i, F>,
        line: &mut &'i [u8],
    ) -> Result<(), Mismatch> {
        *line = input.run(NEWLINE).trim_carriage_return();
        Ok(())
    }
}
