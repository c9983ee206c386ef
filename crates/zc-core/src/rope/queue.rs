//! [`Queue`]: the segments of a rope, which needs no memory of its own for one.

use std::collections::VecDeque;
use std::{mem, slice};

use bytes::Bytes;

/// A queue of segments, none of which is empty.
///
/// It is small, since ropes are moved about: with room for three segments in it, to move it took
/// longer than to ask for memory.
#[derive(Clone)]
pub(super) enum Queue {
    /// The only segment; an empty one where there is none.
    One(Bytes),
    /// There have been more.
    Many(VecDeque<Bytes>),
}

impl Queue {
    pub(super) const fn new() -> Self {
        Self::One(Bytes::new())
    }

    #[inline]
    pub(super) fn push_back(&mut self, segment: Bytes) {
        match self {
            Self::One(one) if one.is_empty() => *one = segment,
            Self::One(_) | Self::Many(_) => self.as_many().push_back(segment),
        }
    }

    /// Puts the segments of `other` at the end.
    pub(super) fn append(&mut self, other: Self) {
        match other {
            Self::One(one) if one.is_empty() => {}
            Self::One(one) => self.push_back(one),
            Self::Many(mut segments) => self.as_many().append(&mut segments),
        }
    }

    fn as_many(&mut self) -> &mut VecDeque<Bytes> {
        if let Self::One(one) = self {
            let one = mem::take(one);
            let mut segments = VecDeque::with_capacity(4);
            if !one.is_empty() {
                segments.push_back(one);
            }
            *self = Self::Many(segments);
        }
        match self {
            Self::Many(segments) => segments,
            Self::One(_) => unreachable!("it was just replaced"),
        }
    }

    #[inline]
    pub(super) fn pop_front(&mut self) -> Option<Bytes> {
        match self {
            Self::One(one) if one.is_empty() => None,
            Self::One(one) => Some(mem::take(one)),
            Self::Many(segments) => segments.pop_front(),
        }
    }

    #[inline]
    pub(super) fn front_mut(&mut self) -> Option<&mut Bytes> {
        match self {
            Self::One(one) if one.is_empty() => None,
            Self::One(one) => Some(one),
            Self::Many(segments) => segments.front_mut(),
        }
    }

    pub(super) fn iter(&self) -> Iter<'_> {
        let (front, back) = match self {
            Self::One(one) if one.is_empty() => (&[][..], &[][..]),
            Self::One(one) => (slice::from_ref(one), &[][..]),
            Self::Many(segments) => segments.as_slices(),
        };
        Iter { front: front.iter(), back: back.iter() }
    }
}

/// An iterator over segments, which lie in two slices.
#[derive(Clone)]
pub(super) struct Iter<'s> {
    front: slice::Iter<'s, Bytes>,
    back: slice::Iter<'s, Bytes>,
}

impl<'s> Iterator for Iter<'s> {
    type Item = &'s Bytes;

    #[inline]
    fn next(&mut self) -> Option<&'s Bytes> {
        self.front.next().or_else(|| self.back.next())
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        let len = self.front.len() + self.back.len();
        (len, Some(len))
    }
}

impl DoubleEndedIterator for Iter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.back.next_back().or_else(|| self.front.next_back())
    }
}

impl ExactSizeIterator for Iter<'_> {}
