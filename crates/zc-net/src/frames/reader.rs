//! [`FrameReader`]: the frames of a stream, cut out of one buffer without copying them.

mod room;

mod end;

use std::fmt;
use std::future::poll_fn;
use std::io::ErrorKind;
use std::mem;
use std::ops::Range;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Buf, BufMut, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt};
use zc_core::{Copies, Frame, FrameError, Framer};

use super::deadlines::{Deadlines, Phase};
use super::{FrameReadError, FrameReadErrorKind, Pool, ReadOptions};

/// Up to so many bytes of a frame that is not whole are moved behind the frames before it, where
/// frames that somebody keeps would otherwise claim the rest of their buffer.
const MOVED: usize = 1 << 10;

/// The frames of a stream, as reference-counted slices of what was read.
///
/// ```text
/// kernel ──read──▶ | frame | frame | frame | fra…  |    one buffer of the pool
///                     ╰ Bytes  ╰ Bytes        ╰ continued here, or moved to where there is room
/// ```
///
/// While frames are dropped before the next ones are asked for, one buffer is used again and again
/// and nothing is allocated. A frame that is kept keeps the buffer alive in which it lies, of which
/// others use the rest: to keep a few bytes for long, copy them out with
/// `Bytes::copy_from_slice(&frame)`.
///
/// A reader that waits between two frames holds no buffer: it takes one from its [`Pool`] when it
/// tries to read, and gives it back if nothing has arrived.
///
/// An error ends the stream; from then on there are no more frames.
///
/// ```
/// # #[cfg(feature = "parse")] {
/// use zc_net::frames::{FrameReader, Pool};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let pool = std::sync::Arc::new(Pool::new(4096, 1));
/// let mut lines = FrameReader::lines(&b"one\ntwo\nthree\n"[..]).with_pool(pool);
/// let (one, two) = (lines.next_frame().await.unwrap()?, lines.next_frame().await.unwrap()?);
/// // Two frames of one buffer, which had four bytes between their beginnings as they came.
/// assert_eq!(two.as_ptr().addr() - one.as_ptr().addr(), 4);
/// assert!(lines.pinned() >= 4096, "what either of them keeps in memory");
/// assert_eq!((lines.offset(), lines.buffered(), lines.copies().decode), (8, 6, 0));
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # }
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct FrameReader<R, F> {
    reader: R,
    framer: F,
    /// What has arrived in whole or in part and is handed out. If there are bytes in here, there
    /// are none in `arriving`.
    filled: Bytes,
    /// The beginning of a frame that is not whole, and room for the rest.
    arriving: BytesMut,
    /// Bytes of the buffer that both are parts of, at the most.
    pinned: usize,
    /// Bytes that the first frame lacks, at the least.
    missing: usize,
    has_ended: bool,
    /// What it has ended with, until the caller was told: a frame that the end of the stream
    /// completed, or an error.
    last: Option<Result<Bytes, FrameReadError>>,
    options: ReadOptions,
    deadlines: Deadlines,
    pool: Arc<Pool>,
    /// Bytes that have come from the stream or were there before it.
    arrived: u64,
    copies: Copies,
}

impl<R, F> FrameReader<R, F> {
    /// The frames of `reader`, as `framer` finds them, with the default options and buffers of
    /// the [global pool](Pool::global).
    #[must_use]
    pub fn new(reader: R, framer: F) -> Self {
        Self {
            reader,
            framer,
            filled: Bytes::new(),
            arriving: BytesMut::new(),
            pinned: 0,
            missing: 1,
            has_ended: false,
            last: None,
            options: ReadOptions::default(),
            deadlines: Deadlines::default(),
            pool: Pool::global(),
            arrived: 0,
            copies: Copies::default(),
        }
    }

    /// The same with other bounds.
    #[must_use]
    pub fn with_options(self, options: ReadOptions) -> Self {
        Self { options, ..self }
    }

    /// The same with buffers of `pool`.
    #[must_use]
    pub fn with_pool(self, pool: Arc<Pool>) -> Self {
        Self { pool, ..self }
    }

