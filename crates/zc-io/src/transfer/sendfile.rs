//! From a file to anything in the kernel: `sendfile(2)`.

use std::io;

use rustix::event::PollFlags;
use rustix::fs::sendfile;
use rustix::io::{Errno, retry_on_intr};

use super::end::would_block;
use super::job::{Job, Step};
use super::{Mechanism, Refusal};

pub(super) fn step(job: &mut Job<'_>, want: usize) -> io::Result<Step> {
    if !job.src.has_page_cache() {
        return Ok(Step::Refused(Refusal::Kind));
    }
    if job.would_alias() {
        return Ok(Step::Refused(Refusal::Aliasing));
    }
    let count = up_to_the_end(job, want);
    loop {
        match retry_on_intr(|| sendfile(job.dst.fd, job.src.fd, None, count)) {
            Ok(0) => return Ok(Step::Ended),
            Ok(count) => {
                job.report.add(Mechanism::Sendfile, count as u64);
                return Ok(Step::Moved);
            }
            Err(errno) if would_block(errno) && job.dst.can_wait() => {
                job.dst.wait(PollFlags::OUT)?;
            }
            Err(errno) if is_refusal(errno) || would_block(errno) => {
                return Ok(Step::Refused(Refusal::Errno(errno.raw_os_error())));
            }
            Err(errno) => return Err(errno.into()),
        }
    }
}

/// Asked for more than the file has, the kernel may tell a socket that more is to come, which
/// then holds the last bytes back.
fn up_to_the_end(job: &Job<'_>, want: usize) -> usize {
    let position = job.src.start.unwrap_or(0).saturating_add(job.report.bytes);
    match job.src.size().saturating_sub(position) {
        0 => want,
        rest => usize::try_from(rest).unwrap_or(want).min(want),
    }
}

/// The errors of `sendfile(2)` that mean the call or the descriptors.
///
/// `EINVAL` is a destination that appends or a source that has no pages; the manual itself advises
/// to read and write upon it and `ENOSYS`.
fn is_refusal(errno: Errno) -> bool {
    matches!(
        errno,
        Errno::BADF
            | Errno::INVAL
            | Errno::NOSYS
            | Errno::OPNOTSUPP
            | Errno::OVERFLOW
            | Errno::PERM
            | Errno::SPIPE
    )
}
