//! [`Refill`]: a reused, page-aligned buffer that a reader fills and a caller empties.
//!
//! ```text
//! buffer  ├── consumed ──┼── unconsumed: the window ──┼── room ──┤
//!         base           start                        end      limit
//! ```
//!
//! Two rules keep the cost linear, whatever the caller consumes. Unconsumed bytes move to the
//! front only when at least as many were consumed since they last moved. Where that does not
//! hold and there is no room behind them, they move to a new buffer of twice the window, after
//! which there is always room until enough was consumed.
//!
//! A byte is kept at the same place within its page as in the input. A kernel copy whose
//! destination lies a few bytes ahead of its source modulo 4096 is slower than others;
//! this way the two agree, and each read of a file begins and ends with a page of the page cache.
//!
//! Memory that is touched for the first time costs more than what is then read into it. Reads
//! are therefore short at first: an input pays for about a sixteenth of its length, or 64 KiB. A
//! file that fits in a window is read at once, into memory that was probably touched before.

use std::fmt;
use std::io::{self, ErrorKind, Read};

use crate::buffer::{Buffer, PAGE};

/// How much one call reads at the beginning, where the window has room for more.
const FIRST_READ: usize = 64 << 10;

/// Up to which length a window that is known to be filled is a part of the heap.
const MAX_HEAP_LEN: usize = 1 << 20;

/// How much one call of [`Refill::refill`] reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// Until there is no room in the window or the input ends.
    Full,
    /// Whatever one read returns, since the next one may block.
    Once,
}

/// The bytes between a reader and its consumer.
pub(crate) struct Refill {
    flow: Flow,
    /// Absent until the first read: inputs that wait for their turn hold no memory.
    buffer: Option<Buffer>,
    /// Where the unconsumed bytes began when they were last moved.
    base: usize,
    /// `base <= start <= end <= buffer.len()`; what lies between the two is the window.
    start: usize,
    end: usize,
    /// The most bytes a window holds now: `end - start <= len`, and `len + PAGE <= buffer.len()`,
    /// so that the window fits in wherever within the first page it begins.
    len: usize,
    /// What `len` returns to, and is at first unless the input is small; a multiple of [`PAGE`].
    usual_len: usize,
    /// The offset of `start` in the input. Congruent to `start` modulo [`PAGE`].
    offset: u64,
    at_end: bool,
    /// An error that came after some bytes, which are delivered first.
    failed: Option<io::Error>,
    read: u64,
    carried: u64,
}

impl Refill {
    pub(crate) fn new(flow: Flow, window_len: usize) -> Self {
        let usual_len = window_len.max(1).checked_next_multiple_of(PAGE).unwrap_or(usize::MAX);
        Self {
            flow,
            buffer: None,
            base: 0,
            start: 0,
            end: 0,
            len: usual_len,
            usual_len,
            offset: 0,
            at_end: false,
            failed: None,
            read: 0,
            carried: 0,
        }
    }

    /// Starts with a window that `size` bytes and the look for more fit in, if that is shorter.
    ///
    /// An input that turns out to be longer goes on with windows of the usual length.
    pub(crate) fn expecting(mut self, size: u64) -> Self {
        let size = usize::try_from(size).unwrap_or(usize::MAX).saturating_add(1);
        let len = size.checked_next_multiple_of(PAGE).unwrap_or(usize::MAX);
        self.len = self.usual_len.min(len);
        self
    }

    pub(crate) fn flow(&self) -> Flow {
        self.flow
    }

    pub(crate) fn window(&self) -> &[u8] {
        self.buffer.as_ref().map_or(&[], |buffer| &buffer[self.start..self.end])
    }

