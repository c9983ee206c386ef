//! [`Buffers`]: buffers that a flow holds from when bytes have arrived until they are sent.

use std::mem;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::shelf::Shelf;

/// How many unused buffers are kept; further ones are freed when they come back.
const KEPT: usize = 64;

/// A pool of buffers of one length.
#[derive(Debug)]
pub(super) struct Buffers {
    len: usize,
    lent: AtomicUsize,
    idle: Shelf<Box<[u8]>>,
}

impl Buffers {
    pub(super) fn new(len: usize) -> Arc<Self> {
        Arc::new(Self { len, lent: AtomicUsize::new(0), idle: Shelf::new(KEPT) })
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn lent(&self) -> usize {
        self.lent.load(Ordering::Relaxed)
    }

    pub(super) fn take(self: &Arc<Self>) -> Buffer {
        self.lent.fetch_add(1, Ordering::Relaxed);
        let bytes = self.idle.take().unwrap_or_else(|| vec![0; self.len].into_boxed_slice());
        Buffer { bytes, filled: 0..0, pool: Arc::clone(self) }
    }
}

/// A buffer, and which part of it is still to be sent; it goes back to its pool when dropped.
#[derive(Debug)]
pub(super) struct Buffer {
    bytes: Box<[u8]>,
    filled: Range<usize>,
    pool: Arc<Buffers>,
}

impl Buffer {
    /// All its room, to be filled from the start.
    pub(super) fn room(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    /// Says that so many bytes from the start are to be sent.
    pub(super) fn set_filled(&mut self, count: usize) {
        self.filled = 0..count;
    }

    pub(super) fn rest(&self) -> &[u8] {
        &self.bytes[self.filled.clone()]
    }

    /// Says that so many bytes of the rest were sent.
    pub(super) fn advance(&mut self, count: usize) {
        self.filled.start += count;
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        self.pool.idle.put(mem::take(&mut self.bytes));
        self.pool.lent.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::{Buffers, KEPT};

    #[test]
    fn a_buffer_is_used_again_and_no_more_than_a_bound_are_kept() {
        let pool = Buffers::new(100);
        let mut buffer = pool.take();
        let address = buffer.room().as_ptr();
        drop(buffer);
        let mut again = pool.take();
        assert_eq!((again.room().as_ptr(), again.rest().len()), (address, 0));
        let taken: Vec<_> = (0..2 * KEPT).map(|_| pool.take()).collect();
        assert_eq!(pool.lent(), 2 * KEPT + 1);
        drop(taken);
        assert_eq!(pool.idle.len(), KEPT);
        assert_eq!(pool.lent(), 1);
    }

    #[test]
    fn what_was_sent_is_no_part_of_the_rest() {
        let mut buffer = Buffers::new(4).take();
        buffer.room().copy_from_slice(b"abcd");
        buffer.set_filled(3);
        buffer.advance(1);
        assert_eq!(buffer.rest(), b"bc");
    }
}