    /// The same where `bytes` were read from the stream before, and come first.
    ///
    /// ```
    /// # #[cfg(feature = "parse")] {
    /// use zc_net::frames::FrameReader;
    ///
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// let read_before = bytes::Bytes::from_static(b"one\nt");
    /// let mut lines = FrameReader::lines(&b"wo\nthree"[..]).with_buffered(read_before);
    /// assert_eq!(lines.next_frame().await.unwrap()?, "one");
    /// assert_eq!(lines.next_frame().await.unwrap()?, "two");
    /// # Ok::<(), std::io::Error>(())
    /// # })?;
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Copies
    ///
    /// Never here. A frame that begins in `bytes` and ends behind them is continued in place if
    /// nobody else refers to them, else its beginning is moved.
    #[must_use]
    pub fn with_buffered(self, bytes: Bytes) -> Self {
        let arrived = bytes.len() as u64;
        Self { arrived, filled: bytes, arriving: BytesMut::new(), pinned: usize::MAX, ..self }
    }

    /// The framer.
    #[must_use]
    pub const fn framer(&self) -> &F {
        &self.framer
    }

    /// The framer, to be told what comes next where that is not in the frames themselves, such as
    /// the length of a body behind its head. Between two frames it has looked at nothing ahead.
    ///
    /// ```
    /// # #[cfg(feature = "parse")] {
    /// use zc_net::frames::FrameReader;
    /// use zc_parse::framing::{Integer, LengthField};
    ///
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// // Each payload says in its first byte how wide the length of the next one is.
    /// let mut frames = FrameReader::length_prefixed(&b"\x02\x02a\0\x02\x01b\x01c"[..], Integer::U8);
    /// assert_eq!(frames.next_frame().await.unwrap()?, "\x02a");
    /// *frames.framer_mut() = LengthField::new(Integer::U16Be);
    /// assert_eq!(frames.next_frame().await.unwrap()?, "\x01b");
    /// *frames.framer_mut() = LengthField::new(Integer::U8);
    /// assert_eq!(frames.next_frame().await.unwrap()?, "c");
    /// println!("{:?}", frames.framer());
    /// # Ok::<(), std::io::Error>(())
    /// # })?;
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub const fn framer_mut(&mut self) -> &mut F {
        &mut self.framer
    }

    /// What the frames come from.
    #[must_use]
    pub const fn reader(&self) -> &R {
        &self.reader
    }

    /// Bytes that have arrived and belong to no frame yet that was handed out.
    #[must_use]
    pub fn buffered(&self) -> usize {
        self.filled.len() + self.arriving.len()
    }

    /// Where the next frame begins, in bytes from the beginning of the stream.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.arrived - self.buffered() as u64
    }

    /// Bytes that the last frame keeps in memory while somebody keeps it, at the most: those of its
    /// buffer, of which others use the rest. `usize::MAX` for a frame that was there before the
    /// stream, of whose buffer nothing is known.
    ///
    /// Who keeps frames for long compares this with what they hold, and copies those out that are
    /// small beside it.
    #[must_use]
    pub const fn pinned(&self) -> usize {
        self.pinned
    }

    /// Bytes copied so far: `read` by the stream, and `decode` where the beginning of a frame was
    /// moved to where there was room for the rest.
    #[must_use]
    pub const fn copies(&self) -> Copies {
        self.copies
    }

    /// The stream, the framer and what has arrived behind the last frame.
    ///
    /// ```
    /// # #[cfg(feature = "parse")] {
    /// use zc_net::frames::FrameReader;
    ///
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// let mut heads = FrameReader::heads(&b"Upgrade: now\r\n\r\nanother protocol"[..]);
    /// heads.next_frame().await.unwrap()?;
    /// let (_reader, _framer, behind) = heads.into_parts();
    /// assert_eq!(behind, "another protocol");
    /// # Ok::<(), std::io::Error>(())
    /// # })?;
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub fn into_parts(self) -> (R, F, Bytes) {
        let bytes = if self.filled.is_empty() { self.arriving.freeze() } else { self.filled };
        (self.reader, self.framer, bytes)
    }
}

