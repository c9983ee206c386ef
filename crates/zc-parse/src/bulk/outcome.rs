//! [`Outcome`]: what became of one record.

use zc_core::Position;

use super::place::Places;
use crate::{Error, Grammar};

/// A record that a grammar read.
///
/// ```
/// use std::ops::ControlFlow;
/// use zc_parse::{Bulk, Kv};
///
/// Bulk::new(Kv).finish(b"# a comment\na=1\n", |outcome| {
///     let mut parsed = outcome.expect("it is a pair");
///     assert_eq!((parsed.record.key, parsed.raw), (&b"a"[..], &b"a=1\n"[..]));
///     assert_eq!(parsed.position().line, 2);
///     ControlFlow::Continue(())
/// });
/// ```
#[derive(Debug)]
pub struct Parsed<'r, 'i, R> {
    /// The record; it may be taken, or left to be used again for the next one.
    pub record: &'r mut R,
    /// Its bytes, with the line ending.
    pub raw: &'i [u8],
    pub(super) places: &'r mut Places<'i>,
    pub(super) start: usize,
}

impl<R> Parsed<'_, '_, R> {
    /// Where the record begins in the input.
    #[must_use]
    #[inline]
    pub fn position(&mut self) -> Position {
        self.places.at(self.start)
    }
}

/// A record that a grammar could not read.
///
/// ```
/// use std::ops::ControlFlow;
/// use zc_parse::{Bulk, Kv};
///
/// let mut rejected = Vec::new();
/// Bulk::new(Kv).finish(b"a=1\nno pair\nb=2\n", |outcome| {
///     if let Err(bad) = outcome {
///         rejected.extend_from_slice(bad.raw);
///         assert_eq!((bad.error.position().line, bad.error.position().column), (2, 8));
///     }
///     ControlFlow::Continue(())
/// });
/// assert_eq!(rejected, b"no pair\n");
/// ```
#[derive(Debug)]
pub struct Bad<'i> {
    /// Where and why.
    pub error: Error,
    /// The bytes that were passed over, with the line ending; of a record that is too long,
    /// those that were there.
    pub raw: &'i [u8],
}

/// What became of one record of the grammar `G`.
///
/// ```
/// use std::ops::ControlFlow;
/// use zc_parse::{Bulk, Grammar, Kv, Logfmt, Outcome};
///
/// /// How many records of any grammar are good.
/// fn good<G: Grammar>(grammar: G, input: &[u8]) -> u32 {
///     let mut good = 0;
///     Bulk::new(grammar).finish(input, |outcome: Outcome<'_, '_, G>| {
///         good += u32::from(outcome.is_ok());
///         ControlFlow::Continue(())
///     });
///     good
/// }
///
/// assert_eq!(good(Kv, b"a=1\nb\n"), 1);
/// assert_eq!(good(Logfmt::new(), b"a=1\nb\n"), 2);
/// ```
pub type Outcome<'r, 'i, G> = Result<Parsed<'r, 'i, <G as Grammar>::Record<'i>>, Bad<'i>>;
