//! [`for_each_stop`] and [`for_each_line`]: all stops of a haystack, walked bit by bit.
//!
//! A search restarted behind each stop pays for its start every time. Here the masks of a window
//! are made in one pass, and a stop costs the clearing of a bit.

use core::slice;

use super::{MaskBuffer, StopSet};
use crate::SliceExt;

/// Bytes of a window: few, so that memory is read on while the bits of one are walked, which is
/// faster than [`MaskBuffer::WINDOW`] from main memory (case `windows` of the bench).
const WINDOW: usize = 4 << 10;

/// Calls `visit` with the offset of each byte of `haystack` that is in `set`, in order.
///
/// ```
/// use zc_core::mask::{StopSet, for_each_stop};
///
/// let mut stops = Vec::new();
/// for_each_stop(b"a=1;b=2", &StopSet::of(b"=;"), |offset| stops.push(offset));
/// assert_eq!(stops, [1, 3, 5]);
/// ```
///
/// # Copies
///
/// At most 63 bytes, for the masks.
#[inline]
pub fn for_each_stop(haystack: &[u8], set: &StopSet, mut visit: impl FnMut(usize)) {
    let mut buffer = MaskBuffer::new();
    let mut start = 0;
    while start < haystack.len() {
        let len = WINDOW.min(haystack.len() - start);
        let masks = buffer.scan(slice::from_ref(set), &haystack[start..], len);
        for (word, base) in masks.words(0).zip((start..start + len).step_by(64)) {
            let mut stops = word;
            while stops != 0 {
                let offset = base + stops.trailing_zeros() as usize;
                if offset >= start + len {
                    break;
                }
                visit(offset);
                stops &= stops - 1;
            }
        }
        start += len;
    }
}

/// Calls `visit` with each line of `haystack`, without its `\n` or `\r\n`; a last line needs
/// neither. The same lines as those of [`SliceExt::lines`].
///
/// ```
/// let mut lengths = Vec::new();
/// zc_core::mask::for_each_line(b"one\r\n\nthree", |line| lengths.push(line.len()));
/// assert_eq!(lengths, [3, 0, 5]);
/// ```
///
/// # Copies
///
/// At most 63 bytes, for the masks.
#[inline]
pub fn for_each_line<'h>(haystack: &'h [u8], mut visit: impl FnMut(&'h [u8])) {
    const NEWLINE: StopSet = StopSet::of(b"\n");
    let mut start = 0;
    for_each_stop(haystack, &NEWLINE, |end| {
        visit(haystack[start..end].trim_carriage_return());
        start = end + 1;
    });
    if start < haystack.len() {
        visit(&haystack[start..]);
    }
}
