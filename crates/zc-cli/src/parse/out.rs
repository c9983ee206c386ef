//! [`Out`]: where a sink writes to: straight to standard output, or into memory until its turn.

use std::io;
use std::ops::Range;

use zc_core::Source;
use zc_io::Output;

use crate::parse::target::Target;
use crate::signals::InPieces;

/// From how many bytes on what lies in the input is handed over without a buffer between: less than
/// the first window of a file, so that a file of good records is never copied into the buffer.
pub(crate) const LONG_RUN: usize = 32 << 10;

/// The same for what was formatted and held: fewer bytes, so that they are copied once more only
/// where they are a sixtieth of their part.
const LONG_HELD: usize = 4 << 10;

/// Where a sink writes to.
#[derive(Debug)]
pub(crate) enum Out {
    Direct(Output<InPieces>),
    Held(Held),
}

/// What is to be written when its turn comes.
#[derive(Debug, Default)]
pub(crate) struct Held {
    pub(crate) bytes: Vec<u8>,
    /// Ranges of the window, and behind how many of the bytes each is written.
    pub(crate) runs: Vec<(usize, Range<usize>)>,
    /// How many bytes there may be before a record is added.
    pub(crate) most: usize,
}

impl Held {
    /// Nothing so far; at most so many bytes, and one record more.
    pub(crate) fn up_to(most: usize) -> Self {
        Self { most, ..Self::default() }
    }

    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.runs.clear();
    }
}

impl Out {
    /// Whether there is room for another record.
    #[inline]
    pub(crate) const fn has_room(&self) -> bool {
        match self {
            Self::Direct(_) => true,
            Self::Held(held) => held.bytes.len() < held.most,
        }
    }

    /// Adds `bytes`, which are not copied if they are many and lie in `window`.
    pub(crate) fn add(&mut self, bytes: &[u8], window: &[u8]) -> io::Result<()> {
        if bytes.len() < LONG_RUN {
            self.buffer().extend_from_slice(bytes);
            return self.spill();
        }
        match self {
            Self::Direct(output) => return output.write_through(bytes),
            Self::Held(held) => match Source::new(window).offset_of(bytes) {
                Some(start) => held.runs.push((held.bytes.len(), start..start + bytes.len())),
                None => held.bytes.extend_from_slice(bytes),
            },
        }
        Ok(())
    }

    /// Writes everything out, if the turn has come.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Direct(output) => output.flush(),
            Self::Held(_) => Ok(()),
        }
    }

    /// Writes what was held of `window`.
    pub(crate) fn release(&mut self, held: &Held, window: &[u8]) -> io::Result<()> {
        let mut from = 0;
        for (to, run) in &held.runs {
            self.pass_on(&held.bytes[from..*to])?;
            self.add(&window[run.clone()], window)?;
            from = *to;
        }
        self.pass_on(&held.bytes[from..])
    }

    /// Adds bytes that were held.
    fn pass_on(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Direct(output) if bytes.len() >= LONG_HELD => output.write_through(bytes),
            _ => self.add(bytes, &[]),
        }
    }
}

impl Target for Out {
    type Error = io::Error;

    #[inline]
    fn buffer(&mut self) -> &mut Vec<u8> {
        match self {
            Self::Direct(output) => output.buffer(),
            Self::Held(held) => &mut held.bytes,
        }
    }

    /// Writes the buffer out if it is full and the turn has come.
    #[inline]
    fn spill(&mut self) -> io::Result<()> {
        match self {
            Self::Direct(output) => output.spill(),
            Self::Held(_) => Ok(()),
        }
    }

    /// Appends bytes, which are not copied if they are many and the turn has come.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.add(bytes, &[])
    }
}
