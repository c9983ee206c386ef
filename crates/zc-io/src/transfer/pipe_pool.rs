//! [`PipePool`]: pipes for `splice(2)`, used again if they are empty.

use std::io;
use std::os::fd::OwnedFd;
use std::process;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use rustix::io::Errno;
use rustix::pipe::{PipeFlags, fcntl_getpipe_size, fcntl_setpipe_size, pipe_with};

use super::Pipe;

/// What is asked for; without privilege, `/proc/sys/fs/pipe-max-size` is the most one gets, and
/// `pipe-user-pages-soft` bounds what a user's pipes have together.
const CAPACITY: usize = 1 << 20;

/// The pipes of [`transfer`](super::transfer()), each of which may hold a mebibyte while it is used.
static SHARED: LazyLock<PipePool> = LazyLock::new(|| PipePool::with_bounds(usize::MAX, 4));

/// A pool that lends no more pipes at a time than it was told to.
///
/// Clones are the same pool. What a pipe holds is memory of the kernel, up to a mebibyte each; an
/// idle one holds nothing but its two descriptors.
///
/// ```
/// use zc_io::transfer::PipePool;
///
/// # fn main() -> std::io::Result<()> {
/// let pool = PipePool::new(1);
/// let pipe = pool.take()?.expect("none is lent yet");
/// assert!(pool.take()?.is_none());
/// drop(pipe);
/// assert!(pool.take()?.is_some());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct PipePool(Arc<Pool>);

#[derive(Debug)]
pub(super) struct Pool {
    max_lent: usize,
    max_idle: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    lent: usize,
    idle: Vec<Ends>,
}

/// The two ends of a pipe.
#[derive(Debug)]
pub(super) struct Ends {
    pub(super) reader: OwnedFd,
    pub(super) writer: OwnedFd,
    pub(super) capacity: usize,
    /// A child that was forked has the same pipes, and must not use them as well.
    process: u32,
}

impl PipePool {
    /// A pool of at most `max` pipes, which are made when they are needed.
    #[must_use]
    pub fn new(max: usize) -> Self {
        Self::with_bounds(max, max)
    }

    fn with_bounds(max_lent: usize, max_idle: usize) -> Self {
        Self(Arc::new(Pool { max_lent, max_idle, state: Mutex::default() }))
    }

    /// An empty pipe that is nobody else's until it is dropped; `None` if all are lent.
    ///
    /// It is of 1 MiB, or of what the kernel grants.
    ///
    /// # Errors
    ///
    /// What making a pipe returned, such as too many open files.
    pub fn take(&self) -> io::Result<Option<Pipe>> {
        let process = process::id();
        let mut state = self.0.state();
        if state.lent >= self.0.max_lent {
            return Ok(None);
        }
        state.lent += 1;
        let idle = loop {
            match state.idle.pop() {
                Some(ends) if ends.process != process => {}
                popped => break popped,
            }
        };
        drop(state);
        let mut pipe = Pipe::new(idle, Arc::clone(&self.0));
        if pipe.ends.is_none() {
            // If this fails, dropping `pipe` counts it as given back.
            pipe.ends = Some(Ends::make(process)?);
        }
        Ok(Some(pipe))
    }

    /// A pipe for a transfer that blocks.
    pub(super) fn shared() -> Result<Pipe, Errno> {
        let taken = SHARED.take();
        let taken = taken.map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))?;
        Ok(taken.expect("any number of them is lent"))
    }

    /// How many pipes are lent.
    #[must_use]
    pub fn lent(&self) -> usize {
        self.0.state().lent
    }
}

impl Pool {
    /// Counts a pipe that was lent as back, and keeps its ends, if it has some.
    pub(super) fn give_back(&self, ends: Option<Ends>) {
        let mut state = self.state();
        state.lent -= 1;
        if let Some(ends) = ends
            && state.idle.len() < self.max_idle
        {
            state.idle.push(ends);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ends {
    fn make(process: u32) -> Result<Self, Errno> {
        let (reader, writer) = pipe_with(PipeFlags::CLOEXEC)?;
        let capacity =
            fcntl_setpipe_size(&writer, CAPACITY).or_else(|_| fcntl_getpipe_size(&writer))?;
        Ok(Self { reader, writer, capacity, process })
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsRawFd;

    use super::{Pipe, PipePool};

    fn idle(pool: &PipePool) -> usize {
        pool.0.state().idle.len()
    }

    fn take(pool: &PipePool) -> Pipe {
        pool.take().unwrap().unwrap()
    }

    #[test]
    fn an_empty_pipe_is_used_again() {
        let pool = PipePool::new(2);
        let first = take(&pool);
        let writer = first.writer().as_raw_fd();
        assert!(first.capacity() >= 4096);
        drop(first);
        assert_eq!((idle(&pool), pool.lent()), (1, 0));
        assert_eq!(take(&pool).writer().as_raw_fd(), writer);
    }

    #[test]
    fn a_pipe_that_is_not_empty_is_closed() {
        let pool = PipePool::new(2);
        let pipe = take(&pool);
        rustix::io::write(pipe.writer(), b"left behind").unwrap();
        drop(pipe);
        assert_eq!((idle(&pool), pool.lent()), (0, 0));
    }

    #[test]
    fn a_pipe_of_another_process_is_not_lent() {
        let pool = PipePool::new(2);
        let mut foreign = take(&pool);
        foreign.ends.as_mut().unwrap().process = u32::MAX;
        drop(foreign);
        assert_eq!(idle(&pool), 1);
        assert_eq!(take(&pool).ends().process, std::process::id());
    }

    #[test]
    fn only_so_many_are_lent_and_only_so_many_wait() {
        let pool = PipePool::with_bounds(4, 2);
        let lent: Vec<Pipe> = (0..4).map(|_| take(&pool)).collect();
        assert!(pool.take().unwrap().is_none());
        assert_eq!(pool.clone().lent(), 4);
        drop(lent);
        assert_eq!((idle(&pool), pool.lent()), (2, 0));
        assert!(PipePool::new(0).take().unwrap().is_none());
    }
}
