//! The mask kernel: from bytes to one bit a byte, 32 at a time, for each stop set.
//!
//! Sets of up to three bytes are compared. Larger ones take a table lookup on each nibble (the
//! row of the low nibble, the bit of the high one), as in "Parsing gigabytes of JSON per second"
//! by Langdale and Lemire, section 3.1.2; two of them in a row share the nibbles. Where bytes
//! cannot be looked up in a register, they are compared with the ranges that the set is made of.
//! The bits of 32 bytes are stored as they come: joined to 64 in a register, compilers have been
//! seen to fall back to scalar code.

use core::{array, slice};

use fearless_simd::prelude::*;
use fearless_simd::{dispatch, mask8x32, u8x32};

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

impl Level {
    /// The vector instructions that it stands for on this processor, such as `AVX2`.
    ///
    /// ```
    /// use zc_core::mask::Level;
    ///
    /// assert_eq!(Level::Portable.instructions(), "none");
    /// ```
    #[must_use]
    pub fn instructions(self) -> &'static str {
        match Backend::new(self) {
            Backend::Vector(level) => instructions(level),
            Backend::Portable => "none",
        }
    }
}

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
fn instructions(level: fearless_simd::Level) -> &'static str {
    match level {
        fearless_simd::Level::Avx512(_) => "AVX-512",
        _ if level.as_avx2().is_some() => "AVX2",
        _ if level.as_sse4_2().is_some() => "SSE4.2",
        _ if level.as_sse2().is_some() => "SSE2",
        _ => "none",
    }
}

#[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
fn instructions(level: fearless_simd::Level) -> &'static str {
    match level {
        _ if level.is_fallback() => "none",
        _ if cfg!(target_arch = "aarch64") => "NEON",
        _ if cfg!(target_arch = "wasm32") => "SIMD128",
        _ => "vectors of this target",
    }
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

    /// Writes a bit for each byte of `window` into the masks of each set: 1 where the byte is in
    /// the set. Byte 0 is the lowest bit of the first byte.
    pub(super) fn scan(self, sets: &[StopSet], window: Window<'_>, masks: Rows<'_>) {
        match self {
            Self::Vector(level) => dispatch!(level, simd => vector(simd, sets, window, masks)),
            Self::Portable => {
                for (set, masks) in sets.iter().zip(masks) {
                    portable(set, window, masks);
                }
            }
        }
    }
}

/// Bytes that one turn of the loop marks.
pub(super) const BLOCK: usize = 64;

/// What is to be marked, in whole blocks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window<'h> {
    pub(super) blocks: &'h [[u8; BLOCK]],
    /// A block behind them, for what is left of a haystack.
    pub(super) tail: Option<&'h [u8; BLOCK]>,
}

/// The masks of one set after the other, each at least as long as the haystack needs.
pub(super) type Rows<'m> = slice::ChunksMut<'m, u8>;

#[cfg(feature = "std")]
pub(super) fn detected() -> fearless_simd::Level {
    fearless_simd::Level::new()
}

#[cfg(not(feature = "std"))]
pub(super) fn detected() -> fearless_simd::Level {
    fearless_simd::Level::baseline()
}

const LANES: usize = 32;

fn portable(set: &StopSet, window: Window<'_>, masks: &mut [u8]) {
    let chunks = window.blocks.iter().chain(window.tail).flat_map(|block| block.as_chunks().0);
    for (chunk, mask) in chunks.zip(masks) {
        let chunk: &[u8; 8] = chunk;
        *mask = (0..8).fold(0, |mask, i| mask | u8::from(set.contains(chunk[i])) << i);
    }
}

#[inline(always)]
fn vector<S: Simd>(simd: S, mut sets: &[StopSet], window: Window<'_>, mut rows: Rows<'_>) {
    let looks_up = has_shuffle(simd.level());
    while let ([set, rest @ ..], Some(masks)) = (sets, rows.next()) {
        sets = rest;
        let (Few::Many, true) = (set.few(), looks_up) else {
            compared(simd, set, window, masks);
            continue;
        };
        if let [next, rest @ ..] = rest
            && let Few::Many = next.few()
            && let Some(next_masks) = rows.next()
        {
            sets = rest;
            let masks = blocks(masks).zip(blocks(next_masks)).map(|(a, b)| [a, b]);
            by_nibble(simd, [set, next], window, masks);
        } else {
            by_nibble(simd, [set], window, blocks(masks).map(|mask| [mask]));
        }
    }
}

/// Whether 16 bytes can be looked up at once; below SSSE3, x86 has no instruction for that.
#[inline(always)]
fn has_shuffle(level: fearless_simd::Level) -> bool {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    let has_shuffle = level.as_sse4_2().is_some();
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
    let has_shuffle = !level.is_fallback();
    has_shuffle
}

