//! [`Job`]: one transfer under way, as all its ways see it.

use std::io::{self, ErrorKind};
use std::os::fd::BorrowedFd;

use rustix::io::{pread, retry_on_intr};

use super::end::End;
use super::{Mechanism, Policy, Refusal, Report, TransferError};
use crate::buffer::Buffer;

/// What came of one step.
pub(super) enum Step {
    /// Some bytes were moved.
    Moved,
    /// The call says that the source has ended.
    Ended,
    /// This way does not work here, or not any further.
    Refused(Refusal),
}

/// A transfer under way.
pub(super) struct Job<'a> {
    pub(super) src: End<'a>,
    pub(super) dst: End<'a>,
    pub(super) policy: &'a Policy<'a>,
    pub(super) report: Report,
    /// Bytes that may still be moved.
    pub(super) left: u64,
    /// The way that is taken, until it is refused.
    pub(super) way: Mechanism,
    /// Made by the first read, and made anew as more is moved.
    pub(super) buffer: Option<Buffer>,
    /// Made by the first splice that needs one. Empty between two steps.
    #[cfg(target_os = "linux")]
    pub(super) pipe: Option<super::Pipe>,
    pub(super) undelivered: Vec<u8>,
}

impl<'a> Job<'a> {
    pub(super) fn start(
        src: BorrowedFd<'a>,
        dst: BorrowedFd<'a>,
        policy: &'a Policy<'a>,
    ) -> Result<Self, TransferError> {
        Self::try_start(src, dst, policy).map_err(TransferError::new)
    }

    fn try_start(
        src: BorrowedFd<'a>,
        dst: BorrowedFd<'a>,
        policy: &'a Policy<'a>,
    ) -> io::Result<Self> {
        let mut job = Self {
            src: End::source(src)?,
            dst: End::destination(dst)?,
            policy,
            report: Report::default(),
            left: policy.limit.unwrap_or(u64::MAX),
            way: policy.via.unwrap_or(Mechanism::Reflink),
            buffer: None,
            #[cfg(target_os = "linux")]
            pipe: None,
            undelivered: Vec::new(),
        };
        job.refuse_overlap()?;
        Ok(job)
    }

    /// Within one file only a range known beforehand can be moved, and only to beside itself.
    fn refuse_overlap(&mut self) -> io::Result<()> {
        if !self.src.is_same_as(&self.dst) {
            return Ok(());
        }
        if let (Some(from), Some(to), false) = (self.src.start, self.dst.start, self.dst.is_append)
            && self.src.is_regular()
        {
            let len = self.left.min(self.src.size().saturating_sub(from));
            if len <= from.abs_diff(to) {
                self.left = len;
                return Ok(());
            }
        }
        let message = "source and destination are the same, and what is moved would overlap itself";
        Err(io::Error::new(ErrorKind::InvalidInput, message))
    }

    /// Whether a kernel way that moves nothing is right that there is nothing more.
    ///
    /// A pipe, a socket or a device says so once, and then it is true. Of files it is not: those
    /// that are made up while they are read have no size to copy by.
    pub(super) fn has_ended(&mut self) -> bool {
        if !self.src.has_page_cache() {
            return true;
        }
        let Ok(position) = self.src.position() else { return false };
        match retry_on_intr(|| pread(self.src.fd, &mut [0_u8; 1], position)) {
            Ok(count) => {
                self.report.copies.read += count as u64;
                count == 0
            }
            // Not everything can be read anywhere and by the byte. If it was an error of the
            // medium, the way that reads will meet it too, and report it.
            Err(_) => (1..=position).contains(&self.src.size_now().unwrap_or(0)),
        }
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.policy.progress.is_some_and(|progress| progress(self.report.bytes).is_break())
    }

    /// Sets the source back to before `bytes`, or keeps them for the error.
    pub(super) fn give_back(&mut self, bytes: &[u8]) {
        if !self.set_back(bytes.len()) {
            self.undelivered.extend_from_slice(bytes);
        }
    }

    /// Sets the source back by `count` bytes, and says whether it could.
    ///
    /// A stream cannot. A file cannot if somebody else who has it open moved its position meanwhile
    /// to where fewer bytes lie before it.
    pub(super) fn set_back(&self, count: usize) -> bool {
        if !self.src.is_seekable() || !self.src.has_page_cache() {
            return false;
        }
        let position = self.src.position().ok();
        let before = position.and_then(|position| position.checked_sub(count as u64));
        before.is_some_and(|before| self.src.set_position(before).is_ok())
    }

    /// Whether a page of a file would wait in the destination for somebody to take it.
    #[cfg(target_os = "linux")]
    pub(super) fn would_alias(&self) -> bool {
        self.src.has_page_cache() && self.dst.holds_references() && !self.policy.aliasing
    }
}
