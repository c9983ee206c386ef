//! [`count_byte`]: how often a byte occurs, at the speed of the cache.
//!
//! Every lane of a vector counts for itself, by subtracting the comparison, which is -1 where the
//! byte was found. Four vectors take turns, so that no subtraction waits for the one before it;
//! before a lane of 8 bits can overflow, all are added up.

use fearless_simd::prelude::*;
use fearless_simd::{dispatch, i8x32, u8x32};

use super::kernel::detected;

const LANES: usize = 32;
const VECTORS: usize = 4;
const CHUNK: usize = LANES * VECTORS;
/// Chunks after which a lane may hold the largest number of 8 bits.
const MOST_CHUNKS: usize = u8::MAX as usize;

/// How often `needle` occurs in `haystack`.
///
/// Faster than [`SliceExt::count_byte`](crate::SliceExt::count_byte) on haystacks that lie in a
/// cache; from main memory both run at its bandwidth.
///
/// ```
/// assert_eq!(zc_core::mask::count_byte(b"one\ntwo\n", b'\n'), 2);
/// ```
///
/// # Copies
///
/// Never.
#[must_use]
pub fn count_byte(haystack: &[u8], needle: u8) -> usize {
    let (chunks, rest) = haystack.as_chunks::<CHUNK>();
    let in_chunks: usize = dispatch!(detected(), simd => count_chunks(simd, chunks, needle));
    in_chunks + rest.iter().filter(|&&byte| byte == needle).count()
}

#[inline(always)]
fn count_chunks<S: Simd>(simd: S, chunks: &[[u8; CHUNK]], needle: u8) -> usize {
    let needle = u8x32::splat(simd, needle);
    chunks.chunks(MOST_CHUNKS).map(|chunks| count_few_chunks(simd, chunks, needle)).sum()
}

#[inline(always)]
fn count_few_chunks<S: Simd>(simd: S, chunks: &[[u8; CHUNK]], needle: u8x32<S>) -> usize {
    let mut counts = [i8x32::splat(simd, 0); VECTORS];
    for chunk in chunks {
        for (count, part) in counts.iter_mut().zip(chunk.as_chunks::<LANES>().0) {
            *count -= u8x32::from_slice(simd, part).simd_eq(needle).to_vector();
        }
    }
    let lanes_of = |count: i8x32<S>| -> usize {
        let mut lanes = [0; LANES];
        count.store_slice(&mut lanes);
        lanes.iter().map(|lane| usize::from(lane.cast_unsigned())).sum()
    };
    counts.into_iter().map(lanes_of).sum()
}
