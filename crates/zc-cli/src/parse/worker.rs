//! [`Worker`]: reads parts of an input, and holds what comes of them until their turn.

use std::ops::Range;

use zc_core::{Counts, Position};
use zc_io::Window;

use crate::parse::counter::{Counter, Key};
use crate::parse::out::{Held, Out};
use crate::parse::plan::Plan;
use crate::parse::reader::Reader;
use crate::parse::session::{Ending, Session};
use crate::parse::sink::{Sink, Sums};
use crate::report::{BadLog, Style};

/// Reads parts of `bytes`, one at a time.
pub(crate) struct Worker<'s> {
    session: Session<'s>,
    reader: Box<dyn Reader>,
    bytes: &'s [u8],
}

/// What came of a part, if a record begins with it.
#[derive(Debug)]
pub(crate) struct Part<'s> {
    pub(crate) range: Range<usize>,
    /// Where reading ended, counted from the beginning of the part.
    pub(crate) end: Position,
    /// Whether another reader can go on from there.
    pub(crate) is_complete: bool,
    /// Whether a bad record ended it.
    pub(crate) is_stopped: bool,
    pub(crate) sums: Sums,
    pub(crate) bad: BadLog,
    pub(crate) counts: Option<KeyCounts<'s>>,
    pub(crate) held: Held,
}

type KeyCounts<'s> = Counts<Key<'s>, foldhash::fast::RandomState>;

impl<'s> Worker<'s> {
    pub(crate) fn new(
        plan: &'s Plan,
        style: Style,
        reader: Box<dyn Reader>,
        bytes: &'s [u8],
    ) -> Self {
        let sink = Sink::new(plan, Out::Held(Held::default()));
        Self { session: Session::new(plan, sink, style), reader, bytes }
    }

    /// Reads a part as if a record began with it, and puts what is to be written into `held`.
    pub(crate) fn read(&mut self, range: Range<usize>, held: Held) -> Part<'s> {
        let Self { session, reader, .. } = self;
        let bytes = &self.bytes[range.clone()];
        session.sink.out = Out::Held(held);
        if session.counter.is_some() {
            session.counter = Some(Counter::borrowing(self.bytes));
        }
        reader.restart(Position::START);
        let is_last = range.end == self.bytes.len();
        reader.read(session, Window { bytes, offset: 0, is_last });
        let ending = session.ending.take();
        let end = match ending {
            Some(Ending::Left(start)) => Position::START.after(&bytes[..start]),
            _ => reader.position(),
        };
        Part {
            range,
            end,
            is_complete: reader.is_between_records(),
            is_stopped: matches!(ending, Some(Ending::Stopped)),
            held: session.sink.take_held(bytes),
            sums: std::mem::take(&mut session.sink.sums),
            bad: session.bad.take(),
            counts: session.counter.as_mut().map(|counter| std::mem::take(&mut counter.counts)),
        }
    }
}

impl Part<'_> {
    /// What may be used again of a part that is not taken.
    pub(crate) fn thrown_away(self) -> Held {
        let mut held = self.held;
        held.clear();
        held
    }
}
