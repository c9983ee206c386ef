//! [`Validators`]: by what a client knows a state of a file again: RFC 9110, section 8.8.

use std::fmt::Write;
use std::fs::File;
use std::time::{Duration, SystemTime};

use rustix::fs::{Stat, fstat};
use rustix::io::Errno;
use rustix::time::{ClockId, clock_gettime};

/// What tells one state of a file from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    device: u64,
    inode: u64,
    pub(crate) len: u64,
    modified: Time,
    /// Any change of the file sets it, and nobody can set it back.
    changed: Time,
}

/// A state as it was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) stamp: Stamp,
    /// Whether the next change had to bear another time by then. It is asked at once: what is read
    /// before that may be half written, however long ago it is when somebody looks at it.
    pub(crate) is_settled: bool,
}

impl Seen {
    pub(crate) fn of(file: &File) -> Result<Self, Errno> {
        Ok(Self::now(&fstat(file)?))
    }

    /// What `stat`, which was taken just now, says.
    pub(crate) fn now(stat: &Stat) -> Self {
        let stamp = Stamp::of(stat);
        Self { stamp, is_settled: stamp.is_settled() }
    }
}

/// Seconds since 1970, and nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Time {
    seconds: i64,
    nanoseconds: i64,
}

impl Stamp {
    #[expect(clippy::useless_conversion, reason = "the types of the fields differ by target")]
    #[expect(clippy::cast_sign_loss, reason = "no file has a negative size")]
    pub(crate) fn of(stat: &Stat) -> Self {
        let time = |seconds: i64, nanoseconds: u64| Time {
            seconds,
            nanoseconds: nanoseconds.cast_signed(),
        };
        Self {
            device: stat.st_dev.into(),
            inode: stat.st_ino.into(),
            len: stat.st_size as u64,
            modified: time(stat.st_mtime.into(), stat.st_mtime_nsec.into()),
            changed: time(stat.st_ctime.into(), stat.st_ctime_nsec.into()),
        }
    }

    /// Whether `later` is a state of the same file that was written to behind its end alone, as far
    /// as one can tell.
    pub(crate) fn is_beginning_of(&self, later: &Self) -> bool {
        later.len > self.len || (later.len, later.modified) == (self.len, self.modified)
    }

    /// Whether the next change of the file will have another time than this state. Clocks of file
    /// systems tick every few milliseconds, and two changes within one tick look like one.
    fn is_settled(&self) -> bool {
        self.age() > 1_000_000 * i128::from(TICK_MILLISECONDS)
    }

    /// Whether the clock was set back since this state came to be, so that there is no telling when
    /// it will be settled.
    pub(crate) fn is_ahead(&self) -> bool {
        self.age() < -1_000_000_000
    }

    /// Nanoseconds since the last change.
    fn age(&self) -> i128 {
        let now = clock_gettime(ClockId::Realtime);
        let nanoseconds = |seconds: i64, nanoseconds: i64| {
            i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds)
        };
        let Time { seconds, nanoseconds: rest } = self.changed;
        nanoseconds(now.tv_sec, now.tv_nsec) - nanoseconds(seconds, rest)
    }
}

/// The longest tick of the clock of a file system, with a share to spare.
pub(crate) const TICK: Duration = Duration::from_millis(TICK_MILLISECONDS);

const TICK_MILLISECONDS: u64 = 20;

/// The validators of a file's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Validators {
    /// Inode, length and time of modification, in quotes; behind `W/` if the file may change once
    /// more at the same time: section 8.8.1.
    pub(crate) etag: Box<str>,
    /// To the second, as dates of HTTP are; `None` where no such date can be written.
    pub(crate) modified: Option<SystemTime>,
}

impl Validators {
    pub(crate) fn of(seen: Seen) -> Self {
        let Stamp { inode, len, modified: Time { seconds, nanoseconds }, .. } = seen.stamp;
        let mut etag = String::with_capacity(48);
        if !seen.is_settled {
            etag.push_str("W/");
        }
        write!(etag, "\"{inode:x}-{len:x}-{seconds:x}.{nanoseconds:x}\"")
            .expect("a string takes everything");
        Self { etag: etag.into(), modified: date(seconds) }
    }

    /// Whether `tag` is ours by the strong comparison of section 8.8.3.2.
    pub(crate) fn is_strongly(&self, tag: &[u8]) -> bool {
        tag == self.etag.as_bytes() && !tag.starts_with(b"W/")
    }

    /// Whether `tag` is ours by the weak comparison.
    pub(crate) fn is_weakly(&self, tag: &[u8]) -> bool {
        opaque(tag) == opaque(self.etag.as_bytes())
    }
}

fn opaque(tag: &[u8]) -> &[u8] {
    tag.strip_prefix(b"W/").unwrap_or(tag)
}

/// The time so many seconds after 1970, if it lies in the years that a date of HTTP has room for.
fn date(seconds: i64) -> Option<SystemTime> {
    const YEAR_10000: u64 = 253_402_300_800;
    let seconds = u64::try_from(seconds).ok().filter(|it| *it < YEAR_10000)?;
    Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::{Seen, Stamp, Time, Validators, date};

    #[test]
    fn a_file_that_changes_has_another_etag() {
        let file = tempfile::tempfile().unwrap();
        let seen = |file: &File| Seen::of(file).unwrap();
        let etag = |file: &File| {
            while !seen(file).is_settled {
                std::thread::yield_now();
            }
            Validators::of(seen(file)).etag
        };
        let empty = etag(&file);
        file.set_len(1).unwrap();
        let longer = etag(&file);
        assert_ne!(empty, longer);
        assert_eq!(longer, etag(&file));
        file.set_modified(date(1).unwrap()).unwrap();
        assert_ne!(longer, etag(&file));
        assert!(etag(&file).starts_with('"') && etag(&file).ends_with('"'));
    }

    #[test]
    fn a_file_that_may_change_within_this_tick_has_a_weak_etag() {
        let validators = |etag: &str| Validators { etag: etag.into(), modified: None };
        let (weak, strong) = (validators("W/\"a\""), validators("\"a\""));
        assert!(!weak.is_strongly(b"W/\"a\"") && !weak.is_strongly(b"\"a\""));
        assert!(strong.is_strongly(b"\"a\"") && !strong.is_strongly(b"W/\"a\""));
        for tag in [&b"W/\"a\""[..], b"\"a\""] {
            assert!(weak.is_weakly(tag) && strong.is_weakly(tag));
        }
        let seen = Seen::of(&tempfile::tempfile().unwrap()).unwrap();
        for is_settled in [true, false] {
            let etag = Validators::of(Seen { is_settled, ..seen }).etag;
            assert_eq!(etag.starts_with("W/\""), !is_settled, "{etag}");
        }
    }

    #[test]
    fn a_state_of_the_future_is_not_settled_and_not_waited_for() {
        let file = tempfile::tempfile().unwrap();
        let stamp = Seen::of(&file).unwrap().stamp;
        assert!(!stamp.is_ahead());
        let seconds = stamp.changed.seconds + 3600;
        let ahead = Stamp { changed: Time { seconds, ..stamp.changed }, ..stamp };
        assert!(ahead.is_ahead() && !ahead.is_settled());
    }

    #[test]
    fn times_that_no_date_can_say_are_left_out() {
        assert_eq!(date(-1), None);
        assert_eq!(date(253_402_300_800), None);
        assert!(date(253_402_300_799).is_some());
    }
}
