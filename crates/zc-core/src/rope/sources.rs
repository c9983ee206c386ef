//! Many sources, asked by address which of them a slice lies in.

use core::cmp::Reverse;
use std::vec::Vec;

use bytes::Bytes;

use crate::Source;

/// Sources in the order of their addresses.
#[derive(Debug, Default)]
pub(super) struct Sources {
    /// None is empty or lies within another, so both beginnings and ends ascend. Of all that begin
    /// at or before an address, the last therefore reaches farthest: one look-up decides.
    sorted: Vec<Bytes>,
    /// The source that was looked into last, which is tried first.
    last: usize,
}

/// A part of a source.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reference {
    pub(super) source: usize,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Sources {
    /// Puts those of `sources` that have at least `least` bytes in the place of those before.
    pub(super) fn set(&mut self, sources: impl IntoIterator<Item = Bytes>, least: usize) {
        self.sorted.clear();
        for source in sources {
            if source.len() >= least.max(1) {
                self.sorted.push(source);
            }
        }
        self.last = 0;
        if self.sorted.len() > 1 {
            self.sort();
        }
    }

    fn sort(&mut self) {
        self.sorted.sort_unstable_by_key(|source| (source.as_ptr().addr(), Reverse(source.len())));
        self.sorted.dedup_by(|next, kept| Source::new(kept).borrows(next));
    }

    /// The place of `part`, which is not empty, in the source in which it lies as a whole.
    pub(super) fn find(&mut self, part: &[u8]) -> Option<Reference> {
        let start = self.offset_in(self.last, part).or_else(|| {
            let address = part.as_ptr().addr();
            let after = self.sorted.partition_point(|source| source.as_ptr().addr() <= address);
            self.last = after.checked_sub(1)?;
            self.offset_in(self.last, part)
        })?;
        Some(Reference { source: self.last, start, end: start + part.len() })
    }

    /// Where in the source at `index` the `part`, which is not empty, lies.
    pub(super) fn offset_in(&self, index: usize, part: &[u8]) -> Option<usize> {
        Source::new(self.sorted.get(index)?).offset_of(part)
    }

    /// The bytes that are referred to.
    pub(super) fn slice(&self, part: Reference) -> Bytes {
        self.sorted[part.source].slice(part.start..part.end)
    }
}
