//! Running a [`Job`]: step by step, from way to way.
//!
//! A step moves at most [`WATCHED_STEP_LEN`] bytes by one way, or [`STEP_LEN`], and adds what it moved to the report itself,
//! so that a failure in the middle of a step leaves a true report. Between two steps no byte
//! is under way: it is in the source or in the destination.

use std::io::{self, ErrorKind};

use rustix::io::retry_on_intr;

use super::job::{Job, Step};
use super::{Fallback, Finish, KERNEL_RUN_LEN, Mechanism, Refusal, Report, TransferError};
#[cfg(target_os = "linux")]
use super::{copy_file_range, reflink, sendfile, splice};

/// The most bytes of one step where a progress callback is asked after each.
const WATCHED_STEP_LEN: u64 = 16 << 20;

/// The most bytes of one step where there is none.
const STEP_LEN: u64 = 1 << 30;

impl Job<'_> {
    pub(super) fn run(mut self) -> Result<Report, TransferError> {
        match self.move_all() {
            Ok(finish) => Ok(Report { finish, ..self.report }),
            Err(error) => Err(TransferError {
                report: Box::new(self.report),
                undelivered: self.undelivered,
                error,
            }),
        }
    }

    fn move_all(&mut self) -> io::Result<Finish> {
        let finish = match self.move_runs()? {
            Some(finish) => finish,
            None if self.policy.limit == Some(self.report.bytes) => Finish::Limit,
            None => Finish::Source,
        };
        if self.policy.truncate && finish != Finish::Cancelled {
            self.truncate()?;
        }
        Ok(finish)
    }

    fn truncate(&self) -> io::Result<()> {
        if self.dst.is_regular() && self.dst.is_seekable() && !self.dst.is_append {
            let end = self.dst.position()?;
            retry_on_intr(|| rustix::fs::ftruncate(self.dst.fd, end))?;
        }
        Ok(())
    }

    fn move_runs(&mut self) -> io::Result<Option<Finish>> {
        if self.left == 0 {
            return Ok(None);
        }
        if self.way == Mechanism::Reflink {
            match self.step(Mechanism::Reflink, STEP_LEN)? {
                Step::Moved if self.is_cancelled() => return Ok(Some(Finish::Cancelled)),
                Step::Moved if self.has_ended() => return Ok(Some(Finish::Source)),
                Step::Moved | Step::Ended => self.pass_over(Mechanism::Reflink, Refusal::Part)?,
                Step::Refused(refusal) => self.pass_over(Mechanism::Reflink, refusal)?,
            }
        }
        #[cfg(target_os = "linux")]
        if self.can_make_holes() {
            return self.move_around_holes();
        }
        match self.src.start {
            Some(start) if self.src.is_regular() => {
                let known = self.src.size().saturating_sub(start).min(self.left);
                self.move_run(self.left, self.way_for_run(known))
            }
            _ => self.move_run(self.left, None),
        }
    }

    /// A way of its own for a run of `len` bytes, if the one that is taken is not worth it.
    pub(super) fn way_for_run(&self, len: u64) -> Option<Mechanism> {
        let is_short = self.policy.via.is_none() && len < KERNEL_RUN_LEN;
        is_short.then_some(Mechanism::ReadWrite)
    }

    /// Moves `len` bytes, and then returns `None`.
    pub(super) fn move_run(
        &mut self,
        len: u64,
        own_way: Option<Mechanism>,
    ) -> io::Result<Option<Finish>> {
        if let Some(own_way) = own_way {
            self.note_short(own_way);
        }
        let is_watched = self.policy.progress.is_some();
        let step_len = if is_watched { WATCHED_STEP_LEN } else { STEP_LEN };
        let mut rest = len;
        while rest > 0 {
            let way = own_way.unwrap_or(self.way);
            let before = self.report.bytes;
            let step = self.step(way, rest.min(step_len))?;
            let moved = self.report.bytes - before;
            rest -= moved;
            self.left -= moved;
            match step {
                Step::Moved if self.is_cancelled() => return Ok(Some(Finish::Cancelled)),
                Step::Moved => {}
                Step::Ended if way == Mechanism::ReadWrite || self.has_ended() => {
                    return Ok(Some(Finish::Source));
                }
                Step::Ended => self.pass_over(way, Refusal::Stalled)?,
                Step::Refused(refusal) => self.pass_over(way, refusal)?,
            }
        }
        Ok(None)
    }

    #[expect(clippy::cast_possible_truncation, reason = "a step is 1 GiB at most")]
    fn step(&mut self, way: Mechanism, want: u64) -> io::Result<Step> {
        let want = want as usize;
        match way {
            Mechanism::ReadWrite => self.read_write(want),
            #[cfg(target_os = "linux")]
            Mechanism::Reflink => reflink::step(self),
            #[cfg(target_os = "linux")]
            Mechanism::CopyFileRange => copy_file_range::step(self, want),
            #[cfg(target_os = "linux")]
            Mechanism::Sendfile => sendfile::step(self, want),
            #[cfg(target_os = "linux")]
            Mechanism::Splice => splice::step(self, want),
            #[cfg(not(target_os = "linux"))]
            _ => Ok(Step::Refused(Refusal::System)),
        }
    }

    fn note_short(&mut self, own_way: Mechanism) {
        let is_noted = self.report.fallbacks.iter().any(|it| it.mechanism == self.way);
        if self.way != own_way && !is_noted {
            self.report.fallbacks.push(Fallback { mechanism: self.way, refusal: Refusal::Short });
        }
    }

    fn pass_over(&mut self, mechanism: Mechanism, refusal: Refusal) -> io::Result<()> {
        let fallbacks = &mut self.report.fallbacks;
        match fallbacks.iter_mut().find(|it| it.mechanism == mechanism) {
            // It was not worth it for a short run, and for a longer one it does not work.
            Some(noted) => noted.refusal = refusal,
            None => fallbacks.push(Fallback { mechanism, refusal }),
        }
        if self.policy.via.is_some() {
            let message = format!("{mechanism} was refused: {refusal}");
            return Err(io::Error::new(ErrorKind::Unsupported, message));
        }
        self.way = match mechanism {
            Mechanism::Reflink => Mechanism::CopyFileRange,
            Mechanism::CopyFileRange => Mechanism::Sendfile,
            Mechanism::Sendfile => Mechanism::Splice,
            Mechanism::Splice | Mechanism::ReadWrite => Mechanism::ReadWrite,
        };
        Ok(())
    }
}
