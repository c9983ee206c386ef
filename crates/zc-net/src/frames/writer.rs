//! [`FrameWriter`]: frames on their way out, small ones joined and large ones by reference.

use std::fmt;
use std::future::poll_fn;
use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Buf;
use tokio::io::AsyncWrite;
use zc_core::Copies;

use super::outgoing::{MOST_PARTS, Outgoing};
use super::{Bare, Envelope, Pool, WriteOptions};

/// Sends frames: small ones are joined in a buffer, large ones written from where they are.
///
/// ```text
/// feed ──▶ | small small small | large, by reference | small … |  ──flush──▶ writev
/// ```
///
/// `feed` queues, and waits only while more is queued than
/// [`high_water`](WriteOptions::high_water) allows, so that a peer that does not read costs that
/// much memory and no more. `flush` writes what is queued; `send` does both. What is queued when
/// the writer is dropped is lost.
///
/// A writer with nothing queued holds no buffer once it was flushed.
///
/// ```
/// use zc_net::frames::{FrameWriter, LengthPrefix, Pool};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let pool = std::sync::Arc::new(Pool::new(4096, 1));
/// let mut writer = FrameWriter::new(Vec::new()).with_pool(pool).with_envelope(LengthPrefix::U8);
/// writer.feed(&b"one"[..]).await?;
/// writer.feed(&b"three"[..]).await?;
/// assert_eq!((writer.queued(), writer.writer().len()), (10, 0));
/// writer.flush().await?;
/// assert_eq!(writer.copies().write, 10);
/// assert_eq!(writer.into_writer(), b"\x03one\x05three");
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct FrameWriter<W, E = Bare> {
    writer: W,
    envelope: E,
    outgoing: Outgoing,
    options: WriteOptions,
    copies: Copies,
}

impl<W> FrameWriter<W> {
    /// Sends payloads that are whole frames, with the default options and buffers of the
    /// [global pool](Pool::global).
    #[must_use]
    pub fn new(writer: W) -> Self {
        Self {
            writer,
            envelope: Bare,
            outgoing: Outgoing::new(Pool::global()),
            options: WriteOptions::default(),
            copies: Copies::default(),
        }
    }
}

impl<W, E> FrameWriter<W, E> {
    /// The same with `envelope` around each payload that is queued from now on.
    #[must_use]
    pub fn with_envelope<N: Envelope>(self, envelope: N) -> FrameWriter<W, N> {
        let Self { writer, outgoing, options, copies, .. } = self;
        FrameWriter { writer, envelope, outgoing, options, copies }
    }

    /// The same with other bounds.
    #[must_use]
    pub fn with_options(self, options: WriteOptions) -> Self {
        Self { options, ..self }
    }

    /// The same with buffers of `pool`, for what is queued from now on.
    ///
    /// # Panics
    ///
    /// If something is queued.
    #[must_use]
    pub fn with_pool(self, pool: Arc<Pool>) -> Self {
        assert!(self.queued() == 0, "a pool is chosen before the first frame");
        Self { outgoing: Outgoing::new(pool), ..self }
    }

    /// Bytes that are queued, with what stands around payloads.
    #[must_use]
    pub const fn queued(&self) -> usize {
        self.outgoing.len()
    }

    /// Bytes copied so far: `encode` into buffers, and `write` by the stream.
    #[must_use]
    pub const fn copies(&self) -> Copies {
        self.copies
    }

    /// What the frames go to.
    #[must_use]
    pub const fn writer(&self) -> &W {
        &self.writer
    }

    /// What the frames go to; what is queued is lost.
    #[must_use]
    pub fn into_writer(self) -> W {
        self.writer
    }
}

impl<W: AsyncWrite + Unpin, E: Envelope> FrameWriter<W, E> {
    /// Queues a frame, after writing others if too much is queued.
    ///
    /// It may be dropped while it waits: then the frame is not queued at all, and what was queued
    /// before stays as it was.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput), and nothing is queued, if the envelope cannot
    /// hold so many bytes; else what writing returned.
    ///
    /// # Copies
    ///
    /// Parts of the payload that have less than [`reference_from`](WriteOptions::reference_from)
    /// bytes; longer ones if they are not `Bytes` or made of them.
    #[inline]
    pub async fn feed(&mut self, payload: impl Buf) -> io::Result<()> {
        let len = payload.remaining();
        let affixes = self.envelope.affixes(len)?;
        let len = len.saturating_add(affixes.len());
        if !self.has_room(len) {
            poll_fn(|cx| self.poll_room(len, cx)).await?;
        }
        let copied = self.outgoing.push(&affixes, payload, self.options.reference_from.max(1));
        self.copies.encode += copied as u64;
        Ok(())
    }

