//! [`Outgoing`]: answers on their way to a client, small ones joined and large ones by the kernel.

use std::io;
use std::ops::Range;

use bytes::Buf;
use tokio::net::TcpStream;
use tokio::net::tcp::WriteHalf;
use zc_core::Copies;
use zc_net::Meter;
use zc_net::frames::FrameWriter;

use crate::Files;
use crate::answer::{Answer, Persistence, Tail};
use crate::linger::linger;
use crate::pace::at_pace;
use crate::part::Part;
use crate::representation::{Content, Representation};
use crate::request::Method;

/// The answers of one connection.
#[derive(Debug)]
pub(crate) struct Outgoing<'c> {
    writer: FrameWriter<WriteHalf<'c>>,
    files: &'c Files,
    meter: Meter,
    answers: u64,
    body_len: u64,
}

impl<'c> Outgoing<'c> {
    pub(crate) fn new(writer: WriteHalf<'c>, files: &'c Files) -> Self {
        Self {
            writer: FrameWriter::new(writer),
            files,
            meter: Meter::default(),
            answers: 0,
            body_len: 0,
        }
    }

    /// Bytes a second that the client must take.
    const fn min_rate(&self) -> u64 {
        self.files.options.min_send_rate
    }

    /// Answers so far.
    pub(crate) const fn answers(&self) -> u64 {
        self.answers
    }

    /// Bytes of the last answer's body that have left, or wait to leave with others.
    pub(crate) const fn body_len(&self) -> u64 {
        self.body_len
    }

    /// Bytes that the kernel took from files itself.
    pub(crate) fn spliced(&self) -> u64 {
        self.meter.spliced()
    }

    pub(crate) fn copies(&self) -> Copies {
        self.writer.copies() + self.meter.copies()
    }

    /// Queues or sends an answer through `stream`, the whole of what the writer is a half of.
    pub(crate) async fn send(
        &mut self,
        stream: &TcpStream,
        answer: &Answer,
        method: Method,
        persistence: Persistence,
    ) -> io::Result<()> {
        (self.answers, self.body_len) = (self.answers + 1, 0);
        let (tail, is_head) = (Tail::new(persistence), method == Method::Head);
        match answer {
            Answer::Whole(file) if is_head => {
                self.feed(stream, file.whole_head[..].chain(tail)).await
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
                self.body_len = body.len() as u64;
                Ok(())
            }
        }
    }

    async fn send_file(
        &mut self,
        stream: &TcpStream,
        (head, tail): (&[u8], Tail),
        file: &Representation,
        range: Range<u64>,
    ) -> io::Result<()> {
        match &file.content {
            Content::Memory(body) => {
                let place = |offset| usize::try_from(offset).expect("it lies in memory");
                let body = body.slice(place(range.start)..place(range.end));
                self.feed(stream, head.chain(tail).chain(body)).await?;
                self.body_len = range.end - range.start;
                Ok(())
            }
            Content::File(open) => {
                self.flush(stream).await?;
                let header = [head, tail.chunk()].concat();
                let part = Part { stream, file, open, range, header: &header, meter: &self.meter };
                let before = self.meter.spliced();
                let sent = Box::pin(at_pace(stream, self.min_rate(), part.send())).await;
                self.body_len = self.meter.spliced() - before;
                sent
            }
        }
    }

    /// Queues bytes, behind others that are written if there are many.
    async fn feed(&mut self, stream: &TcpStream, bytes: impl Buf) -> io::Result<()> {
        at_pace(stream, self.min_rate(), self.writer.feed(bytes)).await
    }

    /// Writes what is queued.
    pub(crate) async fn flush(&mut self, stream: &TcpStream) -> io::Result<()> {
        if self.writer.queued() > 0 {
            at_pace(stream, self.min_rate(), self.writer.flush()).await?;
        }
        Ok(())
    }

    /// Closes one direction, and reads the other one for a while.
    pub(crate) async fn linger(&mut self, stream: &TcpStream) {
        linger(stream, &mut self.writer).await;
    }
}
