//! Buffers that begin where copies into them are fast.
//!
//! A copy whose destination lies 5 to 16 bytes ahead of its source, modulo a page, runs at a
//! quarter of its speed, and a large block from the allocator begins 16 bytes into its page.

use bytes::{Buf, BytesMut};

/// Aligned buffers begin at a multiple of this many bytes.
///
/// ```
/// use zc_core::rope::aligned::{ALIGNMENT, with_capacity};
///
/// assert_eq!(with_capacity(4096).as_ptr().addr() % ALIGNMENT, 0);
/// ```
pub const ALIGNMENT: usize = 64;

/// An empty buffer with room for at least `len` bytes, which begins at a multiple of [`ALIGNMENT`].
///
/// ```
/// use zc_core::rope::aligned;
///
/// let buffer = aligned::with_capacity(100_000);
/// assert_eq!(buffer.as_ptr().addr() % aligned::ALIGNMENT, 0);
/// assert!(buffer.is_empty() && buffer.capacity() >= 100_000);
/// ```
///
/// # Panics
///
/// If `len` is within 64 of `usize::MAX`, or past what the allocator can give.
#[must_use]
pub fn with_capacity(len: usize) -> BytesMut {
    let mut buffer = BytesMut::with_capacity(len + ALIGNMENT - 1);
    align(&mut buffer);
    buffer
}

/// Moves the beginning of an empty buffer to the next multiple of [`ALIGNMENT`], and so takes up to
/// 63 bytes of its room. One without so much room stays as it is.
///
/// ```
/// use zc_core::rope::aligned::{ALIGNMENT, align};
///
/// let mut buffer = bytes::BytesMut::with_capacity(1024);
/// align(&mut buffer);
/// assert_eq!(buffer.as_ptr().addr() % ALIGNMENT, 0);
/// assert!(buffer.capacity() > 1024 - ALIGNMENT);
/// ```
///
/// # Panics
///
/// If the buffer holds bytes.
///
/// # Copies
///
/// Never: there is nothing to copy yet.
pub fn align(buffer: &mut BytesMut) {
    assert!(buffer.is_empty(), "only an empty buffer can begin elsewhere");
    let padding = buffer.as_ptr().addr().wrapping_neg() % ALIGNMENT;
    if padding <= buffer.capacity() {
        buffer.resize(padding, 0);
        buffer.advance(padding);
    }
}