    pub(crate) fn window_len(&self) -> usize {
        self.len
    }

    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.at_end
    }

    pub(crate) fn read(&self) -> u64 {
        self.read
    }

    pub(crate) fn carried(&self) -> u64 {
        self.carried
    }

    pub(crate) fn advance(&mut self, count: usize) {
        self.start += count;
        self.offset += count as u64;
    }

    /// Adds at least one byte behind the window, or finds the end, or fails and adds none.
    pub(crate) fn refill(&mut self, reader: &mut dyn Read) -> io::Result<()> {
        if self.at_end {
            return Ok(());
        }
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        self.make_room()?;
        debug_assert!(self.buffer.as_ref().is_some_and(|it| it.len() - self.start >= self.len));
        let (before, limit) = (self.end, self.limit());
        while self.end < limit {
            match self.read_once(reader, limit) {
                Ok(0) => {
                    self.at_end = true;
                    break;
                }
                Ok(_) if self.flow == Flow::Once => break,
                Ok(_) => {}
                Err(error) if self.end > before => {
                    self.failed = Some(error);
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Sees to it that `start + len` lies inside the buffer, and that it lies behind `end`.
    fn make_room(&mut self) -> io::Result<()> {
        let rest = self.end - self.start;
        if self.buffer.is_none() {
            return self.carry_into_new(self.len, self.len.checked_add(PAGE).ok_or_else(too_long)?);
        }
        if self.is_small() {
            return self.carry_into_new(self.usual_len, self.usual_buffer_len()?);
        }
        let is_full = rest == self.len;
        let len = if is_full { double(self.len)? } else { self.len };
        let buffer = self.buffer.as_mut().expect("a buffer was made when room was first needed");
        if !is_full && self.start - self.base >= rest {
            if self.len > self.usual_len && rest <= self.usual_len / 4 {
                return self.carry_into_new(self.usual_len, self.usual_buffer_len()?);
            }
            let base = place_in_page(self.offset);
            buffer.copy_within(self.start..self.end, base);
            self.carried += if base == self.start { 0 } else { rest as u64 };
            self.rebase(base, rest);
            return Ok(());
        }
        if buffer.len() - self.start.max(PAGE) >= len {
            self.len = len;
            return Ok(());
        }
        self.carry_into_new(len, double(len)?.checked_add(PAGE).ok_or_else(too_long)?)
    }

    /// Whether the window was made for an input that is expected to end in it.
    fn is_small(&self) -> bool {
        self.len < self.usual_len
    }

    fn usual_buffer_len(&self) -> io::Result<usize> {
        self.usual_len.checked_add(PAGE).ok_or_else(too_long)
    }

    /// Moves the window into a new buffer; memory that is never filled is never touched.
    fn carry_into_new(&mut self, len: usize, buffer_len: usize) -> io::Result<()> {
        let is_small = len < self.usual_len && len <= MAX_HEAP_LEN;
        let new = if is_small { Buffer::heap } else { Buffer::new };
        let mut buffer = new(buffer_len)?;
        let (base, rest) = (place_in_page(self.offset), self.end - self.start);
        buffer[base..base + rest].copy_from_slice(self.window());
        self.carried += rest as u64;
        self.buffer = Some(buffer);
        self.len = len;
        self.rebase(base, rest);
        Ok(())
    }

    fn rebase(&mut self, base: usize, rest: usize) {
        self.base = base;
        self.start = base;
        self.end = base + rest;
    }

    /// Where this call stops reading: at a page boundary, if there is one behind `end`.
    ///
    /// Unconsumed bytes may double, so that a caller who scans them all each time stays linear.
    fn limit(&self) -> usize {
        let (room, rest) = (self.start + self.len - self.end, self.end - self.start);
        if self.is_small() {
            return self.end + room;
        }
        let sixteenth = usize::try_from(self.read / 16).unwrap_or(usize::MAX);
        let limit = self.end + room.min(FIRST_READ.max(sixteenth).max(rest));
        let aligned = limit - limit % PAGE;
        if aligned > self.end { aligned } else { limit }
    }

    /// One read that was not interrupted.
    fn read_once(&mut self, reader: &mut dyn Read, limit: usize) -> io::Result<usize> {
        let buffer = self.buffer.as_mut().expect("make_room allocates the buffer");
        let room = &mut buffer[self.end..limit];
        let count = loop {
            match reader.read(room) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                outcome => break outcome?,
            }
        };
        if count > room.len() {
            return Err(io::Error::other("a reader claims more bytes than it had room for"));
        }
        self.end += count;
        self.read += count as u64;
        Ok(count)
    }
}

fn double(len: usize) -> io::Result<usize> {
    len.checked_mul(2).ok_or_else(too_long)
}

fn too_long() -> io::Error {
    io::Error::new(ErrorKind::OutOfMemory, "the window outgrows the address space")
}

#[expect(clippy::cast_possible_truncation, reason = "the remainder is below a page")]
fn place_in_page(offset: u64) -> usize {
    (offset % PAGE as u64) as usize
}

impl fmt::Debug for Refill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refill")
            .field("flow", &self.flow)
            .field("unconsumed", &(self.end - self.start))
            .field("window_len", &self.len)
            .field("offset", &self.offset)
            .field("at_end", &self.at_end)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, ErrorKind, Read};

    use super::{FIRST_READ, Flow, PAGE, Refill};

    /// Returns one byte, then an error, then one byte, and so on.
    struct Flaky(bool);

    impl Read for Flaky {
        fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
            self.0 = !self.0;
            if self.0 {
                room[0] = b'x';
                return Ok(1);
            }
            Err(ErrorKind::TimedOut.into())
        }
    }

    #[test]
    fn bytes_before_an_error_are_shown_before_it_is_returned() {
        let mut refill = Refill::new(Flow::Full, 1);
        for count in 1..4 {
            refill.refill(&mut Flaky(false)).unwrap();
            assert_eq!(refill.window().len(), count);
            let error = refill.refill(&mut Flaky(false)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TimedOut);
            assert_eq!(refill.window().len(), count);
        }
        assert!(!refill.is_at_end());
    }

    #[test]
    fn reads_are_short_at_first_and_always_whole_pages() {
        /// Fills whatever room there is, and notes how much that was.
        struct Rooms(Vec<usize>);

        impl Read for Rooms {
            fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
                self.0.push(room.len());
                Ok(room.len())
            }
        }

        let (mut refill, mut reader) = (Refill::new(Flow::Full, 1 << 20), Rooms(Vec::new()));
        while refill.read() < 32 << 20 {
            refill.refill(&mut reader).unwrap();
            refill.advance(refill.window().len() - 57);
        }
        assert_eq!(reader.0[0], FIRST_READ);
        assert!(reader.0.iter().all(|room| room % PAGE == 0), "{:?}", reader.0);
        assert_eq!(reader.0.last(), Some(&((1 << 20) - PAGE)));
    }

    #[test]
    fn a_small_input_gets_a_small_window_and_the_usual_one_when_it_grows() {
        let content = vec![b'x'; 300_000];
        for (size, first) in [(0, PAGE), (4095, PAGE), (4096, 2 * PAGE), (1 << 20, 1 << 20)] {
            let mut refill = Refill::new(Flow::Full, 1 << 20).expecting(size as u64);
            let mut reader = &content[..];
            assert_eq!(refill.window_len(), first);
            while !refill.is_at_end() {
                refill.refill(&mut reader).unwrap();
            }
            assert!(refill.window() == content, "{size}");
            assert_eq!(refill.window_len(), 1 << 20, "{size}");
        }
    }

    #[test]
    fn a_length_beyond_the_address_space_is_an_error() {
        let error = Refill::new(Flow::Full, usize::MAX).refill(&mut io::empty()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutOfMemory);
    }
}
