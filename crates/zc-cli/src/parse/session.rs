//! [`Session`]: from the windows of an input to records, filters and the sink.

use std::fmt::Display;
use std::io;
use std::ops::ControlFlow::{self, Break, Continue};

use zc_core::{Copies, Position, Source};
use zc_io::{Input, InputKind, Truncated, Verifier, Window};
use zc_parse::Bad;

use crate::args::{Format, OnError};
use crate::input::{output_error, plain};
use crate::ledger::Ledger;
use crate::parse::detect;
use crate::parse::plan::Plan;
use crate::parse::reader::Reader;
use crate::parse::row::Row;
use crate::parse::sink::Sink;
use crate::progress::Progress;
use crate::report::{self, BadRecords};

/// What records are handed to.
#[derive(Debug)]
pub(crate) struct Session<'p> {
    pub(crate) plan: &'p Plan,
    pub(crate) sink: Sink<'p>,
    label: String,
    bad: BadRecords,
    verifier: Verifier,
    /// Good records, whether they passed the filters or not.
    records: u64,
    /// Bytes that were copied to make records of other forms out of those in the input.
    pub(crate) rendered: u64,
    /// Why the output failed, which ends the run.
    failure: Option<io::Error>,
    /// Whether a bad record ended the run.
    is_stopped: bool,
    is_over: bool,
    /// The format that was named, until some records were seen.
    to_doubt: Option<Format>,
    /// That format and the one that the input seems to have, if the first records were bad.
    seems: Option<(&'static str, &'static str)>,
}

impl<'p> Session<'p> {
    /// For an input called `label`, whose format was named if it is one `to_doubt`.
    pub(crate) fn new(
        plan: &'p Plan,
        label: String,
        bad: BadRecords,
        to_doubt: Option<Format>,
        verifier: Verifier,
    ) -> io::Result<Self> {
        Ok(Self {
            plan,
            sink: Sink::new(plan, verifier.clone())?,
            label,
            bad,
            verifier,
            records: 0,
            rendered: 0,
            failure: None,
            is_stopped: false,
            is_over: false,
            to_doubt,
            seems: None,
        })
    }

    /// Reads window after window, up to the end.
    pub(crate) fn drive(
        &mut self,
        reader: &mut dyn Reader,
        input: &mut Input,
    ) -> anyhow::Result<()> {
        let kind = input.kind();
        let mut progress = Progress::beside_output(input.size_hint());
        while !self.is_over {
            let window = match input.window() {
                Ok(window) => window,
                Err(error) => {
                    self.sink.flush().map_err(|error| self.failed(error))?;
                    return Err(plain(error).context(self.label.clone()));
                }
            };
            let (used, outcome) = self.read(reader, window, kind);
            input.advance(used);
            outcome?;
            progress.at(input.offset());
        }
        input.verify().map_err(|error| plain(error).context(self.label.clone()))
    }

    /// Reads the records of one window; returns how many bytes they take, also if their output
    /// failed.
    pub(crate) fn read(
        &mut self,
        reader: &mut dyn Reader,
        window: Window<'_>,
        kind: InputKind,
    ) -> (usize, anyhow::Result<()>) {
        let used = reader.read(self, window);
        self.is_over = window.is_last || self.is_stopped;
        let released = self.bad.release(&self.verifier);
        let outcome = match self.failure.take() {
            Some(failure) => Err(failure),
            None => released.and_then(|()| self.end_window(window, kind)),
        };
        (used, outcome.map_err(|error| self.failed(error)))
    }

    fn end_window(&mut self, window: Window<'_>, kind: InputKind) -> io::Result<()> {
        self.sink.end_window(window.bytes)?;
        // Whoever writes to a pipe by and by is answered by and by.
        if self.is_over || kind == InputKind::Stream {
            self.sink.flush()?;
        }
        self.doubt(window);
        Ok(())
    }

    /// What is said of an output that failed, which may be for what happened to the input.
    fn failed(&self, error: io::Error) -> anyhow::Error {
        let cause = error.get_ref().and_then(|cause| cause.downcast_ref::<Truncated>());
        if cause.is_some() {
            return plain(error).context(self.label.clone());
        }
        output_error(error)
    }

    /// Finds out what the input seems to be, once, if the first records that were seen are all
    /// bad.
    fn doubt(&mut self, window: Window<'_>) {
        if self.records + self.bad.count() == 0 {
            return;
        }
        let Some(named) = self.to_doubt.take() else { return };
        if self.records == 0
            && let Some(seen) = detect::at_a_glance(window)
            && seen.name != named.as_str()
        {
            self.seems = Some((named.as_str(), seen.name));
        }
    }

    /// Takes a record, whose bytes are `raw` and lie in `window`.
    #[inline]
    pub(crate) fn record<'i>(
        &mut self,
        row: &impl Row<'i>,
        raw: &'i [u8],
        window: &'i [u8],
    ) -> ControlFlow<()> {
        self.records += 1;
        let tally = &mut self.sink.tally;
        if !self.plan.filters.iter().all(|(place, filter)| filter.holds(row.cell(place), tally)) {
            return Continue(());
        }
        match self.sink.write(row, raw, window) {
            Ok(()) => Continue(()),
            Err(error) => {
                self.failure = Some(error);
                Break(())
            }
        }
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
                self.is_stopped = true;
                Break(())
            }
        }
    }

    /// Says what was bad or left out; returns how many records were bad.
    pub(crate) fn report(&self) -> u64 {
        self.bad.finish();
        if let (0, Some((named, seen))) = (self.records, self.seems) {
            let label = &self.label;
            report::message(&format!(
                "{label}: no record is `{named}`; it seems to be `{seen}`, which `zc parse {seen}` \
                 reads"
            ));
        }
        let left_out = self.sink.left_out;
        if left_out > 0 {
            report::message(&format!(
                "{left_out} values are in no column, since the first record has no such field; \
                 name the fields with --select, or write another form"
            ));
        }
        self.bad.count()
    }

    /// Enters the run in the ledger.
    pub(crate) fn enter(&self, ledger: &mut Ledger) {
        ledger.records = self.records;
        ledger.bad_records = self.bad.count();
        ledger.replaced = self.sink.replaced;
        ledger.add_tally(&self.sink.tally);
        ledger.add_copies(Copies { decode: self.rendered, ..Copies::default() });
        ledger.add_copies(self.sink.output().copies());
    }
}

/// Where a record in `window` is bad, also in bytes from its beginning.
pub(crate) fn place_of(bad: &Bad<'_>, window: Window<'_>) -> (Position, usize) {
    let place = bad.error.position();
    let start = Source::new(window.bytes).offset_of(bad.raw).unwrap_or(0) as u64;
    let at = place.offset.saturating_sub(window.offset + start);
    (place, usize::try_from(at).unwrap_or(usize::MAX))
}
