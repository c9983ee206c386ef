//! [`MaskBuffer`]: the masks of one window of input, in memory that is used again.

use alloc::vec::Vec;

use super::kernel::{BLOCK, Backend, Level, Window};
use super::{Masks, StopSet};

/// Memory for the masks of a window of input, one bit a byte for each stop set.
///
/// The masks of set `k` begin at byte `k * stride`:
///
/// ```text
/// | set 0: len bits | stop | pad | set 1: len bits | stop | pad | …
/// ```
///
/// Behind the last byte of the window every set has a stop, so that a search ends there. The usual
/// window is of [`WINDOW`](Self::WINDOW) bytes.
///
/// ```
/// use zc_core::mask::{Find, MaskBuffer, StopSet};
///
/// const NEWLINE: usize = 0;
/// const STOPS: &[StopSet] = &[StopSet::of(b"\n")];
///
/// let input = b"one\ntwo\n".repeat(10_000);
/// let mut masks = MaskBuffer::new();
/// let window = masks.scan(STOPS, &input, MaskBuffer::WINDOW);
/// assert_eq!(window.find(&input, 4, NEWLINE), 7);
/// assert_eq!(window.find(&input, MaskBuffer::WINDOW, NEWLINE), MaskBuffer::WINDOW);
/// ```
#[derive(Debug)]
pub struct MaskBuffer {
    masks: Vec<u8>,
    backend: Backend,
}

impl MaskBuffer {
    /// The usual length of a window, in bytes: it, its masks and those of a few more sets stay in a
    /// first-level cache of 32 KiB.
    pub const WINDOW: usize = 16 << 10;

    /// A buffer for the best instructions that this processor offers.
    #[must_use]
    pub fn new() -> Self {
        Self::with_level(Level::Detected)
    }

    /// A buffer for the given instructions.
    ///
    /// ```
    /// use zc_core::mask::{Level, MaskBuffer, StopSet};
    ///
    /// let stops = [StopSet::of(b" ")];
    /// let mut masks = MaskBuffer::with_level(Level::Portable);
    /// let word = masks.scan(&stops, b"a b c", 5).words(0).next().unwrap();
    /// assert_eq!(word & 0b1_1111, 0b0_1010);
    /// ```
    #[must_use]
    pub fn with_level(level: Level) -> Self {
        Self { masks: Vec::new(), backend: Backend::new(level) }
    }

    /// Marks every stop of `sets` in the window `haystack[..len]`.
    ///
    /// Where `haystack` goes on behind the window, up to 63 bytes more are looked at, which is
    /// faster than to copy the tail of the window.
    ///
    /// # Panics
    ///
    /// If `len` is greater than the length of `haystack`.
    ///
    /// # Copies
    ///
    /// At most 63 bytes, where `haystack` ends with the window.
    #[inline]
    pub fn scan(&mut self, sets: &[StopSet], haystack: &[u8], len: usize) -> Masks<'_> {
        assert!(len <= haystack.len(), "the window is a part of the haystack");
        let blocks = len.div_ceil(BLOCK);
        // One `u64` more for the stop behind the last byte, one for unaligned reads past it.
        let stride = (blocks + 2) * 8;
        if self.masks.len() < sets.len() * stride {
            self.masks.resize(sets.len() * stride, 0);
        }
        let masks = &mut self.masks[..sets.len() * stride];
        let (whole, rest) = haystack.as_chunks();
        let whole = &whole[..blocks.min(whole.len())];
        let mut tail = [0; BLOCK];
        let has_tail = whole.len() < blocks;
        if has_tail {
            tail[..rest.len()].copy_from_slice(rest);
        }
        let window = Window { blocks: whole, tail: has_tail.then_some(&tail) };
        self.backend.scan(sets, window, masks.chunks_mut(stride));
        for masks in masks.chunks_exact_mut(stride) {
            stop_from(masks, len);
        }
        Masks::new(masks, stride)
    }
}

/// Sets every bit from `len` on, to the end of `masks`.
#[inline]
fn stop_from(masks: &mut [u8], len: usize) {
    masks[len / 8] |= 0xff << (len % 8);
    masks[len / 8 + 1..].fill(0xff);
}

impl Default for MaskBuffer {
    fn default() -> Self {
        Self::new()
    }
}
