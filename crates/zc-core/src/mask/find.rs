//! [`Find`]: the next stop byte of a set, and the two back ends that know it.

use core::ops::ControlFlow::{self, Continue};
use core::{iter, slice};

use super::StopSet;
use super::set::Few;

/// What a grammar needs from below: where the next stop byte is.
///
/// ```
/// use core::ops::ControlFlow;
/// use zc_core::mask::{Find, MaskBuffer, Slice, StopSet};
///
/// const STOPS: &[StopSet] = &[StopSet::of(b",")];
///
/// fn commas(row: &[u8], finder: impl Find) -> Vec<usize> {
///     let mut found = Vec::new();
///     let _: ControlFlow<()> = finder.each(row, 0, 0, |at| {
///         if at < row.len() {
///             found.push(at);
///         }
///         ControlFlow::Continue(())
///     });
///     found
/// }
///
/// let row = b"a,bc,d";
/// assert_eq!(commas(row, Slice::new(STOPS)), [1, 4]);
/// assert_eq!(commas(row, MaskBuffer::new().scan(STOPS, row, row.len())), [1, 4]);
/// ```
pub trait Find: Copy {
    /// The offset of the first stop of set number `set` at or after `offset`; the length of
    /// `haystack`, or more, if there is none.
    fn find(self, haystack: &[u8], offset: usize, set: usize) -> usize;

    /// The offsets of the stops of set number `set` at or after `offset`, in order. A stop costs
    /// less than a search for it, and the next one is there before it is known where to search.
    #[inline(always)]
    fn stops(self, haystack: &[u8], mut offset: usize, set: usize) -> impl Iterator<Item = usize> {
        iter::from_fn(move || {
            let stop = self.find(haystack, offset, set);
            offset = stop.saturating_add(1);
            (stop < haystack.len()).then_some(stop)
        })
    }

    /// Calls `visit` with the offset of each of the [`stops`](Self::stops), in order, until it
    /// breaks. What many short fields in a row need, which are all alike.
    #[inline(always)]
    fn each<B>(
        self,
        haystack: &[u8],
        offset: usize,
        set: usize,
        visit: impl FnMut(usize) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        self.stops(haystack, offset, set).try_for_each(visit)
    }
}

/// Searches the bytes themselves: the back end for a single record.
///
/// ```
/// use zc_core::mask::{Find, Slice, StopSet};
///
/// let stops = [StopSet::of(b"=\n"), StopSet::of(b" ")];
/// let slice = Slice::new(&stops);
/// assert_eq!(slice.find(b"key = value", 0, 0), 4);
/// assert_eq!(slice.find(b"key = value", 4, 1), 5);
/// assert_eq!(slice.find(b"key = value", 5, 0), 11, "the length, where there is none");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Slice<'s> {
    sets: &'s [StopSet],
}

impl<'s> Slice<'s> {
    /// The back end for a grammar with these stop sets.
    #[must_use]
    #[inline(always)]
    pub const fn new(sets: &'s [StopSet]) -> Self {
        Self { sets }
    }
}

impl Find for Slice<'_> {
    #[inline(always)]
    fn find(self, haystack: &[u8], offset: usize, set: usize) -> usize {
        let Some(rest) = haystack.get(offset..) else { return haystack.len() };
        let set = &self.sets[set];
        let found = match set.few() {
            Few::One(a) => memchr::memchr(a, rest),
            Few::Two(a, b) => memchr::memchr2(a, b, rest),
            Few::Three(a, b, c) => memchr::memchr3(a, b, c, rest),
            Few::Many => rest.iter().position(|&byte| set.contains(byte)),
        };
        found.map_or(haystack.len(), |at| offset + at)
    }
}

