//! [`Target`]: what text is appended to, and lets go of it before there is too much.

use std::convert::Infallible;

/// How much is appended before it should be let go of.
pub(crate) const PIECE: usize = 8 << 10;

/// Something that text is appended to, piece by piece.
pub(crate) trait Target {
    type Error;

    /// The buffer, to append some KiB to.
    fn buffer(&mut self) -> &mut Vec<u8>;

    /// Lets go of what is in the buffer, if it is much.
    fn spill(&mut self) -> Result<(), Self::Error>;

    /// Appends many bytes.
    fn append(&mut self, bytes: &[u8]) -> Result<(), Self::Error> {
        for piece in bytes.chunks(PIECE) {
            self.buffer().extend_from_slice(piece);
            self.spill()?;
        }
        Ok(())
    }
}

/// Keeps everything.
impl Target for Vec<u8> {
    type Error = Infallible;

    fn buffer(&mut self) -> &mut Vec<u8> {
        self
    }

    fn spill(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

/// Keeps the first KiB alone.
#[derive(Debug, Default)]
pub(crate) struct Beginning {
    kept: Vec<u8>,
    next: Vec<u8>,
    /// Whether there was more.
    is_cut: bool,
}

impl Beginning {
    /// More than a field of a table shows.
    pub(crate) const LEN: usize = 2 * PIECE;

    /// Everything, or as an error what was kept of more.
    pub(crate) fn finish(mut self) -> Result<Vec<u8>, Vec<u8>> {
        self.take();
        if self.is_cut { Err(self.kept) } else { Ok(self.kept) }
    }

    fn take(&mut self) {
        if self.kept.len() < Self::LEN {
            self.kept.append(&mut self.next);
        }
        self.is_cut |= !self.next.is_empty();
        self.next.clear();
    }
}

impl Target for Beginning {
    type Error = Infallible;

    fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.next
    }

    fn spill(&mut self) -> Result<(), Infallible> {
        if self.next.len() >= PIECE {
            self.take();
        }
        Ok(())
    }
}
