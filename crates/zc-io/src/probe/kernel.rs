//! [`Kernel`]: what the kernel offers, whatever the file system.

use std::fs::{self, File};
use std::io;

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat2};
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, fcntl_getpipe_size, fcntl_setpipe_size, pipe_with};

use super::Answer;
use crate::sys::{cachestat, takes_vectors};

/// The most vectors that are tried in one call.
const MOST_VECTORS: usize = 1 << 16;

/// What a pipe is asked to hold by whoever splices through it, in bytes.
const PIPE_LEN: usize = 1 << 20;

/// What the running kernel offers to this process.
///
/// ```
/// use zc_io::probe::Kernel;
///
/// let kernel = Kernel::look();
/// assert!(kernel.page_len.is_power_of_two());
/// println!("Linux {:?}: cachestat: {:?}", kernel.release, kernel.cachestat);
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Kernel {
    /// Its release, such as `6.18.0`.
    pub release: Answer<String>,
    /// Bytes of a page of memory.
    pub page_len: usize,
    /// `openat2(2)`, by which a path stays below a directory.
    pub openat2: Answer,
    /// `cachestat(2)`, which tells what of a file is in the page cache.
    pub cachestat: Answer,
    /// How much pipes hold.
    pub pipe: Answer<PipeSizes>,
    /// How many buffers one call of `readv(2)` or `writev(2)` takes.
    pub io_vectors: Answer<usize>,
}

/// How many bytes a pipe holds.
///
/// ```
/// use zc_io::probe::{Answer, Kernel};
///
/// if let Answer::Yes(pipe) = Kernel::look().pipe {
///     assert!(pipe.default > 0 && pipe.granted > 0);
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PipeSizes {
    /// As it is made.
    pub default: usize,
    /// When 1 MiB was asked for.
    pub granted: usize,
    /// The most that one gets without privilege, as `/proc/sys/fs/pipe-max-size` says; `None`
    /// where that cannot be read.
    pub max: Option<usize>,
}

impl Kernel {
    /// Asks the kernel, in a few dozen system calls; files are opened, and none is written to.
    #[must_use]
    pub fn look() -> Self {
        Self {
            release: setting("/proc/sys/kernel/osrelease")
                .map_or_else(Answer::unknown, Answer::Yes),
            page_len: rustix::param::page_size(),
            openat2: open_root(),
            cachestat: ask_cachestat(),
            pipe: pipe_sizes().map_or_else(|errno| Answer::unknown(errno.into()), Answer::Yes),
            io_vectors: most_vectors().unwrap_or_else(Answer::unknown),
        }
    }
}

fn setting(path: &str) -> io::Result<String> {
    Ok(fs::read_to_string(path)?.trim().to_owned())
}

fn open_root() -> Answer {
    let flags = OFlags::PATH | OFlags::CLOEXEC;
    let opened = openat2(CWD, c"/", flags, Mode::empty(), ResolveFlags::NO_MAGICLINKS);
    Answer::of(opened.map(drop))
}

fn ask_cachestat() -> Answer {
    let Ok(itself) = File::open("/proc/self/exe") else {
        return Answer::CannotTell("there is no file to ask about".to_owned());
    };
    match cachestat(&itself, &(0..1)) {
        Ok(_) => Answer::Yes(()),
        Err(error) => {
            Answer::of(Err(Errno::from_io_error(&error).expect("a call returned the error")))
        }
    }
}

fn pipe_sizes() -> Result<PipeSizes, Errno> {
    let (_reader, writer) = pipe_with(PipeFlags::CLOEXEC)?;
    let default = fcntl_getpipe_size(&writer)?;
    let granted = fcntl_setpipe_size(&writer, PIPE_LEN).unwrap_or(default);
    let max = setting("/proc/sys/fs/pipe-max-size").ok().and_then(|max| max.parse().ok());
    Ok(PipeSizes { default, granted, max })
}

/// Finds the largest count of empty vectors that a call takes, by halves.
fn most_vectors() -> io::Result<Answer<usize>> {
    let nothing = File::open("/dev/null")?;
    let (mut most, mut refused) = (0, MOST_VECTORS);
    if takes_vectors(&nothing, refused) {
        return Ok(Answer::CannotTell(format!("it takes {refused} and may take more")));
    }
    while refused - most > 1 {
        let middle = usize::midpoint(most, refused);
        if takes_vectors(&nothing, middle) {
            most = middle;
        } else {
            refused = middle;
        }
    }
    Ok(if most > 0 {
        Answer::Yes(most)
    } else {
        Answer::CannotTell("it does not even take one".to_owned())
    })
}
