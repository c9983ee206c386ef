//! The aggregates around a value: the part of [`Walk`] that counts what is in them.

use core::ops::Range;

use super::Value;
use super::line::STREAMED;
use super::part::Part;
use super::sink::Sink;
use super::walk::Walk;

/// An aggregate whose end was not reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Open {
    node: usize,
    /// Values that are missing; counted down from [`ENDLESS`] where that is not known.
    pub(super) left: usize,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Counted,
    Attribute,
    Streamed,
    StreamedMap,
    Chunks,
}

/// In place of a number of values: it is not known.
pub(super) const ENDLESS: usize = usize::MAX;

impl Kind {
    /// What stands behind each value in an aggregate.
    #[inline(always)]
    const fn part(self) -> Part {
        match self {
            Self::Counted | Self::Attribute => Part::Type,
            Self::Streamed | Self::StreamedMap => Part::Next,
            Self::Chunks => Part::Chunk,
        }
    }
}

impl Walk {
    /// Goes into an aggregate of `count` values or entries, if it is not empty and no limit is
    /// reached.
    #[inline(always)]
    pub(super) fn open_usual<K: Sink>(&mut self, kind: u8, count: usize, sink: &mut K) -> bool {
        let (value, left) = match kind {
            b'*' => (Value::Array(count), count),
            b'~' => (Value::Set(count), count),
            _ => (Value::Map(count), count * 2),
        };
        if left == 0 || left > self.room() || self.open.len() >= self.limits.depth {
            return false;
        }
        self.nodes += left;
        let node = sink.push(value);
        self.open.push(Open { node, left, kind: Kind::Counted });
        true
    }

    pub(super) fn begin_aggregate<K: Sink>(&mut self, sink: &mut K) -> bool {
        let is_streamed = self.number == STREAMED;
        let count = if is_streamed { 0 } else { self.body_len() };
        let value = match self.kind {
            b'~' => Value::Set(count),
            b'>' => Value::Push(count),
            b'%' => Value::Map(count),
            b'|' => Value::Attribute(count),
            _ => Value::Array(count),
        };
        let kind = match self.kind {
            b'%' if is_streamed => Kind::StreamedMap,
            _ if is_streamed => Kind::Streamed,
            b'|' => Kind::Attribute,
            _ => Kind::Counted,
        };
        if count > 0 || is_streamed {
            return self.open(value, kind, sink);
        }
        sink.push(value);
        if kind == Kind::Attribute {
            self.part = Part::Type;
            return false;
        }
        self.count(sink)
    }

    /// Goes into an aggregate.
    pub(super) fn open<K: Sink>(
        &mut self,
        value: Value<Range<usize>>,
        kind: Kind,
        sink: &mut K,
    ) -> bool {
        let left = match kind {
            Kind::Counted | Kind::Attribute => self.announced(),
            _ => ENDLESS,
        };
        if left != ENDLESS {
            self.nodes += left;
        }
        let node = sink.push(value);
        self.open.push(Open { node, left, kind });
        self.part = kind.part();
        false
    }

    /// Counts a value as one of the aggregate that it is in, which may be over by that; says
    /// whether the outermost value is over.
    #[inline(always)]
    pub(super) fn count<K: Sink>(&mut self, sink: &mut K) -> bool {
        loop {
            let Some(open) = self.open.last_mut() else {
                self.part = Part::Type;
                return true;
            };
            open.left -= 1;
            self.part = open.kind.part();
            if open.left > 0 {
                return false;
            }
            // Attributes are no value: the one that they belong to follows.
            if self.close(sink) == Kind::Attribute {
                return false;
            }
        }
    }

    /// Goes out of an aggregate; returns its kind.
    #[inline(always)]
    pub(super) fn close<K: Sink>(&mut self, sink: &mut K) -> Kind {
        let open = self.open.pop().expect("an aggregate is over only where one was begun");
        let is_counted = matches!(open.kind, Kind::Counted | Kind::Attribute);
        sink.close(open.node, (!is_counted).then(|| ENDLESS - open.left));
        open.kind
    }

    /// Values in an aggregate: each entry has two.
    pub(super) const fn announced(&self) -> usize {
        let values = match self.kind {
            b'%' | b'|' => 2,
            _ => 1,
        };
        self.body_len().saturating_mul(values)
    }
}
