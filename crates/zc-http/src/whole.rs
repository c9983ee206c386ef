//! [`read_whole`]: a short file in one state, whoever writes to it meanwhile.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::thread;

use bytes::Bytes;
use rustix::io::Errno;
use zc_io::residency::read_nowait;

use crate::root::Patience;
use crate::validators::{Seen, TICK};

/// How often a file is read that changes meanwhile.
const MOST_READS: usize = 5;

/// Reads a whole file that was `seen`, with the state that it was in; `None` if that has to wait and
/// must not. One that does not stop to change, or has grown beyond `most` bytes meanwhile, is
/// [`Errno::BUSY`].
///
/// A write sets the time first and the bytes then, so that a file that was changed just now may be
/// half written: it is read once more a tick later. One that changes with every tick is sent as
/// any reader sees it, and so is one that bears a time of the future, which may last for hours;
/// neither is said to be settled.
pub(crate) fn read_whole(
    file: &File,
    mut seen: Seen,
    most: u64,
    patience: Patience,
) -> Result<Option<(Seen, Bytes)>, Errno> {
    let mut last = None;
    for _ in 0..MOST_READS {
        let is_enough = seen.is_settled || seen.stamp.is_ahead();
        if !is_enough && patience == Patience::NoWait {
            return Ok(None);
        }
        let len = usize::try_from(seen.stamp.len.min(most)).map_err(|_| Errno::FBIG)?;
        let mut body = vec![0; len];
        let Some(count) = fill(file, &mut body, patience)? else { return Ok(None) };
        let after = Seen::of(file)?;
        if after.stamp == seen.stamp && count as u64 == seen.stamp.len {
            let whole = Some((seen, body.into()));
            // One that was settled before it was read cannot have been written to unseen.
            if is_enough {
                return Ok(whole);
            }
            last = whole;
        }
        if patience == Patience::NoWait {
            return Ok(None);
        }
        thread::sleep(TICK);
        seen = Seen::of(file)?;
    }
    last.map(Some).ok_or(Errno::BUSY)
}

/// Reads from the beginning until `body` is full or the file ends; returns how much there was.
fn fill(file: &File, body: &mut [u8], patience: Patience) -> Result<Option<usize>, Errno> {
    let mut filled = 0;
    while filled < body.len() {
        let room = &mut body[filled..];
        let read = match patience {
            Patience::Wait => file.read_at(room, filled as u64).map(Some),
            Patience::NoWait => read_nowait(file, room, filled as u64),
        };
        match read {
            Ok(None) => return Ok(None),
            Ok(Some(0)) => break,
            Ok(Some(count)) => filled += count,
            // A file system that cannot tell what it has in memory.
            Err(_) if patience == Patience::NoWait => return Ok(None),
            Err(error) => match Errno::from_io_error(&error) {
                Some(Errno::INTR) => {}
                errno => return Err(errno.unwrap_or(Errno::IO)),
            },
        }
    }
    Ok(Some(filled))
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::os::unix::fs::FileExt;
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
    use std::time::Instant;

    use super::read_whole;
    use crate::root::Patience;
    use crate::validators::{Seen, TICK};

    /// A file, and what is read of it.
    #[track_caller]
    fn read(file: &File, most: u64, patience: Patience) -> Option<(Seen, Vec<u8>)> {
        let read = read_whole(file, Seen::of(file).unwrap(), most, patience).unwrap();
        read.map(|(seen, body)| (seen, body.to_vec()))
    }

    #[test]
    fn a_file_that_was_just_written_is_read_when_it_is_settled() {
        let file = tempfile::tempfile().unwrap();
        file.write_all_at(b"hello", 0).unwrap();
        let (seen, body) = read(&file, 5, Patience::Wait).unwrap();
        assert!(seen.is_settled && body == b"hello");
        // Now it need not be waited for.
        let without_waiting = read(&file, 5, Patience::NoWait);
        assert!(without_waiting.is_none_or(|(seen, body)| seen.is_settled && body == b"hello"));
    }

    #[test]
    fn a_file_that_changes_with_every_tick_is_never_settled() {
        let file = tempfile::tempfile().unwrap();
        let (is_over, has_paused) = (AtomicBool::new(false), AtomicBool::new(false));
        let writes = AtomicU64::new(0);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    let before = Instant::now();
                    file.write_all_at(b"x", 0).unwrap();
                    std::thread::yield_now();
                    has_paused.fetch_or(before.elapsed() > TICK / 2, Ordering::SeqCst);
                    writes.fetch_add(1, Ordering::SeqCst);
                }
            });
            for _ in 0..5 {
                has_paused.store(false, Ordering::SeqCst);
                // One that changed during each read is none in one state.
                let read = read_whole(&file, Seen::of(&file).unwrap(), 1, Patience::Wait);
                let is_settled = matches!(read, Ok(Some((seen, _))) if seen.is_settled);
                // Whoever writes may be made to wait for so long that the file does not change, and
                // says so with the next write.
                let next = writes.load(Ordering::SeqCst) + 2;
                while writes.load(Ordering::SeqCst) < next {
                    std::thread::yield_now();
                }
                assert!(!is_settled || has_paused.load(Ordering::SeqCst));
            }
            is_over.store(true, Ordering::Relaxed);
        });
        assert!(read(&file, 1, Patience::Wait).unwrap().0.is_settled);
    }

    #[test]
    fn no_more_is_read_than_was_said() {
        let file = tempfile::tempfile().unwrap();
        let seen = Seen::of(&file).unwrap();
        file.set_len(1 << 40).unwrap();
        assert!(read_whole(&file, seen, 1000, Patience::Wait).is_err());
    }
}
