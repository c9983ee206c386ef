//! The time, as cheap as it comes: for the `Date` of answers, and for the age of what is cached.

use std::cell::Cell;
use std::io::Write;
use std::time::{Duration, SystemTime};

use httpdate::HttpDate;
use rustix::time::{ClockId, clock_gettime};

/// Bytes of a `Date` line.
pub(crate) const DATE_LINE_LEN: usize = b"Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n".len();

thread_local! {
    /// The second for which there is a line, and the line.
    static DATE_LINE: Cell<(i64, [u8; DATE_LINE_LEN])> = const { Cell::new((-1, [0; DATE_LINE_LEN])) };
}

/// The line `Date: …` of this second, written once a second and thread.
pub(crate) fn date_line() -> [u8; DATE_LINE_LEN] {
    let now = clock_gettime(ClockId::RealtimeCoarse).tv_sec;
    let (second, line) = DATE_LINE.get();
    if second == now {
        return line;
    }
    let line = line_of(now);
    DATE_LINE.set((now, line));
    line
}

/// Milliseconds since some moment before this process, to a few of them.
pub(crate) fn milliseconds() -> u64 {
    let now = clock_gettime(ClockId::MonotonicCoarse);
    let of_seconds = u64::try_from(now.tv_sec).unwrap_or(0).saturating_mul(1000);
    of_seconds.saturating_add(u64::try_from(now.tv_nsec / 1_000_000).unwrap_or(0))
}

fn line_of(second: i64) -> [u8; DATE_LINE_LEN] {
    let since_1970 = Duration::from_secs(u64::try_from(second).unwrap_or(0));
    let date = HttpDate::from(SystemTime::UNIX_EPOCH + since_1970);
    let mut line = [0; DATE_LINE_LEN];
    write!(&mut line[..], "Date: {date}\r\n").expect("all dates have one length");
    line
}

#[cfg(test)]
mod tests {
    use super::{date_line, line_of};

    #[test]
    fn the_date_is_written_as_http_has_it() {
        assert_eq!(&line_of(784_111_777), b"Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
        assert_eq!(date_line().len(), date_line().trim_ascii_end().len() + 2);
    }
}
