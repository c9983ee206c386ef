//! The mask kernel: from bytes to one bit a byte, 32 at a time, for one stop set.
//!
//! Sets of up to three bytes are compared. Larger ones take a table lookup on each nibble (the
//! row of the low nibble, the bit of the high one), as in "Parsing gigabytes of JSON per second"
//! by Langdale and Lemire, section 3.1.2. The bits of 32 bytes are stored as they come: joined
//! to 64 in a register, compilers have been seen to fall back to scalar code.

use fearless_simd::prelude::*;
use fearless_simd::{dispatch, u8x32};

use super::StopSet;
use super::set::Few;

/// The instructions with which masks are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Level {
    /// The best that this processor offers, found at run time; without `std`, the best that the
    /// target is sure to have.
    #[default]
    Detected,
    /// The vector instructions that every processor of the target has.
    Baseline,
    /// Plain Rust, without any vector type: the oracle of the others.
    Portable,
}

/// A level that has been looked up.
#[derive(Debug, Clone, Copy)]
pub(super) enum Backend {
    Vector(fearless_simd::Level),
    Portable,
}

impl Backend {
    pub(super) fn new(level: Level) -> Self {
        match level {
            Level::Detected => Self::Vector(detected()),
            Level::Baseline => Self::Vector(fearless_simd::Level::baseline()),
            Level::Portable => Self::Portable,
        }
    }

    /// Writes a bit for each byte of `haystack`, whose length is a multiple of 64, into `masks`:
    /// 1 where the byte is in `set`. Byte 0 is the lowest bit of the first byte.
    pub(super) fn scan(self, set: &StopSet, haystack: &[u8], masks: &mut [u8]) {
        debug_assert_eq!(haystack.len() % BLOCK, 0);
        debug_assert_eq!(haystack.len(), masks.len() * 8);
        match self {
            Self::Vector(level) => dispatch!(level, simd => vector(simd, set, haystack, masks)),
            Self::Portable => portable(set, haystack, masks),
        }
    }
}

#[cfg(feature = "std")]
pub(super) fn detected() -> fearless_simd::Level {
    fearless_simd::Level::new()
}

#[cfg(not(feature = "std"))]
pub(super) fn detected() -> fearless_simd::Level {
    fearless_simd::Level::baseline()
}

const LANES: usize = 32;
/// Bytes that one turn of the loop marks.
const BLOCK: usize = 64;

fn portable(set: &StopSet, haystack: &[u8], masks: &mut [u8]) {
    for (chunk, mask) in haystack.as_chunks::<8>().0.iter().zip(masks) {
        *mask = (0..8).fold(0, |mask, i| mask | u8::from(set.contains(chunk[i])) << i);
    }
}

#[inline(always)]
fn vector<S: Simd>(simd: S, set: &StopSet, haystack: &[u8], masks: &mut [u8]) {
    let splat = |byte| u8x32::splat(simd, byte);
    match set.few() {
        Few::One(a) => {
            let a = splat(a);
            each_chunk(simd, haystack, masks, |x| x.simd_eq(a).to_bitmask());
        }
        Few::Two(a, b) => {
            let (a, b) = (splat(a), splat(b));
            each_chunk(simd, haystack, masks, |x| (x.simd_eq(a) | x.simd_eq(b)).to_bitmask());
        }
        Few::Three(a, b, c) => {
            let (a, b, c) = (splat(a), splat(b), splat(c));
            each_chunk(simd, haystack, masks, |x| {
                (x.simd_eq(a) | x.simd_eq(b) | x.simd_eq(c)).to_bitmask()
            });
        }
        Few::Many => by_nibble(simd, set, haystack, masks),
    }
}

#[inline(always)]
fn by_nibble<S: Simd>(simd: S, set: &StopSet, haystack: &[u8], masks: &mut [u8]) {
    let twice = |row: [u8; 16]| u8x32::from_fn(simd, |i| row[i % 16]);
    let rows = twice(set.rows());
    // High nibbles of 8 and more have no bit: those bytes never match a row.
    let bits = twice([1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0]);
    let (none, low_nibble) = (u8x32::splat(simd, 0), u8x32::splat(simd, 15));
    let flip = if set.has_upper_half() { 0 } else { u64::MAX };
    each_chunk(simd, haystack, masks, |x| {
        let row = rows.swizzle_dyn_within_blocks(x & low_nibble);
        let bit = bits.swizzle_dyn_within_blocks(x >> 4u32);
        (row & bit).simd_eq(none).to_bitmask() ^ flip
    });
}

#[inline(always)]
fn each_chunk<S: Simd>(
    simd: S,
    haystack: &[u8],
    masks: &mut [u8],
    mask_of: impl Fn(u8x32<S>) -> u64,
) {
    let blocks = haystack.as_chunks::<BLOCK>().0;
    for (block, mask) in blocks.iter().zip(masks.as_chunks_mut::<{ BLOCK / 8 }>().0) {
        let chunks = block.as_chunks::<LANES>().0;
        for (chunk, mask) in chunks.iter().zip(mask.as_chunks_mut::<{ LANES / 8 }>().0) {
            #[expect(clippy::cast_possible_truncation, reason = "32 lanes, 32 bits")]
            let bits = mask_of(u8x32::from_slice(simd, chunk)) as u32;
            *mask = bits.to_le_bytes();
        }
    }
}