    /// Writes all that is queued, and flushes the stream.
    ///
    /// It may be dropped while it waits: what is written is not written again.
    ///
    /// # Errors
    ///
    /// What writing returned; [`WriteZero`](ErrorKind::WriteZero) if the stream takes no more.
    ///
    /// # Copies
    ///
    /// None of its own; what the stream takes is counted as `write`.
    pub async fn flush(&mut self) -> io::Result<()> {
        poll_fn(|cx| self.poll_flush_all(cx)).await
    }

    /// Queues a frame and writes all that is queued.
    ///
    /// If it is dropped while it waits, the frame is either not queued or queued as a whole.
    ///
    /// # Errors
    ///
    /// As [`feed`](Self::feed) and [`flush`](Self::flush).
    ///
    /// # Copies
    ///
    /// As there.
    pub async fn send(&mut self, payload: impl Buf) -> io::Result<()> {
        self.feed(payload).await?;
        self.flush().await
    }

    /// Writes all that is queued, and shuts the stream down.
    ///
    /// # Errors
    ///
    /// As [`flush`](Self::flush).
    ///
    /// # Copies
    ///
    /// As there.
    pub async fn shutdown(&mut self) -> io::Result<()> {
        poll_fn(|cx| self.poll_shutdown(cx)).await
    }

    /// Whether `len` bytes may be queued without writing any.
    #[inline]
    fn has_room(&self, len: usize) -> bool {
        let queued = self.queued();
        queued == 0 || queued.saturating_add(len) <= self.options.high_water
    }

    /// Writes until `len` bytes may be queued.
    fn poll_room(&mut self, len: usize, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.has_room(len) {
            ready!(self.poll_write_some(cx))?;
        }
        Poll::Ready(Ok(()))
    }

    fn poll_flush_all(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.queued() > 0 {
            ready!(self.poll_write_some(cx))?;
        }
        self.outgoing.rest();
        Pin::new(&mut self.writer).poll_flush(cx)
    }

    fn poll_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_flush_all(cx))?;
        Pin::new(&mut self.writer).poll_shutdown(cx)
    }

    /// Writes as much as one call takes.
    fn poll_write_some(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { writer, outgoing, .. } = self;
        let result = match outgoing.single() {
            Some(bytes) => ready!(Pin::new(writer).poll_write(cx, bytes)),
            None => {
                let mut slices = [IoSlice::new(&[]); MOST_PARTS];
                let count = outgoing.parts(&mut slices);
                ready!(Pin::new(writer).poll_write_vectored(cx, &slices[..count]))
            }
        };
        let written = match result {
            Err(error) if error.kind() == ErrorKind::Interrupted => return Poll::Ready(Ok(())),
            Ok(0) => return Poll::Ready(Err(ErrorKind::WriteZero.into())),
            other => other?.min(self.queued()),
        };
        self.copies.write += written as u64;
        self.outgoing.advance(written);
        Poll::Ready(Ok(()))
    }
}

#[cfg(feature = "codec")]
impl<W, E, B> futures_sink::Sink<B> for FrameWriter<W, E>
where
    W: AsyncWrite + Unpin,
    E: Envelope + Unpin,
    B: Buf,
{
    type Error = io::Error;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        // The next frame's length is not known yet: it may pass the mark, but only by itself.
        this.poll_room(1, cx)
    }

    fn start_send(self: Pin<&mut Self>, payload: B) -> io::Result<()> {
        let this = self.get_mut();
        let affixes = this.envelope.affixes(payload.remaining())?;
        let copied = this.outgoing.push(&affixes, payload, this.options.reference_from.max(1));
        this.copies.encode += copied as u64;
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().poll_flush_all(cx)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().poll_shutdown(cx)
    }
}

impl<W, E> fmt::Debug for FrameWriter<W, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FrameWriter")
            .field("queued", &self.queued())
            .field("options", &self.options)
            .field("copies", &self.copies)
            .finish_non_exhaustive()
    }
}
