//! [`Doubling`]: a field of CSV in quotes, written piece by piece.

use std::io;

use crate::parse::encode::double_quotes;
use crate::parse::target::{PIECE, Target};

use crate::parse::out::Out;

/// Doubles quotes on the way to an output, as a field of CSV has them.
#[derive(Debug)]
pub(super) struct Doubling<'o> {
    out: &'o mut Out,
    piece: Vec<u8>,
}

impl<'o> Doubling<'o> {
    /// Begins a field in quotes.
    pub(super) fn begin(out: &'o mut Out) -> Self {
        out.buffer().push(b'"');
        Self { out, piece: Vec::with_capacity(2 * PIECE) }
    }

    /// Ends the field.
    pub(super) fn end(mut self) -> io::Result<()> {
        self.pass_on()?;
        self.out.buffer().push(b'"');
        Ok(())
    }

    fn pass_on(&mut self) -> io::Result<()> {
        double_quotes(self.out.buffer(), &self.piece);
        self.piece.clear();
        self.out.spill()
    }
}

impl Target for Doubling<'_> {
    type Error = io::Error;

    fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.piece
    }

    fn spill(&mut self) -> io::Result<()> {
        if self.piece.len() < PIECE { Ok(()) } else { self.pass_on() }
    }
}
