//! [`Pipe`]: a pipe through which `splice(2)` moves bytes, and how much it holds.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, ioctl_fionread, read, retry_on_intr};
use rustix::pipe::{SpliceFlags, splice};

use super::pipe_pool::{Ends, Pool};

/// What came of [`Pipe::fill`].
///
/// ```
/// use zc_io::transfer::{Filled, PipePool};
///
/// let mut pipe = PipePool::new(1).take()?.expect("none is lent yet");
/// let (reader, writer) = std::io::pipe()?;
/// drop(writer);
/// assert_eq!(pipe.fill(&reader)?, Filled::Ended);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Filled {
    /// So many bytes were moved in, one at least.
    Moved(usize),
    /// The source has ended.
    Ended,
    /// The pipe takes nothing more before some of it is moved out, whatever the source has.
    Full,
}

/// What came of [`Pipe::drain`].
///
/// ```
/// use zc_io::transfer::{Drained, PipePool};
///
/// let mut pipe = PipePool::new(1).take()?.expect("none is lent yet");
/// let (_reader, writer) = std::io::pipe()?;
/// assert_eq!(pipe.drain(&writer)?, Drained::Empty);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Drained {
    /// So many bytes were moved out, one at least.
    Moved(usize),
    /// The pipe holds nothing.
    Empty,
}

/// A pipe from a [`PipePool`](super::PipePool), which gets it back when this is dropped, if it is
/// empty then; one that is not is closed, with what it holds.
///
/// No call waits for the pipe; whether one waits for the other descriptor is that descriptor's.
///
/// ```
/// use std::io::{Read, Write};
/// use zc_io::transfer::{Drained, Filled, PipePool};
///
/// let mut pipe = PipePool::new(1).take()?.expect("none is lent yet");
/// let ((from, mut source), (mut sink, to)) = (std::io::pipe()?, std::io::pipe()?);
/// source.write_all(b"by reference")?;
/// assert_eq!(pipe.fill(&from)?, Filled::Moved(12));
/// assert!(pipe.held() == 12 && pipe.capacity() > 12);
/// assert_eq!(pipe.drain(&to)?, Drained::Moved(12));
///
/// let mut arrived = [0; 12];
/// sink.read_exact(&mut arrived)?;
/// assert_eq!(&arrived, b"by reference");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Pipe {
    /// Absent only where making them failed.
    pub(super) ends: Option<Ends>,
    held: usize,
    pool: Arc<Pool>,
}

impl Pipe {
    /// A pipe that `pool` has counted as lent; its ends may follow.
    pub(super) const fn new(ends: Option<Ends>, pool: Arc<Pool>) -> Self {
        Self { ends, held: 0, pool }
    }

    /// How many bytes the pipe has room for, if each of its pages is full.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.ends().capacity
    }

    /// How many bytes were moved in and not yet out.
    #[must_use]
    pub fn held(&self) -> usize {
        self.held
    }

    /// Moves bytes of `src` into the pipe, as many as there are and fit, in one call of `splice(2)`.
    ///
    /// A pipe may be [`Full`](Filled::Full) before it holds its [`capacity`](Self::capacity): its
    /// pages are all in use, though they are not full.
    ///
    /// # Errors
    ///
    /// [`WouldBlock`](io::ErrorKind::WouldBlock) if `src` is non-blocking and has nothing now; else
    /// what the kernel returned, such as [`InvalidInput`](io::ErrorKind::InvalidInput) for a `src`
    /// that cannot splice.
    ///
    /// # Copies
    ///
    /// Never: pages change hands.
    pub fn fill(&mut self, src: impl AsFd) -> io::Result<Filled> {
        let room = self.capacity().saturating_sub(self.held);
        if room == 0 {
            return Ok(Filled::Full);
        }
        let (src, flags) = (src.as_fd(), SpliceFlags::NONBLOCK);
        match retry_on_intr(|| splice(src, None, self.writer(), None, room, flags)) {
            Ok(0) => Ok(Filled::Ended),
            Ok(count) => {
                self.held += count;
                Ok(Filled::Moved(count))
            }
            // The kernel says the same of a source that has nothing.
            Err(Errno::AGAIN) if self.held > 0 && !self.has_free_page()? => Ok(Filled::Full),
            Err(errno) => Err(errno.into()),
        }
    }

    /// What `splice(2)` asks of a pipe before it asks its source.
    fn has_free_page(&self) -> Result<bool, Errno> {
        let writer = &mut [PollFd::from_borrowed_fd(self.writer(), PollFlags::OUT)];
        let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
        retry_on_intr(|| poll(writer, Some(&at_once)))?;
        Ok(writer[0].revents().contains(PollFlags::OUT))
    }

    /// Moves bytes of the pipe to `dst`, as many as it takes, in one call of `splice(2)`.
    ///
    /// `SPLICE_F_MORE` is not set: on a socket it can hold data back for 200 ms, and the kernel itself
    /// knows whether the pipe has more.
    ///
    /// # Errors
    ///
    /// [`WouldBlock`](io::ErrorKind::WouldBlock) if `dst` is non-blocking and takes nothing now,
    /// [`WriteZero`](io::ErrorKind::WriteZero) if it takes nothing and gives no reason, else what the
    /// kernel returned. Nothing is lost then.
    ///
    /// # Copies
    ///
    /// Never, to a socket or a pipe.
    pub fn drain(&mut self, dst: impl AsFd) -> io::Result<Drained> {
        if self.held == 0 {
            return Ok(Drained::Empty);
        }
        let (dst, flags) = (dst.as_fd(), SpliceFlags::NONBLOCK);
        match retry_on_intr(|| splice(self.reader(), None, dst, None, self.held, flags))? {
            0 => Err(io::ErrorKind::WriteZero.into()),
            count => {
                self.held = self.held.saturating_sub(count);
                Ok(Drained::Moved(count))
            }
        }
    }

    /// Reads bytes of the pipe, for a destination that cannot splice; 0 where it is empty.
    ///
    /// # Errors
    ///
    /// What `read(2)` returned.
    ///
    /// # Copies
    ///
    /// Each byte once, from the kernel.
    pub fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let len = room.len().min(self.held);
        if len == 0 {
            return Ok(0);
        }
        let count = retry_on_intr(|| read(self.reader(), &mut room[..len]))?;
        self.held = self.held.saturating_sub(count);
        Ok(count)
    }

    pub(super) fn reader(&self) -> BorrowedFd<'_> {
        self.ends().reader.as_fd()
    }

    pub(super) fn writer(&self) -> BorrowedFd<'_> {
        self.ends().writer.as_fd()
    }

    pub(super) fn ends(&self) -> &Ends {
        self.ends.as_ref().expect("who has a pipe has its ends until the drop")
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        // The kernel is asked as well: who forked may have left something in there.
        let is_empty = |ends: &Ends| self.held == 0 && ioctl_fionread(&ends.reader) == Ok(0);
        self.pool.give_back(self.ends.take().filter(is_empty));
    }
}

