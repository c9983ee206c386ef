//! [`Outcome`]: what became of one record.

use zc_core::Position;

use super::place::Places;
use crate::{Error, Grammar};

/// A record that a grammar read.
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
#[derive(Debug)]
pub struct Bad<'i> {
    /// Where and why.
    pub error: Error,
    /// The bytes that were passed over, with the line ending; of a record that is too long,
    /// those that were there.
    pub raw: &'i [u8],
}

/// What became of one record of the grammar `G`.
pub type Outcome<'r, 'i, G> = Result<Parsed<'r, 'i, <G as Grammar>::Record<'i>>, Bad<'i>>;
