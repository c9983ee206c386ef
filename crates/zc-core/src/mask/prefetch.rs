//! [`prefetch`]: memory is asked for what is read next.

#![allow(unsafe_code, reason = "the hint to the processor takes a pointer")]

/// Bytes that one hint brings: a line of the cache, and the one beside it, which the processor
/// fetches along with it.
const STEP: usize = 128;

/// Asks the processor for `bytes`, which are read soon, and does not wait for them.
///
/// To make the masks of a window waits for main memory, which then rests while the grammar walks
/// the window. Who asks for as much of the next window as it has walked of this one finds it in
/// the cache. In caches there is nothing to gain, and a hint costs an instruction.
///
/// It does something on x86-64 alone.
///
/// ```
/// use zc_core::mask::{MaskBuffer, prefetch};
///
/// let input = [b'x'; 2 * MaskBuffer::WINDOW];
/// let (window, next) = input.split_at(MaskBuffer::WINDOW);
/// for (walked, ahead) in window.chunks(100).zip(next.chunks(100)) {
///     prefetch(ahead);
///     assert_eq!(walked, ahead);
/// }
/// ```
///
/// # Copies
///
/// Never.
#[inline(always)]
pub fn prefetch(bytes: &[u8]) {
    for lines in bytes.chunks(STEP) {
        hint(lines);
    }
}

#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn hint(lines: &[u8]) {
    use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
    // SAFETY: every x86-64 has the instruction. It changes no register and no memory, and never
    // faults, whatever the pointer is; this one points to the first byte of a slice.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(lines.as_ptr().cast()) }
}

#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
const fn hint(_lines: &[u8]) {}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::{STEP, prefetch};

    #[test]
    fn a_hint_may_be_of_any_length_and_changes_nothing() {
        for len in [0, 1, STEP - 1, STEP, STEP + 1, 10 * STEP] {
            let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(len).collect();
            prefetch(&bytes);
            assert!(bytes.iter().copied().eq((0..=u8::MAX).cycle().take(len)));
        }
    }
}