/// Reads the bits that a [`MaskBuffer`](super::MaskBuffer) has laid out: the back end for many
/// records.
///
/// ```
/// use zc_core::mask::{MaskBuffer, Masks, StopSet};
///
/// fn lines(masks: Masks<'_>, len: usize) -> u32 {
///     // Behind the last byte of the window every bit is set.
///     let bits: u32 = masks.words(0).take(len / 64).map(u64::count_ones).sum();
///     bits
/// }
///
/// let input = b"7 bytes\n".repeat(8);
/// let mut buffer = MaskBuffer::new();
/// let masks = buffer.scan(&[StopSet::of(b"\n")], &input, 64);
/// assert_eq!(lines(masks, 64), 8);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Masks<'m> {
    masks: &'m [u8],
    /// Bytes from the masks of one set to those of the next; a stop lies in the last 8 of them.
    stride: usize,
}

impl<'m> Masks<'m> {
    pub(super) const fn new(masks: &'m [u8], stride: usize) -> Self {
        Self { masks, stride }
    }

    /// The bits of set number `set`, 64 at a time, the first byte in the lowest bit. Behind the
    /// last byte of the window every bit is set, and there are words of nothing else.
    #[inline]
    pub fn words(self, set: usize) -> impl Iterator<Item = u64> + 'm {
        let masks = &self.masks[set * self.stride..(set + 1) * self.stride];
        masks.as_chunks().0.iter().map(|word| u64::from_le_bytes(*word))
    }
}

impl Find for Masks<'_> {
    /// One unaligned load gives the next 57 to 64 bits, whatever block they lie in. The masks of
    /// the set are cut off first, which leaves one comparison of bounds for each load.
    #[inline(always)]
    fn find(self, _haystack: &[u8], offset: usize, set: usize) -> usize {
        let masks = self.masks.get(set * self.stride..).unwrap_or_default();
        let mut at = offset;
        loop {
            let byte = at / 8;
            let Some(word) = masks.get(byte..byte + 8).and_then(<[u8]>::first_chunk) else {
                return usize::MAX;
            };
            let word = u64::from_le_bytes(*word) >> (at % 8);
            if word != 0 {
                return at + word.trailing_zeros() as usize;
            }
            at += 64 - at % 8;
        }
    }

    #[inline(always)]
    fn stops(self, haystack: &[u8], offset: usize, set: usize) -> impl Iterator<Item = usize> {
        let masks = self.masks.get(set * self.stride..(set + 1) * self.stride).unwrap_or_default();
        let mut words = masks.as_chunks().0.get(offset / 64..).unwrap_or_default().iter();
        let first = words.next().map_or(0, |word| u64::from_le_bytes(*word));
        let stops = first & u64::MAX << (offset % 64);
        MaskStops { stops, base: offset - offset % 64, words, len: haystack.len() }
    }

    /// Walks the set bits of one word after the other.
    #[inline(always)]
    fn each<B>(
        self,
        haystack: &[u8],
        offset: usize,
        set: usize,
        mut visit: impl FnMut(usize) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let masks = self.masks.get(set * self.stride..(set + 1) * self.stride).unwrap_or_default();
        let mut base = offset - offset % 64;
        let mut kept = u64::MAX << (offset % 64);
        for word in masks.as_chunks().0.get(offset / 64..).unwrap_or_default() {
            let mut stops = u64::from_le_bytes(*word) & kept;
            kept = u64::MAX;
            while stops != 0 {
                let stop = base + stops.trailing_zeros() as usize;
                if stop >= haystack.len() {
                    return Continue(());
                }
                visit(stop)?;
                stops &= stops - 1;
            }
            base += 64;
        }
        Continue(())
    }
}

/// The stops of one set, from the bits of its masks.
struct MaskStops<'m> {
    /// The bits of the word at hand that were not given yet.
    stops: u64,
    /// The offset of its lowest bit.
    base: usize,
    /// The words behind it.
    words: slice::Iter<'m, [u8; 8]>,
    len: usize,
}

impl Iterator for MaskStops<'_> {
    type Item = usize;

    #[inline(always)]
    fn next(&mut self) -> Option<usize> {
        while self.stops == 0 {
            self.stops = u64::from_le_bytes(*self.words.next()?);
            self.base += 64;
        }
        let stop = self.base + self.stops.trailing_zeros() as usize;
        self.stops &= self.stops - 1;
        (stop < self.len).then_some(stop)
    }
}
