//! The way that moves nothing: `ioctl_ficlone(2)`, for a whole file into an empty one.

use std::io;

use rustix::io::{Errno, retry_on_intr};

use super::job::{Job, Step};
use super::{Mechanism, Refusal};

pub(super) fn step(job: &mut Job<'_>) -> io::Result<Step> {
    if !job.src.is_regular() || !job.dst.is_regular() {
        return Ok(Step::Refused(Refusal::Kind));
    }
    let is_whole = job.src.start == Some(0) && job.policy.limit.is_none();
    let is_first = job.dst.start == Some(0) && job.dst.size() == 0 && job.report.bytes == 0;
    if !is_whole || !is_first {
        return Ok(Step::Refused(Refusal::Part));
    }
    if let Err(errno) = clone(job) {
        return if is_refusal(errno) { refused(errno) } else { Err(errno.into()) };
    }
    let len = job.dst.size_now()?;
    job.src.set_position(len)?;
    job.dst.set_position(len)?;
    job.report.add(Mechanism::Reflink, len);
    Ok(Step::Moved)
}

#[cfg(not(any(target_arch = "sparc", target_arch = "sparc64")))]
fn clone(job: &Job<'_>) -> Result<(), Errno> {
    retry_on_intr(|| rustix::fs::ioctl_ficlone(job.dst.fd, job.src.fd))
}

#[cfg(any(target_arch = "sparc", target_arch = "sparc64"))]
fn clone(_: &Job<'_>) -> Result<(), Errno> {
    Err(Errno::NOSYS)
}

#[expect(clippy::unnecessary_wraps, reason = "it is what a step returns")]
fn refused(errno: Errno) -> io::Result<Step> {
    Ok(Step::Refused(Refusal::Errno(errno.raw_os_error())))
}

/// The errors of `ioctl_ficlone(2)`, and what file systems without it return.
///
/// `EBADF` is a destination that appends, `EPERM` one that is immutable or a filter of calls.
fn is_refusal(errno: Errno) -> bool {
    matches!(
        errno,
        Errno::BADF
            | Errno::INVAL
            | Errno::NOSYS
            | Errno::NOTTY
            | Errno::OPNOTSUPP
            | Errno::PERM
            | Errno::TXTBSY
            | Errno::XDEV
    )
}
