//! The way that always works: `read(2)` and `write(2)` with a page-aligned buffer.
//!
//! A byte lies at the same place within its page as in the file it comes from, since a kernel copy
//! is slower where the two differ by a few bytes.

use std::io::{self, ErrorKind};

use rustix::event::PollFlags;
use rustix::io::{Errno, read, write};

use super::Mechanism;
use super::end::would_block;
use super::job::{Job, Step};
use crate::buffer::{Buffer, PAGE};

/// How long the buffer is once so many bytes were moved.
///
/// A longer one makes fewer calls. But a page of it that is touched for the first time costs a
/// fault, which is more than moving a page, so that a short file is not to pay for a long buffer.
/// The first stage is short enough for the heap, and each of the others is a small part of what was
/// moved before it.
const STAGES: [(u64, usize); 3] = [(0, 32 << 10), (4 << 20, 256 << 10), (32 << 20, 1 << 20)];

impl Job<'_> {
    /// One read and the writes that deliver it.
    pub(super) fn read_write(&mut self, want: usize) -> io::Result<Step> {
        let buffer_len = self.buffer_len();
        let mut buffer = match self.buffer.take().filter(|it| it.len() >= buffer_len + PAGE) {
            Some(buffer) => buffer,
            None if buffer_len == STAGES[0].1 => Buffer::heap(buffer_len + PAGE)?,
            None => Buffer::new(buffer_len + PAGE)?,
        };
        let offset = self.src.start.unwrap_or(0).wrapping_add(self.report.bytes);
        let place = usize::try_from(offset % PAGE as u64).expect("a remainder is below a page");
        let end = place + want.min(buffer_len);
        let room = &mut buffer[place..end];
        let count = self.read_some(room)?;
        self.deliver(&room[..count])?;
        self.buffer = Some(buffer);
        Ok(if count == 0 { Step::Ended } else { Step::Moved })
    }

    fn buffer_len(&self) -> usize {
        let moved = self.report.moved_by(Mechanism::ReadWrite);
        let stage = STAGES.iter().rfind(|(from, _)| *from <= moved);
        stage.expect("the first stage begins at 0").1
    }

    fn read_some(&mut self, room: &mut [u8]) -> io::Result<usize> {
        loop {
            match read(self.src.fd, &mut *room) {
                Ok(count) => {
                    self.report.copies.read += count as u64;
                    return Ok(count);
                }
                Err(Errno::INTR) => {}
                Err(errno) if would_block(errno) && self.src.can_wait() => {
                    self.src.wait(PollFlags::IN)?;
                }
                Err(errno) => return Err(errno.into()),
            }
        }
    }

    /// Writes all of `bytes`; on failure those not written are given back.
    pub(super) fn deliver(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            match self.write_some(rest) {
                Ok(count) => {
                    rest = &rest[count..];
                    self.report.copies.write += count as u64;
                    self.report.add(Mechanism::ReadWrite, count as u64);
                }
                Err(error) => {
                    self.give_back(rest);
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    fn write_some(&self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match write(self.dst.fd, bytes) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(count) => return Ok(count),
                Err(Errno::INTR) => {}
                Err(errno) if would_block(errno) && self.dst.can_wait() => {
                    self.dst.wait(PollFlags::OUT)?;
                }
                Err(errno) => return Err(errno.into()),
            }
        }
    }
}
