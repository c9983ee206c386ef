//! Bytes from one descriptor to another, by the kernel where it can.
//!
//! [`transfer`] tries five ways, from the one that touches the fewest bytes to the one that always
//! works, and its [`Report`] says which moved how much, which were passed over and why:
//!
//! | way | moves | from | to |
//! | --- | --- | --- | --- |
//! | [`Reflink`](Mechanism::Reflink) | nothing: blocks are shared until one is written | a whole file | an empty file of the same file system |
//! | [`CopyFileRange`](Mechanism::CopyFileRange) | pages in the kernel, or blocks are shared | a file | a file |
//! | [`Sendfile`](Mechanism::Sendfile) | pages in the kernel | a file | anything |
//! | [`Splice`](Mechanism::Splice) | references to pages | anything | anything |
//! | [`ReadWrite`](Mechanism::ReadWrite) | bytes through a page-aligned buffer of ours | anything | anything |
//!
//! # Aliasing
//!
//! A page of a file that `sendfile(2)` or `splice(2)` put into a pipe or a socket is the page of
//! the file, not a copy: who writes to the file before the bytes were consumed changes what is
//! received. So from a file (a block device, a memfd) to a pipe or a socket the bytes are
//! read and written, unless [`Policy::allow_aliasing`] vouches that this is fine. It concerns
//! no other pair: a file as destination receives a copy, and what comes out of a pipe or a
//! socket was put there by somebody who chose how. Shared blocks are no aliasing
//! either, since the file system copies a block before it changes.
//!
//! # Holes
//!
//! Where both ends are regular files, holes of the source are not moved but made: the destination
//! is extended over them with `ftruncate(2)`, or punched where it has bytes already. Nobody else
//! may write to the destination meanwhile.
//!
//! That a file has holes is told by its size: it has them if fewer bytes are stored. One that has as
//! many because room was allocated in advance behind its end (`fallocate(2)` with
//! `FALLOC_FL_KEEP_SIZE`) is taken for a file without holes, and its copy is filled with zeros.
//!
//! Bytes alone are moved: no times, no modes, no extended attributes. A destination that is longer
//! than what arrives keeps its rest, unless the policy is to [`truncate`](Policy::truncate) it.
//!
//! Systems other than Linux have the last way only, and there this module is untested.

#[cfg(target_os = "linux")]
mod copy_file_range;
mod end;
mod job;
#[cfg(target_os = "linux")]
mod pipe;
#[cfg(target_os = "linux")]
mod pipe_pool;
mod policy;
mod read_write;
#[cfg(target_os = "linux")]
mod reflink;
mod report;
mod run;
#[cfg(target_os = "linux")]
mod sendfile;
#[cfg(target_os = "linux")]
mod sparse;
#[cfg(target_os = "linux")]
mod splice;

use std::os::fd::AsFd;

use job::Job;
#[cfg(target_os = "linux")]
pub use pipe::{Drained, Filled, Pipe};
#[cfg(target_os = "linux")]
pub use pipe_pool::PipePool;
pub use policy::{Mechanism, Policy};
pub use report::{Fallback, Finish, Refusal, Report, TransferError};

/// Run length in bytes from which a call of the kernel for each run is worth it.
///
/// Many runs of one file, moved on a warm ext4 by a [`transfer`] with `copy_file_range(2)` each, took
/// several times as long as gathering them in an [`Output`](crate::Output) up to 4 KiB a run, and still
/// longer at 32 KiB; from 64 KiB on neither is ahead for sure (`cargo xtask bench runs`, with figures
/// in docs/files.md). Who moves many runs gathers the shorter ones; [`transfer`] itself reads and
/// writes a file, or a run between two holes, that is shorter.
///
/// ```
/// use std::io::{Seek, Write};
/// use zc_io::transfer::{KERNEL_RUN_LEN, Mechanism, Policy, transfer};
///
/// let (mut from, to) = (tempfile::tempfile()?, tempfile::tempfile()?);
/// from.write_all(&vec![7; KERNEL_RUN_LEN as usize - 1])?;
/// from.rewind()?;
/// let report = transfer(&from, &to, &Policy::auto().limit(KERNEL_RUN_LEN - 2))?;
/// assert_eq!(report.mechanism(), Some(Mechanism::ReadWrite));
/// # Ok::<(), std::io::Error>(())
/// ```
pub const KERNEL_RUN_LEN: u64 = 64 << 10;

/// Moves the bytes of `src` from its position on to `dst`, until it ends or the policy's limit.
///
/// Both positions end behind what was moved, where there are positions. That `src` has ended is
/// never concluded from a kernel way that moves nothing, as files in `/proc` make it: a
/// read has to agree. Calls that were interrupted are made again, and where a descriptor is
/// non-blocking, the call waits with `poll(2)`. Rust programs ignore `SIGPIPE`; one that does not is
/// killed by writing to a pipe that has no reader.
///
/// ```
/// use std::fs::File;
/// use std::io::Write;
/// use zc_io::transfer::{Policy, transfer};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let dir = tempfile::tempdir()?;
/// # let (from, to) = (dir.path().join("from"), dir.path().join("to"));
/// # std::fs::write(&from, vec![b'z'; 1 << 20])?;
/// let (src, dst) = (File::open(&from)?, File::create(&to)?);
/// let report = transfer(&src, &dst, &Policy::auto())?;
/// assert_eq!(report.bytes, 1 << 20);
/// println!("{report}");
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// What a call returned, if it means the bytes rather than the way (`ENOSPC`, `EIO`, `EPIPE` and the
/// like), or that a way which the policy demands was refused, and why. An error of kind
/// [`InvalidInput`](std::io::ErrorKind::InvalidInput) says that `src` and `dst` are one file and
/// the ranges overlap. The error holds the report up to then, and bytes that were taken
/// from a pipe or a socket and could not be delivered.
///
/// # Copies
///
/// Never through the memory of this process by the kernel ways, though to a file the kernel copies
/// once unless it shares blocks. Twice by [`ReadWrite`](Mechanism::ReadWrite), in and out.
/// [`Report::copies`] counts both from what the calls returned.
pub fn transfer(
    src: impl AsFd,
    dst: impl AsFd,
    policy: &Policy<'_>,
) -> Result<Report, TransferError> {
    Job::start(src.as_fd(), dst.as_fd(), policy)?.run()
}
