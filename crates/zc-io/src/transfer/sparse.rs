//! Holes of the source become holes of the destination, and only what lies between is moved.

use std::io::{self, ErrorKind};

use rustix::fs::{FallocateFlags, SeekFrom, fallocate, ftruncate, seek};
use rustix::io::{Errno, retry_on_intr};

use super::Finish;
use super::job::Job;

/// What comes next in the source; lengths are in bytes.
enum Run {
    Hole(u64),
    Data(u64),
    Ended,
}

impl Job<'_> {
    pub(super) fn can_make_holes(&self) -> bool {
        let can_seek = self.dst.is_regular() && self.dst.is_seekable() && !self.dst.is_append;
        can_seek && self.src.may_have_holes()
    }

    pub(super) fn move_around_holes(&mut self) -> io::Result<Option<Finish>> {
        while self.left > 0 {
            match self.next_run()? {
                Run::Ended => return Ok(Some(Finish::Source)),
                Run::Hole(len) if self.make_hole(len)? => {
                    if self.is_cancelled() {
                        return Ok(Some(Finish::Cancelled));
                    }
                }
                Run::Hole(len) | Run::Data(len) => {
                    if let Some(finish) = self.move_run(len, self.way_for_run(len))? {
                        return Ok(Some(finish));
                    }
                }
            }
        }
        Ok(None)
    }

    /// Leaves the position of the source where it is.
    fn next_run(&mut self) -> io::Result<Run> {
        let position = self.src.position()?;
        // Asked for first: what is appended after this, and before it is looked for data, may be
        // data, and is looked for the next time.
        let size = self.src.size_now()?;
        match seek(self.src.fd, SeekFrom::Data(position)) {
            Ok(data) if data > position => {
                self.src.set_position(position)?;
                Ok(Run::Hole(self.left.min(data - position)))
            }
            Ok(_) => {
                // A file system that does not tell, or a file that has become shorter.
                let Ok(hole) = seek(self.src.fd, SeekFrom::Hole(position)) else {
                    return Ok(Run::Data(self.left));
                };
                self.src.set_position(position)?;
                let len = hole.saturating_sub(position);
                Ok(Run::Data(if len == 0 { self.left } else { self.left.min(len) }))
            }
            // From here to the end that the file had there is a hole, or the end is here.
            Err(Errno::NXIO) => Ok(match size.saturating_sub(position) {
                0 if self.has_ended() => Run::Ended,
                0 => Run::Data(self.left),
                len => Run::Hole(self.left.min(len)),
            }),
            // The file system does not tell.
            Err(_) => Ok(Run::Data(self.left)),
        }
    }

    /// Advances both ends by a hole of `len` bytes, or returns false: zeros have to be moved.
    fn make_hole(&mut self, len: u64) -> io::Result<bool> {
        let (position, size) = (self.dst.position()?, self.dst.size_now()?);
        let end = position.checked_add(len).ok_or(ErrorKind::FileTooLarge)?;
        let inside = size.saturating_sub(position).min(len);
        if inside > 0 {
            let flags = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
            match retry_on_intr(|| fallocate(self.dst.fd, flags, position, inside)) {
                Err(errno) if is_refusal(errno) => return Ok(false),
                outcome => outcome?,
            }
        }
        if end > size {
            match retry_on_intr(|| ftruncate(self.dst.fd, end)) {
                Err(errno) if is_refusal(errno) => return Ok(false),
                outcome => outcome?,
            }
        }
        self.src.set_position(self.src.position()? + len)?;
        self.dst.set_position(end)?;
        self.report.bytes += len;
        self.report.holes += len;
        self.left -= len;
        Ok(true)
    }
}

/// The errors of `fallocate(2)` and `ftruncate(2)` that mean: not on this file.
///
/// `EPERM` is a seal; whether the bytes may be written all the same, writing them shows.
fn is_refusal(errno: Errno) -> bool {
    matches!(
        errno,
        Errno::BADF
            | Errno::INVAL
            | Errno::NODEV
            | Errno::NOSYS
            | Errno::OPNOTSUPP
            | Errno::PERM
            | Errno::TXTBSY
    )
}
