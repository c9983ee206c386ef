//! What the tests of frames share: a framer, peers that are awkward on purpose, and futures that
//! are dropped wherever they wait.

#![allow(dead_code, reason = "each test uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use zc_core::{Expected, Frame, FrameError, Framer, Incomplete, Mismatch};

/// Frames of a length in two bytes, the most significant one first, and a payload; a length of
/// 65535 is malformed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Prefixed;

impl Framer for Prefixed {
    fn frame(&mut self, buffer: &[u8]) -> Result<Frame, FrameError> {
        let Some(field) = buffer.first_chunk() else {
            return Err(Incomplete { needed: 2 - buffer.len() }.into());
        };
        let length = u16::from_be_bytes(*field);
        if length == u16::MAX {
            return Err(Mismatch { offset: 0, expected: Expected::Named("a length") }.into());
        }
        let len = 2 + usize::from(length);
        match len.checked_sub(buffer.len()) {
            None | Some(0) => Ok(Frame { len, payload: 2..len }),
            Some(needed) => Err(Incomplete { needed }.into()),
        }
    }

    fn discard(&mut self, _count: usize) {}
}

/// Lines that end with `\n`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line;

impl Framer for Line {
    fn frame(&mut self, buffer: &[u8]) -> Result<Frame, FrameError> {
        let end = buffer.iter().position(|&byte| byte == b'\n').ok_or(Incomplete { needed: 1 })?;
        Ok(Frame { len: end + 1, payload: 0..end })
    }

    fn discard(&mut self, _count: usize) {}
}

/// A frame as [`Prefixed`] reads it.
pub(crate) fn prefixed(payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len()).unwrap();
    [&length.to_be_bytes()[..], payload].concat()
}

/// What a peer does next.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step {
    /// So many bytes at the most can be read or written in one call.
    Move(usize),
    /// Nothing can be done now.
    Wait,
    /// An error.
    Fail(io::ErrorKind),
}

/// A stream that does as it is told, step by step, and then moves all that is asked of it.
#[derive(Debug, Default)]
pub(crate) struct Scripted {
    pub(crate) steps: VecDeque<Step>,
    pub(crate) input: VecDeque<u8>,
    pub(crate) written: Vec<u8>,
    /// Calls that wrote, with more than one part and with one.
    pub(crate) vectored: usize,
    pub(crate) single: usize,
    pub(crate) is_vectored: bool,
    pub(crate) flushes: usize,
    pub(crate) is_shut_down: bool,
}

impl Scripted {
    pub(crate) fn reading(input: &[u8], steps: impl IntoIterator<Item = Step>) -> Self {
        Self { steps: steps.into_iter().collect(), input: input.to_vec().into(), ..Self::default() }
    }

    pub(crate) fn writing(steps: impl IntoIterator<Item = Step>) -> Self {
        Self { steps: steps.into_iter().collect(), is_vectored: true, ..Self::default() }
    }

    fn step(&mut self, cx: &Context<'_>) -> Poll<io::Result<usize>> {
        match self.steps.pop_front().unwrap_or(Step::Move(usize::MAX)) {
            Step::Move(most) => Poll::Ready(Ok(most)),
            Step::Fail(kind) => Poll::Ready(Err(kind.into())),
            Step::Wait => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }
}

impl AsyncRead for Scripted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Poll::Ready(step) = self.step(cx) else { return Poll::Pending };
        let count = step?.min(buffer.remaining()).min(self.input.len());
        let bytes: Vec<u8> = self.input.drain(..count).collect();
        buffer.put_slice(&bytes);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Scripted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let Poll::Ready(step) = self.step(cx) else { return Poll::Pending };
        let count = step?.min(bytes.len());
        self.single += 1;
        self.written.extend_from_slice(&bytes[..count]);
        Poll::Ready(Ok(count))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if !self.is_vectored {
            // As the default does, which sends no more than the first part.
            let first = parts.iter().find(|part| !part.is_empty());
            return self.poll_write(cx, first.map_or(&[], |part| &part[..]));
        }
        assert!(parts.len() <= 1024 && parts.iter().all(|part| !part.is_empty()));
        let Poll::Ready(step) = self.step(cx) else { return Poll::Pending };
        let all: Vec<u8> = parts.iter().flat_map(|part| part.iter().copied()).collect();
        let count = step?.min(all.len());
        self.vectored += 1;
        self.written.extend_from_slice(&all[..count]);
        Poll::Ready(Ok(count))
    }

    fn is_write_vectored(&self) -> bool {
        self.is_vectored
    }

    fn poll_flush(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.flushes += 1;
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.is_shut_down = true;
        Poll::Ready(Ok(()))
    }
}

/// The output of a future that makes progress by itself.
pub(crate) fn finish<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..1_000_000 {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
    panic!("the future waits for ever");
}

/// The output of a future that is polled once; `None` if it waits, and it is dropped then.
pub(crate) fn attempt<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

/// A generator of numbers that look random and are the same in each run (splitmix64).
#[derive(Debug)]
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).unwrap()
    }

    /// Steps of awkward sizes, with waits between them.
    pub(crate) fn steps(&mut self, count: usize, most: usize) -> Vec<Step> {
        let step = |numbers: &mut Self| match numbers.below(4) {
            0 => Step::Wait,
            1 => Step::Move(1),
            _ => Step::Move(1 + numbers.below(most)),
        };
        (0..count).map(|_| step(self)).collect()
    }
}
