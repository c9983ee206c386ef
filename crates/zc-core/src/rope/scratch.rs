//! Where the small parts of messages are copied, side by side.

use bytes::{BufMut, Bytes, BytesMut};

use super::Rope;
use super::aligned::{self, ALIGNMENT};

/// Bytes of a chunk, until one segment is to have more; then it is the power of two above that.
const FIRST_CHUNK: usize = 4 << 10;

/// Bytes at which chunks stop to grow, and above which a part gets a block of its own: a scratch
/// that stays behind, or is kept alive by a small segment, is no larger.
const LAST_CHUNK: usize = 64 << 10;

/// A chunk whose filled part becomes a segment and whose rest takes the next. Each segment begins at
/// an aligned address.
#[derive(Debug)]
pub(super) struct Scratch {
    /// The segment that is being written, with the room behind it.
    segment: BytesMut,
    /// Bytes of the next chunk.
    chunk: usize,
}

impl Scratch {
    /// A scratch that has no memory yet.
    pub(super) fn new() -> Self {
        Self { segment: BytesMut::new(), chunk: FIRST_CHUNK }
    }

    /// Copies `part` to the end of the segment that is being written, if it has room for it; says
    /// whether it had.
    #[inline]
    pub(super) fn put_within(&mut self, part: &[u8]) -> bool {
        let room = self.segment.capacity() - self.segment.len();
        if room < part.len() || self.segment.is_empty() {
            return false;
        }
        match *part {
            // Most parts of a message are such; to call `memcpy` for one takes longer than the rest.
            [byte] => self.segment.put_u8(byte),
            _ => self.segment.extend_from_slice(part),
        }
        true
    }

    /// Copies `part` to the end. Where that needs another chunk, what was written before goes to
    /// `rope` as a finished segment; so does `part`, if it is a segment of its own.
    pub(super) fn put(&mut self, part: &[u8], rope: &mut Rope) {
        if self.put_within(part) {
            return;
        }
        let together = (self.segment.len() + part.len()).min(LAST_CHUNK);
        self.chunk = self.chunk.max(together.next_power_of_two());
        rope.push(self.finish());
        if part.len() > LAST_CHUNK {
            let mut own = aligned::with_capacity(part.len());
            own.extend_from_slice(part);
            return rope.push(own.freeze());
        }
        self.make_room(part.len());
        self.segment.extend_from_slice(part);
    }

    /// What was written since the last segment, as one; empty if that is nothing.
    #[inline]
    pub(super) fn finish(&mut self) -> Bytes {
        if self.segment.is_empty() { Bytes::new() } else { self.segment.split().freeze() }
    }

    /// Begins a segment with room for `len` bytes, at most `LAST_CHUNK`: in the memory of this
    /// chunk if no segment needs it any more, in what is left of it, or in a new one.
    #[inline(never)]
    fn make_room(&mut self, len: usize) {
        let chunk = self.chunk.max(len);
        let is_whole = self.segment.try_reclaim(chunk + ALIGNMENT - 1);
        if is_whole || self.segment.capacity() >= len + ALIGNMENT - 1 {
            aligned::align(&mut self.segment);
        } else {
            self.segment = aligned::with_capacity(chunk);
        }
    }
}
