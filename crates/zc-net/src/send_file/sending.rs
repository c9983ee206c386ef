//! What both ways of sending have in common: the header, warm pages, and waiting for the socket.

use std::fs::File;
use std::io;
use std::ops::Range;

use rustix::io::retry_on_intr;
use rustix::net::{SendFlags, send};
use tokio::io::Interest;
use tokio::net::TcpStream;
use tokio::task::spawn_blocking;
use zc_io::residency::{is_resident, populate};

use crate::Meter;

/// How many bytes are looked up in the page cache, and loaded where they are not there, at a time.
pub(super) const WINDOW_LEN: usize = 4 << 20;

/// The parts of a range, of at most [`WINDOW_LEN`] bytes.
pub(super) fn windows(range: &Range<u64>) -> impl Iterator<Item = Range<u64>> + use<> {
    let end = range.end;
    let starts = (range.start..end).step_by(WINDOW_LEN);
    starts.map(move |start| start..end.min(start.saturating_add(WINDOW_LEN as u64)))
}

/// What a header waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Follows {
    /// The first bytes of the file, with which it leaves in one packet.
    Bytes,
    /// Nothing: it leaves at once.
    Nothing,
}

impl Follows {
    pub(super) const fn of(range: &Range<u64>) -> Self {
        if range.start < range.end { Self::Bytes } else { Self::Nothing }
    }
}

/// A file on its way to a socket.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sending<'s> {
    pub(super) stream: &'s TcpStream,
    pub(super) file: &'s File,
    pub(super) meter: &'s Meter,
}

impl Sending<'_> {
    /// Sends a header.
    pub(super) async fn header(self, header: &[u8], follows: Follows) -> io::Result<()> {
        let flags = match follows {
            Follows::Bytes => SendFlags::NOSIGNAL | SendFlags::MORE,
            Follows::Nothing => SendFlags::NOSIGNAL,
        };
        let mut rest = header;
        while !rest.is_empty() {
            let call = || retry_on_intr(|| send(self.stream, rest, flags));
            let count = self.when_writable(call).await?;
            self.meter.add_written(count);
            rest = &rest[count..];
        }
        Ok(())
    }

    /// Loads a window into the page cache, in another thread, if it is not there.
    pub(super) async fn warm_up(self, window: &Range<u64>) -> io::Result<()> {
        // Where a file system gives no answer it is loaded for good measure.
        if is_resident(self.file, window.clone()).unwrap_or(false) {
            return Ok(());
        }
        let (file, window) = (self.file.try_clone()?, window.clone());
        // What cannot be loaded beforehand is left to the call that sends it.
        let _ = spawn_blocking(move || populate(&file, window)).await;
        Ok(())
    }

    /// Makes a call as soon as the socket takes bytes, until it would not block.
    pub(super) async fn when_writable<E: Into<io::Error>>(
        self,
        mut call: impl FnMut() -> Result<usize, E>,
    ) -> io::Result<usize> {
        self.stream.async_io(Interest::WRITABLE, || call().map_err(Into::into)).await
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::{WINDOW_LEN, windows};

    #[track_caller]
    fn check(range: Range<u64>, expected: &[(u64, u64)]) {
        let found: Vec<_> = windows(&range).map(|it| (it.start, it.end)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn windows_cover_a_range_and_nothing_else() {
        let len = WINDOW_LEN as u64;
        check(7..7, &[]);
        check(7..9, &[(7, 9)]);
        check(7..len + 8, &[(7, len + 7), (len + 7, len + 8)]);
        check(u64::MAX - len..u64::MAX, &[(u64::MAX - len, u64::MAX)]);
    }
}
