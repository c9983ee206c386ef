//! [`Lease`]: a pipe of ours for `splice(2)`, used again by later transfers if it is empty.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::process;
use std::sync::{Mutex, PoisonError};

use rustix::io::{Errno, ioctl_fionread};
use rustix::pipe::{PipeFlags, fcntl_getpipe_size, fcntl_setpipe_size, pipe_with};

/// The most pipes that wait to be used again; each may hold a mebibyte while it is used.
const MAX_IDLE: usize = 4;

/// What is asked for; without privilege, `/proc/sys/fs/pipe-max-size` is the most one gets.
const CAPACITY: usize = 1 << 20;

static IDLE: Mutex<Vec<Pipe>> = Mutex::new(Vec::new());

#[derive(Debug)]
struct Pipe {
    reader: OwnedFd,
    writer: OwnedFd,
    capacity: usize,
    /// A child that was forked has the same pipes, and must not use them as well.
    process: u32,
}

/// A pipe that is nobody else's until it is dropped; one that is not empty then is closed.
#[derive(Debug)]
pub(super) struct Lease(Option<Pipe>);

impl Lease {
    pub(super) fn take() -> Result<Self, Errno> {
        let process = process::id();
        let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(pipe) = idle.pop() {
            if pipe.process == process {
                return Ok(Self(Some(pipe)));
            }
        }
        drop(idle);
        let (reader, writer) = pipe_with(PipeFlags::CLOEXEC)?;
        let capacity =
            fcntl_setpipe_size(&writer, CAPACITY).or_else(|_| fcntl_getpipe_size(&writer))?;
        Ok(Self(Some(Pipe { reader, writer, capacity, process })))
    }

    fn pipe(&self) -> &Pipe {
        self.0.as_ref().expect("only the drop takes the pipe out")
    }

    pub(super) fn reader(&self) -> BorrowedFd<'_> {
        self.pipe().reader.as_fd()
    }

    pub(super) fn writer(&self) -> BorrowedFd<'_> {
        self.pipe().writer.as_fd()
    }

    pub(super) fn capacity(&self) -> usize {
        self.pipe().capacity
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(pipe) = self.0.take() else { return };
        if ioctl_fionread(&pipe.reader) != Ok(0) {
            return;
        }
        let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MAX_IDLE {
            idle.push(pipe);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsRawFd;

    use super::{IDLE, Lease, MAX_IDLE};

    /// The pool is one a process, so one test holds all that is to be said of it.
    #[test]
    fn only_an_empty_pipe_of_this_process_is_used_again_and_only_so_many_wait() {
        let first = Lease::take().unwrap();
        let writer = first.writer().as_raw_fd();
        drop(first);
        let again = Lease::take().unwrap();
        assert_eq!(again.writer().as_raw_fd(), writer);
        assert!(again.capacity() >= 4096);

        rustix::io::write(again.writer(), b"left behind").unwrap();
        let idle = || IDLE.lock().unwrap().len();
        assert_eq!(idle(), 0);
        drop(again);
        assert_eq!(idle(), 0);

        let mut foreign = Lease::take().unwrap();
        foreign.0.as_mut().unwrap().process = u32::MAX;
        drop(foreign);
        assert_eq!(idle(), 1);
        assert_eq!(Lease::take().unwrap().pipe().process, std::process::id());

        let many: Vec<Lease> = (0..2 * MAX_IDLE).map(|_| Lease::take().unwrap()).collect();
        assert_eq!(idle(), 0);
        drop(many);
        assert_eq!(idle(), MAX_IDLE);
    }
}