impl<R, F: Framer> FrameReader<R, F> {
    /// The next frame's payload, if the whole frame has arrived and is as it should be; what is
    /// wrong with it otherwise, [`next_frame`](Self::next_frame) says.
    ///
    /// This is the fastest way through many short frames: ask here for as many as there are, and
    /// wait for more there.
    ///
    /// ```
    /// # #[cfg(feature = "parse")] {
    /// use zc_net::frames::FrameReader;
    ///
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// let mut lines = FrameReader::lines(&b"one\ntwo\nthree\n"[..]);
    /// assert!(lines.buffered_frame().is_none(), "nothing was read yet");
    /// let mut batch = vec![lines.next_frame().await.unwrap()?];
    /// batch.extend(std::iter::from_fn(|| lines.buffered_frame()));
    /// assert_eq!(batch, ["one", "two", "three"]);
    /// # Ok::<(), std::io::Error>(())
    /// # })?;
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Panics
    ///
    /// If the framer says that a frame has more bytes than there are.
    ///
    /// # Copies
    ///
    /// Up to 1 KiB of the beginning of a frame that is not whole; more only where somebody keeps
    /// frames before it.
    #[inline(always)]
    pub fn buffered_frame(&mut self) -> Option<Bytes> {
        // Both ways find a frame as plain numbers, and the `Bytes` are made in one place: where
        // two ways made them, each was stored and loaded twice on its way out, which took longer
        // than all the rest.
        let frame = if self.filled.is_empty() {
            self.arrived_frame()?
        } else {
            match self.framer.frame(&self.filled) {
                Ok(frame) if self.allows(&frame) => frame,
                other => {
                    self.unusual_frame(other);
                    return None;
                }
            }
        };
        Some(self.hand_out(&frame))
    }

    #[inline(always)]
    fn allows(&self, frame: &Frame) -> bool {
        frame.len.wrapping_sub(1) < self.options.max_frame
    }

    #[inline(always)]
    fn hand_out(&mut self, frame: &Frame) -> Bytes {
        let &Frame { len, payload: Range { start, end } } = frame;
        self.filled.advance(start);
        let payload = self.filled.split_to(end - start);
        self.filled.advance(len - end);
        payload
    }

    /// A frame where the last one that was looked for was not whole: the first of `filled`, to
    /// which what has arrived is moved.
    #[inline(never)]
    fn arrived_frame(&mut self) -> Option<Frame> {
        if self.arriving.is_empty() {
            self.missing = 1;
            self.filled = Bytes::new();
            return None;
        }
        match self.framer.frame(&self.arriving) {
            Ok(frame) if self.allows(&frame) => {
                self.deadlines.stop();
                self.filled = self.arriving.split().freeze();
                Some(frame)
            }
            other => {
                self.judge(other);
                None
            }
        }
    }

    /// Continues the last frame of what has arrived where its rest can be read.
    #[inline(never)]
    fn unusual_frame(&mut self, found: Result<Frame, FrameError>) {
        self.judge(found);
        if self.has_ended {
            return;
        }
        let beginning = mem::take(&mut self.filled);
        let len = beginning.len();
        let room = self.arriving.capacity().saturating_sub(len);
        if len <= MOVED && room >= self.missing && 2 * room >= self.pool.buffer_len() {
            self.arriving.extend_from_slice(&beginning);
            self.copies.decode += len as u64;
            return;
        }
        // While this refers to the same buffer, nobody can know whether frames do, too.
        drop(mem::take(&mut self.arriving));
        self.arriving = beginning.try_into_mut().unwrap_or_else(|beginning| {
            let mut fresh = self.pool.take(2 * len);
            fresh.extend_from_slice(&beginning);
            self.copies.decode += len as u64;
            self.pinned = fresh.capacity().max(self.most_pooled());
            fresh
        });
    }
}

