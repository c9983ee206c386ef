//! [`Outgoing`]: bytes that wait to be written, some in a buffer and some by reference.

use std::collections::VecDeque;
use std::io::IoSlice;
use std::mem;
use std::sync::Arc;

use bytes::{Buf, BufMut, Bytes, BytesMut};

use super::{Affixes, Pool};

/// The most parts that one call writes. Each of them but the last is a reference to a large part of
/// a frame or what was collected before it: more parts would make the call longer, not faster.
pub(super) const MOST_PARTS: usize = 64;

/// Bytes that wait to be written: the queue first, then the buffer.
#[derive(Debug)]
pub(super) struct Outgoing {
    queue: VecDeque<Part>,
    /// Where small parts are collected; the last part there is.
    buffer: BytesMut,
    /// Bytes in both.
    len: usize,
    pool: Arc<Pool>,
}

#[derive(Debug)]
enum Part {
    /// What was collected in a buffer of the pool.
    Collected(Bytes),
    /// A part of a frame.
    Referenced(Bytes),
}

impl Part {
    const fn bytes(&self) -> &Bytes {
        let (Self::Collected(bytes) | Self::Referenced(bytes)) = self;
        bytes
    }

    const fn bytes_mut(&mut self) -> &mut Bytes {
        let (Self::Collected(bytes) | Self::Referenced(bytes)) = self;
        bytes
    }
}

impl Outgoing {
    pub(super) fn new(pool: Arc<Pool>) -> Self {
        Self { queue: VecDeque::new(), buffer: BytesMut::new(), len: 0, pool }
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// Queues a frame of which parts of `reference_from` bytes are referenced; returns how many
    /// bytes were copied instead.
    #[inline]
    pub(super) fn push(
        &mut self,
        affixes: &Affixes,
        payload: impl Buf,
        reference_from: usize,
    ) -> usize {
        self.copy(affixes.before());
        let copied = affixes.len() + self.push_parts(payload, reference_from);
        self.copy(affixes.behind());
        copied
    }

    #[inline]
    fn push_parts(&mut self, mut payload: impl Buf, reference_from: usize) -> usize {
        let mut copied = 0;
        while payload.has_remaining() {
            let part = payload.chunk();
            let (address, len) = (part.as_ptr(), part.len());
            if len < reference_from {
                self.copy(part);
                payload.advance(len);
                copied += len;
                continue;
            }
            let part = payload.copy_to_bytes(len);
            if part.as_ptr() != address {
                copied += len;
            }
            self.refer(part);
        }
        copied
    }

    /// Copies `bytes` behind what waits already, in as many buffers as they need.
    #[inline]
    pub(super) fn copy(&mut self, mut bytes: &[u8]) {
        self.len += bytes.len();
        let room = self.buffer.capacity() - self.buffer.len();
        if bytes.len() <= room {
            self.buffer.put_slice(bytes);
            return;
        }
        while !bytes.is_empty() {
            let room = self.buffer.capacity() - self.buffer.len();
            if room == 0 {
                self.seal();
                self.buffer = self.pool.take(self.pool.buffer_len().div_ceil(2));
                continue;
            }
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.buffer.put_slice(now);
            bytes = later;
        }
    }

    fn refer(&mut self, part: Bytes) {
        self.len += part.len();
        self.seal();
        self.queue.push_back(Part::Referenced(part));
    }

    /// Moves what was collected to the queue.
    fn seal(&mut self) {
        if !self.buffer.is_empty() {
            self.queue.push_back(Part::Collected(self.buffer.split().freeze()));
        }
    }

    /// All that waits, if it lies in one piece.
    #[inline]
    pub(super) fn single(&self) -> Option<&[u8]> {
        match (self.queue.front(), self.queue.len() + usize::from(!self.buffer.is_empty())) {
            (None, _) => Some(&self.buffer),
            (Some(part), 1) => Some(part.bytes()),
            _ => None,
        }
    }

    /// The first parts.
    pub(super) fn parts<'p>(&'p self, slices: &mut [IoSlice<'p>; MOST_PARTS]) -> usize {
        let parts = self.queue.iter().map(|part| &part.bytes()[..]);
        let parts = parts.chain(Some(&self.buffer[..]).filter(|last| !last.is_empty()));
        let filled = slices.iter_mut().zip(parts);
        filled.map(|(slice, part)| *slice = IoSlice::new(part)).count()
    }

    /// Forgets the first `count` bytes.
    pub(super) fn advance(&mut self, count: usize) {
        self.len -= count;
        let mut count = count;
        while let Some(first) = self.queue.front_mut() {
            let len = first.bytes().len();
            if count < len {
                first.bytes_mut().advance(count);
                return;
            }
            count -= len;
            if let Some(Part::Collected(bytes)) = self.queue.pop_front()
                && let Ok(buffer) = bytes.try_into_mut()
            {
                self.pool.give(buffer);
            }
        }
        self.buffer.advance(count);
        if self.buffer.is_empty() {
            self.pool.restore(&mut self.buffer);
        }
    }

    /// Gives the buffer back if nothing waits.
    pub(super) fn rest(&mut self) {
        if self.len == 0 {
            self.pool.give(mem::take(&mut self.buffer));
        }
    }
}
