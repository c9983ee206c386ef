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
    /// The source of the last hit, which is tried first.
    last: usize,
}

impl Sources {
    /// Puts `sources` in the place of those before.
    pub(super) fn set(&mut self, sources: impl IntoIterator<Item = Bytes>) {
        self.sorted.clear();
        self.sorted.extend(sources.into_iter().filter(|source| !source.is_empty()));
        self.sorted.sort_unstable_by_key(|source| (source.as_ptr().addr(), Reverse(source.len())));
        self.sorted.dedup_by(|next, kept| Source::new(kept).borrows(next));
        self.last = 0;
    }

    /// The source in which `part`, which is not empty, lies as a whole, and the offset there.
    pub(super) fn find(&mut self, part: &[u8]) -> Option<(usize, usize)> {
        if let Some(offset) = self.offset_in(self.last, part) {
            return Some((self.last, offset));
        }
        let address = part.as_ptr().addr();
        let after = self.sorted.partition_point(|source| source.as_ptr().addr() <= address);
        let index = after.checked_sub(1)?;
        let offset = self.offset_in(index, part)?;
        self.last = index;
        Some((index, offset))
    }

    /// Where in the source at `index` the `part`, which is not empty, lies.
    pub(super) fn offset_in(&self, index: usize, part: &[u8]) -> Option<usize> {
        Source::new(self.sorted.get(index)?).offset_of(part)
    }

    /// A reference to a part of the source at `index`.
    pub(super) fn slice(&self, index: usize, start: usize, end: usize) -> Bytes {
        self.sorted[index].slice(start..end)
    }
}
