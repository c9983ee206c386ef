//! From file to file in the kernel: `copy_file_range(2)`.

use std::io;

use rustix::fs::copy_file_range;
use rustix::io::{Errno, retry_on_intr};

use super::job::{Job, Step};
use super::{Mechanism, Refusal};

pub(super) fn step(job: &mut Job<'_>, want: usize) -> io::Result<Step> {
    if !job.src.is_regular() || !job.dst.is_regular() {
        return Ok(Step::Refused(Refusal::Kind));
    }
    match retry_on_intr(|| copy_file_range(job.src.fd, None, job.dst.fd, None, want)) {
        Ok(0) => Ok(Step::Ended),
        Ok(count) => {
            job.report.add(Mechanism::CopyFileRange, count as u64);
            Ok(Step::Moved)
        }
        Err(errno) if is_refusal(errno) => Ok(Step::Refused(Refusal::Errno(errno.raw_os_error()))),
        Err(errno) => Err(errno.into()),
    }
}

/// The errors of `copy_file_range(2)` that mean the call, the file systems or the descriptors.
///
/// `EBADF` is a destination that appends; where it is a descriptor that cannot be read or written,
/// the last way says so again. `EPERM` may come from a filter of calls, `EOVERFLOW` from a
/// position so high that adding the length overflows, and stacked file systems return `EINVAL`.
/// `ENOSPC`, `EDQUOT`, `EFBIG`, `EIO`, `EISDIR` and `ENOMEM` would be met by every way.
fn is_refusal(errno: Errno) -> bool {
    matches!(
        errno,
        Errno::BADF
            | Errno::INVAL
            | Errno::NOSYS
            | Errno::OPNOTSUPP
            | Errno::OVERFLOW
            | Errno::PERM
            | Errno::TXTBSY
            | Errno::XDEV
    )
}
