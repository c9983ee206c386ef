//! From or to a pipe in the kernel: `splice(2)`, through a pipe of ours where neither end is one.
//!
//! `SPLICE_F_MORE` is not used: on a socket it can hold data back for 200 ms. `SPLICE_F_MOVE` has
//! done nothing since Linux 2.6.21.

use std::io::{self, ErrorKind};

use rustix::event::PollFlags;
use rustix::fs::FileType;
use rustix::io::{Errno, read, retry_on_intr};
use rustix::pipe::{SpliceFlags, splice};

use super::end::would_block;
use super::job::{Job, Step};
use super::{Mechanism, Pipe, PipePool, Refusal};

pub(super) fn step(job: &mut Job<'_>, want: usize) -> io::Result<Step> {
    if job.would_alias() {
        return Ok(Step::Refused(Refusal::Aliasing));
    }
    if job.src.file_type == FileType::Fifo || job.dst.file_type == FileType::Fifo {
        return direct(job, want);
    }
    // For a file `sendfile(2)` does the same in half the calls, and was refused if this is reached.
    if job.src.has_page_cache() && job.policy.via.is_none() {
        return Ok(Step::Refused(Refusal::Kind));
    }
    let pipe = match job.pipe.take().map_or_else(PipePool::shared, Ok) {
        Ok(pipe) => pipe,
        Err(errno) => return Ok(refused(errno)),
    };
    let step = through(job, &pipe, want);
    job.pipe = Some(pipe);
    step
}

fn direct(job: &mut Job<'_>, want: usize) -> io::Result<Step> {
    loop {
        let flags = SpliceFlags::empty();
        match retry_on_intr(|| splice(job.src.fd, None, job.dst.fd, None, want, flags)) {
            Ok(0) => return Ok(Step::Ended),
            Ok(count) => {
                job.report.add(Mechanism::Splice, count as u64);
                return Ok(Step::Moved);
            }
            // Either end may be meant. Nothing can be moved before both are ready.
            Err(errno) if would_block(errno) => {
                job.src.wait(PollFlags::IN)?;
                job.dst.wait(PollFlags::OUT)?;
            }
            Err(errno) if is_refusal(errno) => return Ok(refused(errno)),
            Err(errno) => return Err(errno.into()),
        }
    }
}

/// Fills the pipe once and empties it.
fn through(job: &mut Job<'_>, pipe: &Pipe, want: usize) -> io::Result<Step> {
    let want = want.min(pipe.capacity());
    let flags = SpliceFlags::empty();
    let mut held = loop {
        match retry_on_intr(|| splice(job.src.fd, None, pipe.writer(), None, want, flags)) {
            Ok(0) => return Ok(Step::Ended),
            Ok(count) => break count,
            Err(errno) if would_block(errno) && job.src.can_wait() => {
                job.src.wait(PollFlags::IN)?;
            }
            Err(errno) if is_refusal(errno) || would_block(errno) => return Ok(refused(errno)),
            Err(errno) => return Err(errno.into()),
        }
    };
    while held > 0 {
        match retry_on_intr(|| splice(pipe.reader(), None, job.dst.fd, None, held, flags)) {
            Ok(0) => return Err(fail(job, pipe, held, ErrorKind::WriteZero.into())),
            Ok(count) => {
                held -= count;
                job.report.add(Mechanism::Splice, count as u64);
            }
            Err(errno) if would_block(errno) && job.dst.can_wait() => {
                if let Err(error) = job.dst.wait(PollFlags::OUT) {
                    return Err(fail(job, pipe, held, error));
                }
            }
            Err(errno) if is_refusal(errno) || would_block(errno) => {
                return empty_otherwise(job, pipe, held, errno);
            }
            Err(errno) => return Err(fail(job, pipe, held, errno.into())),
        }
    }
    Ok(Step::Moved)
}

/// The destination takes nothing from a pipe: what is in there gets out by reading.
fn empty_otherwise(job: &mut Job<'_>, pipe: &Pipe, held: usize, errno: Errno) -> io::Result<Step> {
    if job.policy.via.is_some() {
        return_held(job, pipe, held);
        return Ok(refused(errno));
    }
    match take_out(job, pipe, held) {
        (bytes, Ok(())) => job.deliver(&bytes)?,
        (bytes, Err(error)) => {
            if !job.set_back(held) {
                job.undelivered.extend_from_slice(&bytes);
            }
            return Err(error);
        }
    }
    Ok(refused(errno))
}

/// Returns what the pipe holds to where it came from, and `error`.
fn fail(job: &mut Job<'_>, pipe: &Pipe, held: usize, error: io::Error) -> io::Error {
    return_held(job, pipe, held);
    error
}

/// Sets the source back, or keeps for the error what can be read from the pipe; one that is not
/// empty then is closed rather than used again.
fn return_held(job: &mut Job<'_>, pipe: &Pipe, held: usize) {
    if !job.set_back(held) {
        let (bytes, _) = take_out(job, pipe, held);
        job.undelivered.extend_from_slice(&bytes);
    }
}

/// What the pipe holds, up to where reading failed.
fn take_out(job: &mut Job<'_>, pipe: &Pipe, held: usize) -> (Vec<u8>, io::Result<()>) {
    let mut bytes = vec![0; held];
    let mut filled = 0;
    let outcome = loop {
        if filled == held {
            break Ok(());
        }
        match retry_on_intr(|| read(pipe.reader(), &mut bytes[filled..])) {
            Ok(0) => break Err(ErrorKind::UnexpectedEof.into()),
            Ok(count) => filled += count,
            Err(errno) => break Err(errno.into()),
        }
    };
    job.report.copies.read += filled as u64;
    bytes.truncate(filled);
    (bytes, outcome)
}

fn refused(errno: Errno) -> Step {
    Step::Refused(Refusal::Errno(errno.raw_os_error()))
}

/// The errors of `splice(2)` that mean the call or the descriptors, and of `pipe(2)`, which may
/// find that there are too many descriptors already.
///
/// `EINVAL` is a destination that appends, or an end that cannot splice.
fn is_refusal(errno: Errno) -> bool {
    matches!(
        errno,
        Errno::BADF | Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP | Errno::PERM | Errno::SPIPE
    )
}
