//! [`Session`]: what becomes of records, good and bad, on one thread.

use std::fmt::Display;
use std::io;
use std::ops::ControlFlow::{self, Break, Continue};

use zc_core::{Position, Source, Tally};
use zc_io::Window;
use zc_parse::Bad;

use crate::parse::args::OnError;
use crate::parse::counter::Counter;
use crate::parse::out::Out;
use crate::parse::plan::Plan;
use crate::parse::row::Row;
use crate::parse::sink::Sink;
use crate::report::{BadLog, Style};
use crate::signals::{end_here, is_ending};

/// What records are handed to.
#[derive(Debug)]
pub(crate) struct Session<'s> {
    pub(crate) plan: &'s Plan,
    pub(crate) sink: Sink<'s>,
    pub(crate) bad: BadLog,
    /// How many records hold each value, if that is what was asked for.
    pub(crate) counter: Option<Counter<'s>>,
    /// Why reading ends before the end of the window.
    pub(crate) ending: Option<Ending>,
}

/// Why reading ends before its time.
#[derive(Debug)]
pub(crate) enum Ending {
    /// The output failed.
    Failed(io::Error),
    /// A bad record ended the run.
    Stopped,
    /// The record that lies so far into the window is left to somebody else.
    Left(usize),
}

impl<'s> Session<'s> {
    pub(crate) fn new(plan: &'s Plan, sink: Sink<'s>, style: Style) -> Self {
        let counter = (!plan.count_by.is_empty()).then(Counter::default);
        Self { plan, sink, bad: BadLog::new(style), counter, ending: None }
    }

    /// Takes a record, whose bytes are `raw` and lie in `window`.
    #[inline]
    pub(crate) fn record<'i>(
        &mut self,
        row: &impl Row<'i>,
        raw: &'i [u8],
        window: &'i [u8],
    ) -> ControlFlow<()> {
        self.sink.sums.records += 1;
        if !self.plan.passes(row, &mut self.sink.sums.tally) {
            return Continue(());
        }
        if let Some(counter) = &mut self.counter {
            counter.add(self.plan, row, window, &mut self.sink.sums.tally);
            return Continue(());
        }
        if !self.sink.has_room() {
            return self.leave(row, raw, window);
        }
        match self.sink.write(row, raw, window) {
            Ok(()) if is_ending() => self.end_between(window),
            Ok(()) => Continue(()),
            Err(error) => self.failed(error),
        }
    }

    /// Writes what is there, unless its turn is still to come, and lets the process end, which it
    /// may not do.
    #[cold]
    fn end_between(&mut self, window: &[u8]) -> ControlFlow<()> {
        if matches!(self.sink.out, Out::Held(_)) {
            return Continue(());
        }
        match self.sink.end_window(window).and_then(|()| self.sink.flush()) {
            Ok(()) => {
                end_here();
                Continue(())
            }
            Err(error) => self.failed(error),
        }
    }

    #[cold]
    fn failed(&mut self, error: io::Error) -> ControlFlow<()> {
        self.ending = Some(Ending::Failed(error));
        Break(())
    }

    /// Leaves a record that passed to whoever reads it again.
    #[cold]
    fn leave<'i>(
        &mut self,
        row: &impl Row<'i>,
        raw: &'i [u8],
        window: &'i [u8],
    ) -> ControlFlow<()> {
        let mut copied = Tally::default();
        self.plan.passes(row, &mut copied);
        let sums = &mut self.sink.sums;
        sums.records -= 1;
        sums.tally.copied = sums.tally.copied.saturating_sub(copied.copied);
        sums.tally.copied_bytes = sums.tally.copied_bytes.saturating_sub(copied.copied_bytes);
        let start = Source::new(window).offset_of(raw).expect("a record lies in its window");
        self.ending = Some(Ending::Left(start));
        Break(())
    }

    /// Whether the last record was left.
    pub(crate) const fn has_left(&self) -> bool {
        matches!(self.ending, Some(Ending::Left(_)))
    }

    /// Takes a bad record, which lies in `window`.
    #[cold]
    pub(crate) fn bad(&mut self, bad: &Bad<'_>, window: Window<'_>) -> ControlFlow<()> {
        self.bad_record(place_of(bad, window), &bad.error.reason(), bad.raw)
    }

    /// The same for one that is bad at a place, which is so many bytes from its beginning, for
    /// `reason`.
    #[cold]
    pub(crate) fn bad_record(
        &mut self,
        place: (Position, usize),
        reason: &dyn Display,
        raw: &[u8],
    ) -> ControlFlow<()> {
        self.bad.add(place, reason, raw);
        match self.plan.on_error {
            OnError::Skip => Continue(()),
            OnError::Stop => {
                self.ending = Some(Ending::Stopped);
                Break(())
            }
        }
    }
}

/// Where a record in `window` is bad, also in bytes from its beginning.
pub(crate) fn place_of(bad: &Bad<'_>, window: Window<'_>) -> (Position, usize) {
    let place = bad.error.position();
    let start = Source::new(window.bytes).offset_of(bad.raw).unwrap_or(0) as u64;
    let at = place.offset.saturating_sub(window.offset + start);
    (place, usize::try_from(at).unwrap_or(usize::MAX))
}
