//! [`Buffer`]: memory that begins at a page and is used again and again.

use std::fmt;
use std::io::{self, ErrorKind};
use std::ops::{Deref, DerefMut};

use memmap2::MmapMut;

/// The period at which addresses alias, and the least page size of the systems we run on.
pub(crate) const PAGE: usize = 4096;

/// Zeroed memory of a fixed length, whose first byte lies at the beginning of a page.
pub(crate) enum Buffer {
    /// Pages of its own; those that are never touched are never there.
    Pages(MmapMut),
    /// A part of the heap, with as many bytes before `start` as alignment took.
    Heap { bytes: Box<[u8]>, start: usize },
}

impl Buffer {
    /// Pages of its own, of which many may never be filled.
    pub(crate) fn new(len: usize) -> io::Result<Self> {
        Ok(Self::Pages(MmapMut::map_anon(len)?))
    }

    /// A part of the heap, all of which will be filled.
    ///
    /// A page of one's own costs a fault when it is touched first, and a system call each to get
    /// and to return them all. The heap hands out memory that was touched before, which it only
    /// has to zero: files of up to a window are read as fast as `std::fs::read` reads them
    /// (`cargo xtask bench input-4KiB`).
    pub(crate) fn heap(len: usize) -> io::Result<Self> {
        let whole = len.checked_add(PAGE - 1).ok_or(ErrorKind::OutOfMemory)?;
        let bytes = vec![0; whole].into_boxed_slice();
        let start = bytes.as_ptr().addr().wrapping_neg() % PAGE;
        Ok(Self::Heap { bytes, start })
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Pages(pages) => pages,
            Self::Heap { bytes, start } => &bytes[*start..],
        }
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        match self {
            Self::Pages(pages) => pages,
            Self::Heap { bytes, start } => &mut bytes[*start..],
        }
    }
}

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Buffer").field("len", &self.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{Buffer, PAGE};

    #[test]
    fn every_buffer_begins_at_a_page_and_is_long_enough() {
        for len in [1, PAGE - 1, PAGE, PAGE + 1, 100_000, 1 << 20] {
            for mut buffer in [Buffer::new(len).unwrap(), Buffer::heap(len).unwrap()] {
                assert_eq!(buffer.as_ptr().addr() % PAGE, 0, "{len}");
                assert!((len..len + PAGE).contains(&buffer.len()), "{} for {len}", buffer.len());
                buffer.fill(1);
            }
        }
    }
}
