//! [`Rope`]: bytes that lie in several places and are read as one.

use core::fmt;
use std::io::{self, IoSlice};

use bytes::{Buf, BufMut, Bytes, BytesMut};

use super::queue::Queue;
use crate::vectored::{WriteAllError, write_all_vectored};

/// A list of [`Bytes`] that is read, compared and written as if it were one.
///
/// No segment is empty. A clone copies references, one for each segment. A rope of one segment
/// needs no memory beside it.
///
/// ```
/// use bytes::{Buf, Bytes};
/// use zc_core::rope::Rope;
///
/// let body = Bytes::from("a body");
/// let mut rope: Rope = [Bytes::from("a head, "), body.clone()].into_iter().collect();
/// assert_eq!((rope.len(), rope.segments().len()), (14, 2));
/// assert_eq!(rope.split_to(6), *b"a head");
///
/// rope.advance(2);
/// let bytes = rope.into_bytes(); // one segment is left: no copy
/// zc_core::assert_borrows!(body, bytes);
/// ```
#[derive(Clone)]
pub struct Rope {
    /// None of them is empty.
    segments: Queue,
    /// The sum of the segments' lengths.
    len: usize,
}

impl Rope {
    /// A rope without bytes.
    #[must_use]
    pub const fn new() -> Self {
        Self { segments: Queue::new(), len: 0 }
    }

    /// Bytes in all segments.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no bytes, which is to say no segments.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The segments in their order; none is empty.
    ///
    /// # Copies
    ///
    /// Never.
    pub fn segments(&self) -> impl ExactSizeIterator<Item = &Bytes> + DoubleEndedIterator + Clone {
        self.segments.iter()
    }

    /// Puts `segment` at the end; an empty one is left out.
    ///
    /// # Panics
    ///
    /// If the length would pass `usize::MAX`.
    ///
    /// # Copies
    ///
    /// Never.
    #[inline]
    pub fn push(&mut self, segment: Bytes) {
        if segment.is_empty() {
            return;
        }
        self.len = self.len.checked_add(segment.len()).expect("a rope's length fits into usize");
        self.segments.push_back(segment);
    }

    /// Puts the segments of `other` at the end.
    ///
    /// ```
    /// use zc_core::rope::Rope;
    ///
    /// let mut message = Rope::from(bytes::Bytes::from_static(b"head "));
    /// message.append(Rope::from(bytes::Bytes::from_static(b"payload")));
    /// assert_eq!(message.segments().len(), 2);
    /// assert_eq!(message.into_bytes(), "head payload");
    /// ```
    ///
    /// # Panics
    ///
    /// If the length would pass `usize::MAX`.
    ///
    /// # Copies
    ///
    /// Never.
    pub fn append(&mut self, other: Self) {
        self.len = self.len.checked_add(other.len).expect("a rope's length fits into usize");
        self.segments.append(other.segments);
    }

    /// Takes the first `at` bytes out and returns them; what is left begins behind them.
    ///
    /// # Panics
    ///
    /// If there are fewer.
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use = "to pass over the bytes, `advance` is enough"]
    pub fn split_to(&mut self, at: usize) -> Self {
        assert!(at <= self.len, "cannot split at byte {at} of {}", self.len);
        let mut head = Self::new();
        while let Some(needed) = at.checked_sub(head.len).filter(|needed| *needed > 0) {
            head.push(self.take_front(needed));
        }
        head
    }

    /// The first segment, or the first `most` bytes of it; the rope must have a byte.
    fn take_front(&mut self, most: usize) -> Bytes {
        let first = self.segments.front_mut().expect("a rope with bytes has a segment");
        let taken = if first.len() > most {
            first.split_to(most)
        } else {
            self.segments.pop_front().expect("the first segment was just seen")
        };
        self.len -= taken.len();
        taken
    }

    /// Fills `slices` with the segments from the first on, and says how many there are room for.
    ///
    /// ```
    /// use std::io::IoSlice;
    /// use zc_core::rope::Rope;
    ///
    /// let rope: Rope = [&b"one"[..], b"two"].map(bytes::Bytes::from_static).into_iter().collect();
    /// let mut slices = [IoSlice::new(b""); 4];
    /// let count = rope.io_slices(&mut slices);
    /// assert_eq!((count, &*slices[1]), (2, &b"two"[..]));
    /// ```
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub fn io_slices<'s>(&'s self, slices: &mut [IoSlice<'s>]) -> usize {
        let places = slices.iter_mut().zip(self.segments.iter());
        places.map(|(slice, segment)| *slice = IoSlice::new(segment)).count()
    }

    /// Writes all bytes to `out` by vectored writes, or by a plain one where there is one segment,
    /// and returns how many there were.
    ///
    /// A call gets at most 1024 segments, which is what systems take at the most. Partial writes
    /// are continued where they ended, and writes that were interrupted are repeated.
    ///
    /// # Errors
    ///
    /// The first error of `out`, and `WriteZero` where it takes nothing. How far it came is then
    /// not known: where that matters, take [`drain_to`](Self::drain_to).
    ///
    /// # Copies
    ///
    /// Never in this memory; what `out` does counts there.
    pub fn write_to(&self, out: impl io::Write) -> io::Result<u64> {
        Ok(self.write_all_to(out)?)
    }

    /// Writes bytes to `out` and takes them out as they are written; returns how many.
    ///
    /// As [`write_to`](Self::write_to), but what is not written stays: after an error such as
    /// `WouldBlock` another call goes on where this one ended.
    ///
    /// ```
    /// use zc_core::rope::Rope;
    ///
    /// let mut rope = Rope::from(bytes::Bytes::from_static(b"more than there is room for"));
    /// let mut room = [0; 9];
    /// assert!(rope.drain_to(&mut room[..]).is_err());
    /// assert_eq!((&room, rope.into_bytes()), (b"more than", bytes::Bytes::from(" there is room for")));
    /// ```
    ///
    /// # Errors
    ///
    /// The first error of `out`, and `WriteZero` where it takes nothing.
    ///
    /// # Copies
    ///
    /// Never in this memory; what `out` does counts there.
    pub fn drain_to(&mut self, out: impl io::Write) -> io::Result<u64> {
        let outcome = self.write_all_to(out);
        let written = match &outcome {
            Ok(written) => *written,
            Err(failed) => failed.written,
        };
        self.advance(usize::try_from(written).expect("it is at most the length"));
        Ok(outcome?)
    }

    fn write_all_to(&self, mut out: impl io::Write) -> Result<u64, WriteAllError> {
        write_all_vectored(&mut out, self.segments.iter().map(AsRef::as_ref))
    }

    /// All bytes in one piece.
    ///
    /// # Copies
    ///
    /// Never for one segment; each byte once for more.
    #[must_use]
    pub fn into_bytes(mut self) -> Bytes {
        let len = self.len;
        self.copy_to_bytes(len)
    }
}