impl<R: AsyncRead + Unpin, F: Framer> FrameReader<R, F> {
    /// The next frame's payload; `None` at the end of the stream, and after an error.
    ///
    /// It may be dropped while it waits: no byte is lost, and deadlines go on as if it had not
    /// been.
    ///
    /// # Errors
    ///
    /// If reading fails, what arrives is no frame or more than the options allow, the stream ends
    /// inside a frame, or a deadline passes.
    ///
    /// # Panics
    ///
    /// If there are deadlines and the runtime has no timer, and if the framer says that a frame
    /// has more bytes than there are.
    ///
    /// # Copies
    ///
    /// Each byte once, out of the kernel, and the beginnings of frames that did not fit into the
    /// rest of their buffer. [`copies`](Self::copies) counts both.
    #[inline]
    pub async fn next_frame(&mut self) -> Option<Result<Bytes, FrameReadError>> {
        poll_fn(|cx| self.poll_frame(cx)).await
    }

    /// As [`next_frame`](Self::next_frame), for those who write futures by hand.
    ///
    /// ```
    /// # #[cfg(feature = "parse")] {
    /// use std::future::poll_fn;
    /// use zc_net::frames::FrameReader;
    ///
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// let mut lines = FrameReader::lines(&b"one\n"[..]);
    /// assert_eq!(poll_fn(|cx| lines.poll_frame(cx)).await.unwrap()?, "one");
    /// assert!(poll_fn(|cx| lines.poll_frame(cx)).await.is_none());
    /// # Ok::<(), std::io::Error>(())
    /// # })?;
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As there.
    ///
    /// # Copies
    ///
    /// As there.
    #[inline]
    pub fn poll_frame(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, FrameReadError>>> {
        match self.buffered_frame() {
            Some(frame) => Poll::Ready(Some(Ok(frame))),
            None => self.poll_arriving(cx),
        }
    }

    /// As [`poll_frame`](Self::poll_frame), where no frame has arrived.
    #[inline(never)]
    fn poll_arriving(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, FrameReadError>>> {
        let mut has_read = false;
        loop {
            if self.has_ended {
                return Poll::Ready(self.last.take());
            }
            ready!(self.poll_more(has_read, cx));
            if let Some(frame) = self.buffered_frame() {
                return Poll::Ready(Some(Ok(frame)));
            }
            has_read = true;
        }
    }

    /// Reads once, or ends the stream; `has_read` says whether it follows upon a read that left
    /// a frame incomplete.
    fn poll_more(&mut self, has_read: bool, cx: &mut Context<'_>) -> Poll<()> {
        // A stream that always has another byte is never waited for.
        if has_read && let Some(kind) = self.deadlines.frame_passed() {
            self.fail(kind);
            return Poll::Ready(());
        }
        match ready!(self.poll_fill(cx)) {
            Ok(0) => self.close(),
            Ok(_) => {}
            Err(kind) => self.fail(kind),
        }
        Poll::Ready(())
    }

    /// Reads more of the first frame, and what else has arrived.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<Result<usize, FrameReadErrorKind>> {
        let phase = if self.arriving.is_empty() { Phase::Idle } else { Phase::Frame };
        self.deadlines.start(phase, &self.options);
        self.make_room();
        let room = self.arriving.capacity() - self.arriving.len();
        let most = room.min(self.most_unread());
        let read = loop {
            let mut buffer = (&mut self.arriving).limit(most);
            match pin!(self.reader.read_buf(&mut buffer)).poll(cx) {
                Poll::Ready(Err(error)) if error.kind() == ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        match read {
            Poll::Ready(Ok(count)) => {
                self.arrived += count as u64;
                self.copies.read += count as u64;
                Poll::Ready(Ok(count))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(FrameReadErrorKind::Io(error))),
            Poll::Pending => {
                if self.arriving.is_empty() {
                    self.give_back();
                }
                self.deadlines.poll(cx).map(Err)
            }
        }
    }
}

impl<R, F> fmt::Debug for FrameReader<R, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FrameReader")
            .field("offset", &self.offset())
            .field("buffered", &self.buffered())
            .field("has_ended", &self.has_ended)
            .field("options", &self.options)
            .field("copies", &self.copies)
            .finish_non_exhaustive()
    }
}