#[cfg(test)]
mod tests {
    use std::io::{ErrorKind, Read, Write};
    use std::os::unix::net::UnixStream;

    use super::{Drained, Filled, Pipe};
    use crate::transfer::PipePool;

    fn take(pool: &PipePool) -> Pipe {
        pool.take().unwrap().unwrap()
    }

    #[test]
    fn bytes_pass_through_in_order_and_none_is_copied_but_by_read() {
        let ((mut from, near), (far, mut to)) =
            (UnixStream::pair().unwrap(), UnixStream::pair().unwrap());
        near.set_nonblocking(true).unwrap();
        let mut pipe = take(&PipePool::new(1));
        assert_eq!(pipe.fill(&near).unwrap_err().kind(), ErrorKind::WouldBlock);
        assert_eq!(pipe.drain(&far).unwrap(), Drained::Empty);
        from.write_all(b"hello world").unwrap();
        assert_eq!((pipe.fill(&near).unwrap(), pipe.held()), (Filled::Moved(11), 11));
        let mut read = [0; 6];
        assert_eq!(pipe.read(&mut read).unwrap(), 6);
        assert_eq!((pipe.drain(&far).unwrap(), pipe.held()), (Drained::Moved(5), 0));
        drop(far);
        let mut rest = String::new();
        to.read_to_string(&mut rest).unwrap();
        assert_eq!((&read, rest.as_str()), (b"hello ", "world"));
        drop(from);
        assert_eq!(pipe.fill(&near).unwrap(), Filled::Ended);
    }

    #[test]
    fn a_pipe_of_which_every_page_is_in_use_is_full_and_a_source_that_has_nothing_would_block() {
        let (mut from, near) = UnixStream::pair().unwrap();
        near.set_nonblocking(true).unwrap();
        let mut pipe = take(&PipePool::new(1));
        from.write_all(b"x").unwrap();
        assert_eq!(pipe.fill(&near).unwrap(), Filled::Moved(1));
        assert_eq!(pipe.fill(&near).unwrap_err().kind(), ErrorKind::WouldBlock);
        // Each byte that is moved by itself takes a page of the pipe.
        from.write_all(b"x").unwrap();
        while pipe.fill(&near).unwrap() == Filled::Moved(1) {
            from.write_all(b"x").unwrap();
        }
        assert_eq!(pipe.fill(&near).unwrap(), Filled::Full);
        let count = pipe.held();
        assert!(count < pipe.capacity(), "{count} bytes");
        let mut room = vec![0; count];
        assert_eq!(pipe.read(&mut room).unwrap(), count);
        assert_eq!(pipe.fill(&near).unwrap(), Filled::Moved(1));
    }

    #[test]
    fn a_destination_that_cannot_splice_loses_nothing() {
        let (mut from, near) = UnixStream::pair().unwrap();
        from.write_all(b"kept").unwrap();
        let mut pipe = take(&PipePool::new(1));
        pipe.fill(&near).unwrap();
        let directory = std::fs::File::open("/").unwrap();
        assert!(pipe.drain(&directory).is_err());
        let mut room = [0; 9];
        assert_eq!((pipe.read(&mut room).unwrap(), pipe.held()), (4, 0));
        assert_eq!(&room[..4], b"kept");
    }
}