/// The segments are the chunks.
impl Buf for Rope {
    fn remaining(&self) -> usize {
        self.len
    }

    fn chunk(&self) -> &[u8] {
        self.segments.iter().next().map_or(&[], |segment| segment)
    }

    fn chunks_vectored<'s>(&'s self, slices: &mut [IoSlice<'s>]) -> usize {
        self.io_slices(slices)
    }

    /// Passes over `count` bytes, and lets go of the segments that lie wholly in them.
    ///
    /// # Panics
    ///
    /// If there are fewer.
    fn advance(&mut self, mut count: usize) {
        assert!(count <= self.len, "cannot pass over {count} bytes of {}", self.len);
        while count > 0 {
            count -= self.take_front(count).len();
        }
    }

    /// Takes the first `len` bytes out, in one piece.
    ///
    /// # Panics
    ///
    /// If there are fewer.
    ///
    /// # Copies
    ///
    /// Never where they lie in one segment; each byte once where not.
    fn copy_to_bytes(&mut self, len: usize) -> Bytes {
        assert!(len <= self.len, "cannot take {len} bytes of {}", self.len);
        if len == 0 {
            return Bytes::new();
        }
        if self.chunk().len() >= len {
            return self.take_front(len);
        }
        let mut joined = BytesMut::with_capacity(len);
        joined.put(self.take(len));
        joined.freeze()
    }
}

impl Default for Rope {
    fn default() -> Self {
        Self::new()
    }
}

impl From<Bytes> for Rope {
    #[inline]
    fn from(segment: Bytes) -> Self {
        Self { len: segment.len(), segments: Queue::One(segment) }
    }
}

impl FromIterator<Bytes> for Rope {
    fn from_iter<I: IntoIterator<Item = Bytes>>(segments: I) -> Self {
        let mut rope = Self::new();
        rope.extend(segments);
        rope
    }
}

impl Extend<Bytes> for Rope {
    fn extend<I: IntoIterator<Item = Bytes>>(&mut self, segments: I) {
        segments.into_iter().for_each(|segment| self.push(segment));
    }
}

impl Eq for Rope {}

/// Ropes of the same bytes are equal, however they are cut.
impl PartialEq for Rope {
    fn eq(&self, other: &Self) -> bool {
        if self.len != other.len {
            return false;
        }
        let mut others = other.segments.iter();
        let mut rest: &[u8] = &[];
        self.segments.iter().all(|segment| {
            let mut segment = &segment[..];
            while !segment.is_empty() {
                if rest.is_empty() {
                    rest = others.next().expect("ropes of one length end together");
                }
                let common = segment.len().min(rest.len());
                if segment[..common] != rest[..common] {
                    return false;
                }
                (segment, rest) = (&segment[common..], &rest[common..]);
            }
            true
        })
    }
}

impl PartialEq<[u8]> for Rope {
    fn eq(&self, mut other: &[u8]) -> bool {
        self.len == other.len()
            && self.segments.iter().all(|segment| {
                let (head, rest) = other.split_at(segment.len());
                other = rest;
                segment == head
            })
    }
}

impl<const N: usize> PartialEq<[u8; N]> for Rope {
    fn eq(&self, other: &[u8; N]) -> bool {
        *self == other[..]
    }
}

impl<'s, T: ?Sized> PartialEq<&'s T> for Rope
where
    Self: PartialEq<T>,
{
    fn eq(&self, other: &&'s T) -> bool {
        *self == **other
    }
}

/// Lengths only: the bytes are many.
impl fmt::Debug for Rope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { segments, len } = self;
        f.debug_struct("Rope").field("len", len).field("segments", &segments.iter().len()).finish()
    }
}
