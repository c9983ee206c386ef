//! [`block`]: lines that are checked to be UTF-8 at once.

use zc_core::SliceExt;
use zc_core::mask::MaskBuffer;

/// As long as a window of masks, so that checking and reading find the block in the same cache.
pub(super) const BLOCK: usize = MaskBuffer::WINDOW;

/// The whole lines that `rest` begins with, as many as are in a block, and at least one; and the
/// same as text, if it is UTF-8.
pub(crate) fn block(rest: &[u8]) -> (&[u8], Option<&str>) {
    let block = &rest[..block_len(rest)];
    (block, simdutf8::basic::from_utf8(block).ok())
}

fn block_len(rest: &[u8]) -> usize {
    if rest.len() <= BLOCK {
        return rest.len();
    }
    match rest[..BLOCK].rfind_byte(b'\n') {
        Some(last) => last + 1,
        None => BLOCK + line_len(&rest[BLOCK..]),
    }
}

/// The length of the line that `rest` begins with, its `\n` included.
pub(crate) fn line_len(rest: &[u8]) -> usize {
    rest.find_byte(b'\n').map_or(rest.len(), |at| at + 1)
}
