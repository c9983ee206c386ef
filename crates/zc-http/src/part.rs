//! [`Part`]: some of an open file, and how the kernel sends it.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::net::TcpStream;
use zc_net::Meter;
use zc_net::send_file::{send_file, send_mapped, send_resident};

use crate::clock;
use crate::representation::Representation;

/// Up to so many bytes leave in a few calls, which a change of the file hardly meets.
const SHORT: u64 = 1 << 20;

/// Of longer parts a change is looked for once more before so many bytes are sent, the last ones.
const LAST: u64 = 64 << 10;

/// From so many bytes on a part is a long download: one at a time is written from a map, which
/// costs both sides together less than `sendfile` does, and is no gain among many.
const MAPPED_FROM: u64 = 32 << 20;

/// For so many milliseconds a short file counts as in the page cache that was found there.
const WARM_FOR: u64 = 1000;

/// A part of an open file, behind a header.
#[derive(Debug)]
pub(crate) struct Part<'p> {
    pub(crate) stream: &'p TcpStream,
    pub(crate) file: &'p Representation,
    pub(crate) open: &'p File,
    pub(crate) range: Range<u64>,
    pub(crate) header: &'p [u8],
    pub(crate) meter: &'p Meter,
}

impl Part<'_> {
    /// Sends it; `is_mapped` says whether somebody sends from a map, and is set meanwhile if that
    /// is done here.
    pub(crate) async fn send(self, is_mapped: &AtomicBool) -> io::Result<()> {
        match self.range.end - self.range.start {
            ..=SHORT => self.send_short().await,
            _ => self.send_long(is_mapped).await,
        }
    }

    async fn send_short(self) -> io::Result<()> {
        let Self { stream, file, open, range, header, meter } = self;
        let now = clock::milliseconds();
        if file.is_warm(now, WARM_FOR) {
            return Ok(send_resident(stream, open, range, header, meter).await?);
        }
        let is_all = range == (0..file.stamp.len);
        send_file(stream, open, range, header, meter).await?;
        if is_all {
            file.warm(now);
        }
        Ok(())
    }

    /// Sends a long part, unless the file changes before the last bytes of it are sent: better no
    /// end of an answer than one that does not belong to its beginning.
    async fn send_long(self, is_mapped: &AtomicBool) -> io::Result<()> {
        let Self { stream, file, open, range, header, meter } = self;
        let last = range.end - LAST;
        let is_very_long = range.end - range.start >= MAPPED_FROM;
        let turn = if is_very_long { Turn::take(is_mapped) } else { None };
        match turn {
            Some(_turn) => send_mapped(stream, open, range.start..last, header, meter).await?,
            None => send_file(stream, open, range.start..last, header, meter).await?,
        }
        if !file.may_be_whole() {
            return Err(io::Error::other("the file has changed while it was sent"));
        }
        Ok(send_file(stream, open, last..range.end, b"", meter).await?)
    }
}

/// The right to send from a map, which one has at a time.
struct Turn<'f>(&'f AtomicBool);

impl<'f> Turn<'f> {
    fn take(is_taken: &'f AtomicBool) -> Option<Self> {
        (!is_taken.swap(true, Ordering::Acquire)).then_some(Self(is_taken))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}
