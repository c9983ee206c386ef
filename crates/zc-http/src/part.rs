//! [`Part`]: some of an open file, and how the kernel sends it.

use std::fs::File;
use std::io;
use std::ops::Range;

use tokio::net::TcpStream;
use zc_net::Meter;
use zc_net::send_file::{send_file, send_resident};

use crate::clock;
use crate::representation::Representation;

/// Up to so many bytes leave in a few calls, which a change of the file hardly meets.
const SHORT: u64 = 1 << 20;

/// Of longer parts a change is looked for once more before so many bytes are sent, the last ones.
const LAST: u64 = 64 << 10;

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
    pub(crate) async fn send(self) -> io::Result<()> {
        match self.range.end - self.range.start {
            ..=SHORT => self.send_short().await,
            _ => self.send_long().await,
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
    async fn send_long(self) -> io::Result<()> {
        let Self { stream, file, open, range, header, meter } = self;
        let last = range.end - LAST;
        send_file(stream, open, range.start..last, header, meter).await?;
        if !file.may_be_whole() {
            return Err(io::Error::other("the file has changed while it was sent"));
        }
        Ok(send_file(stream, open, last..range.end, b"", meter).await?)
    }
}
