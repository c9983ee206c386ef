//! [`End`]: one of the two descriptors of a transfer, and what it is.

use std::io;
use std::os::fd::BorrowedFd;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{FileType, OFlags, SeekFrom, Stat, fcntl_getfl, fstat, seek, tell};
use rustix::io::{Errno, retry_on_intr};

/// A descriptor, with what was found out about it at the start.
pub(super) struct End<'a> {
    pub(super) fd: BorrowedFd<'a>,
    pub(super) file_type: FileType,
    /// Whether it is a destination whose writes go to its end, wherever the position is.
    pub(super) is_append: bool,
    /// Its position at the start: pipes, sockets and terminals have none.
    pub(super) start: Option<u64>,
    stat: Stat,
}

impl<'a> End<'a> {
    pub(super) fn source(fd: BorrowedFd<'a>) -> io::Result<Self> {
        let stat = fstat(fd)?;
        let file_type = FileType::from_raw_mode(stat.st_mode);
        let may_seek = !matches!(file_type, FileType::Fifo | FileType::Socket);
        Ok(Self {
            fd,
            file_type,
            is_append: false,
            start: if may_seek { tell(fd).ok() } else { None },
            stat,
        })
    }

    pub(super) fn destination(fd: BorrowedFd<'a>) -> io::Result<Self> {
        let is_append = fcntl_getfl(fd)?.contains(OFlags::APPEND);
        Ok(Self { is_append, ..Self::source(fd)? })
    }

    pub(super) fn is_seekable(&self) -> bool {
        self.start.is_some()
    }

    pub(super) fn is_regular(&self) -> bool {
        self.file_type == FileType::RegularFile
    }

    /// Whether what it holds are pages of the page cache.
    pub(super) fn has_page_cache(&self) -> bool {
        matches!(self.file_type, FileType::RegularFile | FileType::BlockDevice)
    }

    /// Whether what is put into it may stay a reference until somebody takes it out.
    #[cfg(target_os = "linux")]
    pub(super) fn holds_references(&self) -> bool {
        matches!(self.file_type, FileType::Fifo | FileType::Socket)
    }

    pub(super) fn position(&self) -> io::Result<u64> {
        Ok(tell(self.fd)?)
    }

    pub(super) fn set_position(&self, position: u64) -> io::Result<()> {
        seek(self.fd, SeekFrom::Start(position))?;
        Ok(())
    }

    /// The size as it was at the start, of a regular file.
    pub(super) fn size(&self) -> u64 {
        u64::try_from(self.stat.st_size).unwrap_or(0)
    }

    /// The size as it is now.
    pub(super) fn size_now(&self) -> io::Result<u64> {
        Ok(u64::try_from(fstat(self.fd)?.st_size).unwrap_or(0))
    }

    /// Whether fewer bytes are stored than the size says.
    #[cfg(target_os = "linux")]
    pub(super) fn may_have_holes(&self) -> bool {
        let stored = u64::try_from(self.stat.st_blocks).unwrap_or(0).saturating_mul(512);
        self.is_regular() && self.is_seekable() && stored < self.size()
    }

    /// Whether the two are one file, one pipe or one disk.
    pub(super) fn is_same_as(&self, other: &End<'_>) -> bool {
        let is_same_inode =
            (self.stat.st_dev, self.stat.st_ino) == (other.stat.st_dev, other.stat.st_ino);
        match self.file_type {
            FileType::RegularFile | FileType::Fifo => is_same_inode,
            FileType::BlockDevice => {
                other.file_type == FileType::BlockDevice && self.stat.st_rdev == other.stat.st_rdev
            }
            _ => false,
        }
    }

    /// Whether waiting means anything: a file is always ready.
    pub(super) fn can_wait(&self) -> bool {
        !self.has_page_cache()
    }

    /// Waits until a non-blocking descriptor has bytes or has room; others return at once.
    pub(super) fn wait(&self, events: PollFlags) -> io::Result<()> {
        retry_on_intr(|| poll(&mut [PollFd::from_borrowed_fd(self.fd, events)], None))?;
        Ok(())
    }
}

/// Whether this is how a non-blocking descriptor says that it would block.
pub(super) fn would_block(errno: Errno) -> bool {
    errno == Errno::AGAIN || errno == Errno::WOULDBLOCK
}
