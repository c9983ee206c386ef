//! [`Outgoing`]: answers on their way to a client, small ones joined and large ones by the kernel.

use std::fs::File;
use std::io;
use std::ops::Range;

use bytes::Buf;
use tokio::net::TcpStream;
use tokio::net::tcp::WriteHalf;
use zc_core::Copies;
use zc_net::Meter;
use zc_net::frames::FrameWriter;
use zc_net::send_file::send_file;

use crate::answer::{Answer, Persistence, Tail};
use crate::linger::linger;
use crate::pace::at_pace;
use crate::representation::{Content, Representation};
use crate::request::Method;

/// Where a change of a file is looked for once more: before so many bytes of it are sent, which
/// are the last ones.
const LAST: u64 = 64 << 10;

/// The answers of one connection.
#[derive(Debug)]
pub(crate) struct Outgoing<'c> {
    writer: FrameWriter<WriteHalf<'c>>,
    /// Bytes a second that the client must take.
    min_rate: u64,
    meter: Meter,
    answers: u64,
}

impl<'c> Outgoing<'c> {
    pub(crate) fn new(writer: WriteHalf<'c>, min_rate: u64) -> Self {
        Self { writer: FrameWriter::new(writer), min_rate, meter: Meter::default(), answers: 0 }
    }

    /// Answers so far.
    pub(crate) const fn answers(&self) -> u64 {
        self.answers
    }

    /// Bytes that the kernel took from files itself.
    pub(crate) fn spliced(&self) -> u64 {
        self.meter.spliced()
    }

    pub(crate) fn copies(&self) -> Copies {
        self.writer.copies() + self.meter.copies()
    }

    /// Queues or sends an answer through `stream`, the whole of what the writer is a half of;
    /// returns the bytes of its body.
    pub(crate) async fn send(
        &mut self,
        stream: &TcpStream,
        answer: &Answer,
        method: Method,
        persistence: Persistence,
    ) -> io::Result<u64> {
        self.answers += 1;
        let (tail, is_head) = (Tail::new(persistence), method == Method::Head);
        match answer {
            Answer::Whole(file) if is_head => {
                self.feed(stream, file.whole_head[..].chain(tail)).await?;
                Ok(0)
            }
            Answer::Whole(file) => {
                self.send_file(stream, (&file.whole_head, tail), file, 0..file.stamp.len).await
            }
            Answer::Part(file, range) => {
                self.send_file(stream, (&answer.head().0, tail), file, range.clone()).await
            }
            _ => {
                let (head, body) = answer.head();
                let body = if is_head { &[][..] } else { &body };
                self.feed(stream, head.chain(tail).chain(body)).await?;
                Ok(body.len() as u64)
            }
        }
    }

    async fn send_file(
        &mut self,
        stream: &TcpStream,
        (head, tail): (&[u8], Tail),
        file: &Representation,
        range: Range<u64>,
    ) -> io::Result<u64> {
        let len = range.end - range.start;
        match &file.content {
            Content::Memory(body) => {
                let place = |offset| usize::try_from(offset).expect("it lies in memory");
                let body = body.slice(place(range.start)..place(range.end));
                self.feed(stream, head.chain(tail).chain(body)).await?;
            }
            Content::File(open) => {
                self.flush(stream).await?;
                let header = [head, tail.chunk()].concat();
                let sending = send_open(stream, (file, open), range, &header, &self.meter);
                Box::pin(at_pace(stream, self.min_rate, sending)).await?;
            }
        }
        Ok(len)
    }

    /// Queues bytes, behind others that are written if there are many.
    async fn feed(&mut self, stream: &TcpStream, bytes: impl Buf) -> io::Result<()> {
        at_pace(stream, self.min_rate, self.writer.feed(bytes)).await
    }

    /// Writes what is queued.
    pub(crate) async fn flush(&mut self, stream: &TcpStream) -> io::Result<()> {
        if self.writer.queued() > 0 {
            at_pace(stream, self.min_rate, self.writer.flush()).await?;
        }
        Ok(())
    }

    /// Closes one direction, and reads the other one for a while.
    pub(crate) async fn linger(&mut self, stream: &TcpStream) {
        linger(stream, &mut self.writer).await;
    }
}

/// Sends a part of an open file, unless the file changes before the last bytes of it are sent:
/// better no end of an answer than one that does not belong to its beginning.
async fn send_open(
    stream: &TcpStream,
    (file, open): (&Representation, &File),
    range: Range<u64>,
    header: &[u8],
    meter: &Meter,
) -> io::Result<()> {
    let last = range.end.saturating_sub(LAST).max(range.start);
    if last == range.start {
        return Ok(send_file(stream, open, range, header, meter).await?);
    }
    send_file(stream, open, range.start..last, header, meter).await?;
    if !file.is_unchanged() {
        return Err(io::Error::other("the file has changed while it was sent"));
    }
    Ok(send_file(stream, open, last..range.end, b"", meter).await?)
}