#[inline(always)]
fn compared<S: Simd>(simd: S, set: &StopSet, window: Window<'_>, masks: &mut [u8]) {
    if let Few::Many = set.few() {
        return by_range(simd, set, window, masks);
    }
    let masks = blocks(masks).map(|mask| [mask]);
    let splat = |byte| u8x32::splat(simd, byte);
    match set.few() {
        Few::One(a) => {
            let a = splat(a);
            each_chunk(simd, window, masks, |x| [x.simd_eq(a).to_bitmask()]);
        }
        Few::Two(a, b) => {
            let (a, b) = (splat(a), splat(b));
            each_chunk(simd, window, masks, |x| [(x.simd_eq(a) | x.simd_eq(b)).to_bitmask()]);
        }
        Few::Three(a, b, c) => {
            let (a, b, c) = (splat(a), splat(b), splat(c));
            each_chunk(simd, window, masks, |x| {
                [(x.simd_eq(a) | x.simd_eq(b) | x.simd_eq(c)).to_bitmask()]
            });
        }
        Few::Many => {}
    }
}

/// Sets of more ranges than this are looked up byte by byte, which is as fast then.
const MOST_RANGES: usize = 12;

#[inline(always)]
fn by_range<S: Simd>(simd: S, set: &StopSet, window: Window<'_>, masks: &mut [u8]) {
    let mut ranges = [(u8x32::splat(simd, 0), u8x32::splat(simd, 0)); MOST_RANGES];
    let mut count = 0;
    for (first, last) in set.ranges() {
        let Some(range) = ranges.get_mut(count) else { return portable(set, window, masks) };
        *range = (u8x32::splat(simd, first), u8x32::splat(simd, last - first));
        count += 1;
    }
    let ranges = &ranges[..count];
    let masks = blocks(masks).map(|mask| [mask]);
    each_chunk(simd, window, masks, |x| {
        let mut found = mask8x32::splat(simd, false);
        for (first, span) in ranges {
            found |= (x - *first).simd_le(*span);
        }
        [found.to_bitmask()]
    });
}

#[inline(always)]
fn by_nibble<'m, S: Simd, const N: usize>(
    simd: S,
    sets: [&StopSet; N],
    window: Window<'_>,
    masks: impl Iterator<Item = [&'m mut Bits; N]>,
) {
    let mut rows = [u8x32::splat(simd, 0); N];
    for (row, set) in rows.iter_mut().zip(sets) {
        *row = twice(simd, set.rows());
    }
    let flips = sets.map(|set| if set.has_upper_half() { 0 } else { u64::MAX });
    // High nibbles of 8 and more have no bit: those bytes never match a row.
    let bits = twice(simd, [1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0]);
    let (none, low_nibble) = (u8x32::splat(simd, 0), u8x32::splat(simd, 15));
    each_chunk(simd, window, masks, |x| {
        let (low, bit) = (x & low_nibble, bits.swizzle_dyn_within_blocks(x >> 4u32));
        array::from_fn(|i| {
            let row = rows[i].swizzle_dyn_within_blocks(low);
            (row & bit).simd_eq(none).to_bitmask() ^ flips[i]
        })
    });
}

/// The same 16 bytes in both halves.
#[inline(always)]
fn twice<S: Simd>(simd: S, row: [u8; 16]) -> u8x32<S> {
    let mut lanes = [0; LANES];
    for half in lanes.as_chunks_mut().0 {
        *half = row;
    }
    u8x32::from_slice(simd, &lanes)
}

/// The bits of one block of bytes.
type Bits = [u8; BLOCK / 8];

fn blocks(masks: &mut [u8]) -> slice::IterMut<'_, Bits> {
    masks.as_chunks_mut().0.iter_mut()
}

/// Calls `masks_of` for 32 bytes at a time, and stores the bits that it gives for each set.
#[inline(always)]
fn each_chunk<'m, S: Simd, const N: usize>(
    simd: S,
    window: Window<'_>,
    mut masks: impl Iterator<Item = [&'m mut Bits; N]>,
    masks_of: impl Fn(u8x32<S>) -> [u64; N],
) {
    for (block, masks) in window.blocks.iter().zip(&mut masks) {
        each_half(simd, block, masks, &masks_of);
    }
    if let (Some(block), Some(masks)) = (window.tail, masks.next()) {
        each_half(simd, block, masks, &masks_of);
    }
}

/// The same for the two halves of one block.
#[inline(always)]
fn each_half<S: Simd, const N: usize>(
    simd: S,
    block: &[u8; BLOCK],
    mut masks: [&mut Bits; N],
    masks_of: impl Fn(u8x32<S>) -> [u64; N],
) {
    for (part, chunk) in block.as_chunks::<LANES>().0.iter().enumerate() {
        let bits = masks_of(u8x32::from_slice(simd, chunk));
        for (mask, bits) in masks.iter_mut().zip(bits) {
            #[expect(clippy::cast_possible_truncation, reason = "32 lanes, 32 bits")]
            let bits = bits as u32;
            mask.as_chunks_mut().0[part] = bits.to_le_bytes();
        }
    }
}
