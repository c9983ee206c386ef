//! [`Buffers`]: buffers that tasks take when bytes have arrived, and give back.

use std::fmt;

use bytes::BytesMut;

use crate::shelf::Shelf;

/// How many unused buffers are kept; further ones are freed when they come back.
const KEPT: usize = 64;

/// A pool of buffers of one length.
///
/// A connection holds a buffer only from when bytes arrive until they are written, so that ten
/// thousand idle connections hold none. While no more than 64 are in use at a time, nothing is
/// allocated once all of them were made.
///
/// ```
/// use tokio::io::{AsyncReadExt, AsyncWriteExt};
/// use zc_net::Meter;
/// use zc_net::echo::{Buffers, echo_tokio};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let (mut client, mut server) = tokio::io::duplex(64);
/// client.write_all(b"hello").await?;
/// client.shutdown().await?;
/// let (buffers, meter) = (Buffers::new(4096), Meter::default());
/// echo_tokio(&mut server, &buffers, &meter).await?;
/// drop(server);
/// let mut answer = String::new();
/// client.read_to_string(&mut answer).await?;
/// assert_eq!((answer.as_str(), meter.bytes_out()), ("hello", 5));
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Buffers {
    len: usize,
    spare: Shelf<BytesMut>,
}

impl Buffers {
    /// An empty pool of buffers of `len` bytes.
    ///
    /// # Panics
    ///
    /// If `len` is 0.
    #[must_use]
    pub fn new(len: usize) -> Self {
        assert!(len > 0, "a buffer needs room for a byte");
        Self { len, spare: Shelf::new(KEPT) }
    }

    /// An empty buffer with room for as many bytes as this pool's buffers have.
    pub(super) fn take(&self) -> BytesMut {
        self.spare.take().unwrap_or_else(|| BytesMut::with_capacity(self.len))
    }

    pub(super) fn put(&self, mut buffer: BytesMut) {
        buffer.clear();
        self.spare.put(buffer);
    }
}

impl fmt::Debug for Buffers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Buffers").field("len", &self.len).field("spare", &self.spare.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{Buffers, KEPT};

    #[test]
    fn a_buffer_comes_back_empty_and_is_used_again() {
        let buffers = Buffers::new(100);
        let mut buffer = buffers.take();
        let address = buffer.as_ptr();
        buffer.extend_from_slice(b"bytes");
        buffers.put(buffer);
        let buffer = buffers.take();
        assert_eq!((buffer.as_ptr(), buffer.len(), buffer.capacity()), (address, 0, 100));
    }

    #[test]
    fn no_more_than_a_bound_are_kept() {
        let buffers = Buffers::new(1);
        let taken: Vec<_> = (0..2 * KEPT).map(|_| buffers.take()).collect();
        taken.into_iter().for_each(|buffer| buffers.put(buffer));
        assert_eq!(buffers.spare.len(), KEPT);
    }
}
