//! Where the next bytes of a stream go: the buffer that a reader takes, moves and gives back.

use std::mem;

use bytes::Bytes;

use super::FrameReader;

/// A buffer is longer than the pool says by less than this, so that it can begin where it should.
const MOST_PADDING: usize = 4 << 10;

impl<R, F> FrameReader<R, F> {
    /// Makes room behind what has arrived of the first frame: for a quarter of a buffer at the
    /// least, and for no more than has arrived, or a buffer, at the most, whatever the frame says
    /// about its length.
    pub(super) fn make_room(&mut self) {
        self.filled = Bytes::new();
        let (len, buffer_len) = (self.arriving.len(), self.pool.buffer_len());
        let wanted = self.missing.clamp(buffer_len.div_ceil(4), len.max(buffer_len));
        let wanted = wanted.min(self.most_unread());
        if len == 0 {
            if !self.pool.restore(&mut self.arriving) && self.arriving.capacity() < wanted {
                self.arriving = self.pool.take(wanted);
                self.pinned = self.arriving.capacity().max(self.most_pooled());
            }
            return;
        }
        if self.arriving.capacity() - len >= wanted {
            return;
        }
        let address = self.arriving.as_ptr();
        if !self.arriving.try_reclaim(wanted) {
            let mut larger = self.pool.take(len + wanted);
            larger.extend_from_slice(&self.arriving);
            self.give_back();
            self.pinned = larger.capacity().max(self.most_pooled());
            self.arriving = larger;
        }
        if self.arriving.as_ptr() != address {
            self.copies.decode += len as u64;
        }
    }

    /// Bytes that may be read before the limit is reached, of which there is always one.
    pub(super) fn most_unread(&self) -> usize {
        self.options.max_buffered.saturating_sub(self.arriving.len()).max(1)
    }

    /// Gives the buffer back, unless it has grown: of one that a frame still refers to, the pool
    /// cannot tell.
    pub(super) fn give_back(&mut self) {
        let buffer = mem::take(&mut self.arriving);
        if self.pinned <= self.most_pooled() {
            self.pool.give(buffer);
        }
    }

    /// The most bytes of a buffer that comes from a pool, of which the rest may be all that is left.
    pub(super) fn most_pooled(&self) -> usize {
        2 * (self.pool.buffer_len() + MOST_PADDING)
    }
}
