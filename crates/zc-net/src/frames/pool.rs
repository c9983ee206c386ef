//! [`Pool`]: aligned buffers that connections take while they have bytes, and give back.

use std::fmt;
use std::sync::{Arc, LazyLock};

use bytes::BytesMut;
use zc_core::rope::aligned::{self, ALIGNMENT, align};

use crate::shelf::Shelf;

/// A pool of buffers of one length, shared by readers and writers.
///
/// It keeps no more unused buffers than it was told to. A buffer that a frame still refers to may
/// come back as well, if half of it is unused: the frame keeps its part, others use the rest.
///
/// ```
/// use zc_net::frames::Pool;
///
/// let pool = Pool::new(64 << 10, 64);
/// assert_eq!((pool.buffer_len(), pool.unused()), (64 << 10, 0));
/// ```
pub struct Pool {
    buffer_len: usize,
    unused: Shelf<BytesMut>,
}

impl Pool {
    /// An empty pool of buffers of `buffer_len` bytes, which keeps at most `most_unused` of them.
    ///
    /// # Panics
    ///
    /// If `buffer_len` is 0 or more than a gibibyte.
    #[must_use]
    pub fn new(buffer_len: usize, most_unused: usize) -> Self {
        assert!((1..=1 << 30).contains(&buffer_len), "buffers have between 1 byte and 1 GiB");
        Self { buffer_len, unused: Shelf::new(most_unused) }
    }

    /// The pool of all readers and writers that were given no other: 64 buffers of 64 KiB.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use zc_net::frames::Pool;
    ///
    /// assert!(Arc::ptr_eq(&Pool::global(), &Pool::global()));
    /// assert_eq!(Pool::global().buffer_len(), 64 << 10);
    /// ```
    #[must_use]
    pub fn global() -> Arc<Self> {
        static GLOBAL: LazyLock<Arc<Pool>> = LazyLock::new(|| Arc::new(Pool::new(64 << 10, 64)));
        Arc::clone(&GLOBAL)
    }

    /// Bytes of a buffer.
    #[must_use]
    pub const fn buffer_len(&self) -> usize {
        self.buffer_len
    }

    /// How many buffers lie in the pool.
    #[must_use]
    pub fn unused(&self) -> usize {
        self.unused.len()
    }

    /// An empty buffer with room for at least `room` bytes.
    pub(super) fn take(&self, room: usize) -> BytesMut {
        if let Some(mut buffer) = self.unused.take() {
            // One that nobody refers to any more was restored when it came, or is now.
            if buffer.capacity() < self.buffer_len {
                self.restore(&mut buffer);
            }
            if buffer.capacity() >= room {
                return buffer;
            }
        }
        aligned::with_capacity(room.max(self.buffer_len))
    }

    pub(super) fn give(&self, mut buffer: BytesMut) {
        let is_whole = self.restore(&mut buffer);
        let has_grown = buffer.capacity() >= 2 * (self.buffer_len + ALIGNMENT);
        if has_grown || !(is_whole || 2 * buffer.capacity() >= self.buffer_len) {
            return;
        }
        self.unused.put(buffer);
    }

    /// Empties `buffer`, with all its room unless a frame still refers to it or it is too small;
    /// says which.
    pub(super) fn restore(&self, buffer: &mut BytesMut) -> bool {
        buffer.clear();
        let is_whole = buffer.try_reclaim(self.buffer_len + ALIGNMENT - 1);
        if is_whole {
            align(buffer);
        }
        is_whole
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("buffer_len", &self.buffer_len)
            .field("unused", &self.unused())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{ALIGNMENT, Pool};

    #[test]
    fn a_buffer_comes_back_whole_and_aligned_once_no_frame_refers_to_it() {
        let pool = Pool::new(1000, 1);
        let mut buffer = pool.take(0);
        buffer.extend_from_slice(&[1; 1000]);
        let frame = buffer.split().freeze();
        pool.give(buffer);
        assert_eq!(pool.unused(), 0);

        let mut buffer = pool.take(0);
        let address = buffer.as_ptr();
        assert_eq!(address.align_offset(ALIGNMENT), 0);
        buffer.extend_from_slice(&[2; 20]);
        drop(buffer.split().freeze());
        pool.give(buffer);
        let buffer = pool.take(0);
        assert_eq!((buffer.as_ptr(), buffer.len()), (address, 0));
        assert!(buffer.capacity() >= 1000);
        assert_eq!(frame, [1; 1000][..]);
    }

    #[test]
    fn the_rest_of_a_buffer_is_used_while_a_frame_refers_to_its_beginning() {
        let pool = Pool::new(1000, 1);
        let mut buffer = pool.take(0);
        buffer.extend_from_slice(&[1; 100]);
        let frame = buffer.split().freeze();
        let rest = buffer.as_ptr();
        pool.give(buffer);
        let mut buffer = pool.take(500);
        assert_eq!(buffer.as_ptr(), rest);
        buffer.extend_from_slice(&[2; 500]);
        assert_eq!(frame, [1; 100][..]);
    }

    #[test]
    fn no_more_than_a_bound_are_kept_and_none_that_has_grown() {
        let pool = Pool::new(10, 3);
        let taken: Vec<_> = (0..9).map(|_| pool.take(0)).collect();
        taken.into_iter().for_each(|buffer| pool.give(buffer));
        assert_eq!(pool.unused(), 3);
        let pool = Pool::new(10, 3);
        pool.give(pool.take(1000));
        assert_eq!(pool.unused(), 0);
    }
}
