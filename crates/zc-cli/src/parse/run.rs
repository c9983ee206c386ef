//! [`Run`]: from an input to what is written of it and said about it.

use std::io;

use zc_core::{Copies, Position};
use zc_io::{Input, InputKind, Truncated, Verifier, Window};

use crate::input::{output_error, plain};
use crate::ledger::Ledger;
use crate::parse::args::Format;
use crate::parse::counter::Counted;
use crate::parse::detect;
use crate::parse::out::Out;
use crate::parse::reader::Reader;
use crate::parse::session::{Ending, Session};
use crate::parse::table::Layout;
use crate::progress::Progress;
use crate::report::{self, BadRecords};
use crate::signals::writing_lines;

/// Whether fewer than a quarter of these records are good.
const fn are_few(good: u64, bad: u64) -> bool {
    3 * good < bad
}

/// One input, of which records are read on this thread or on others.
#[derive(Debug)]
pub(crate) struct Run<'s> {
    pub(crate) session: Session<'s>,
    pub(crate) bad: BadRecords,
    pub(crate) progress: Progress,
    label: String,
    verifier: Verifier,
    /// Whether a bad record ended the run.
    pub(crate) is_stopped: bool,
    /// Whether that, or the end of the input.
    pub(crate) is_over: bool,
    /// The format that was named, until some records were seen.
    to_doubt: Option<Format>,
    /// That format and the one that the input seems to have, if most of the first records were bad.
    seems: Option<(&'static str, &'static str)>,
}

impl<'s> Run<'s> {
    /// For an input called `label`, whose format was named if it is one `to_doubt`.
    pub(crate) fn new(
        mut session: Session<'s>,
        (bad, progress): (BadRecords, Progress),
        label: String,
        to_doubt: Option<Format>,
        verifier: Verifier,
    ) -> Self {
        session.sink.begin();
        Self {
            session,
            bad,
            progress,
            label,
            verifier,
            is_stopped: false,
            is_over: false,
            to_doubt,
            seems: None,
        }
    }

    /// Reads the records of the first window, which begin behind so many bytes; returns how many
    /// bytes of it are done with.
    pub(crate) fn read_first(
        &mut self,
        reader: &mut dyn Reader,
        (window, begin): (Window<'_>, usize),
        kind: InputKind,
    ) -> (usize, anyhow::Result<()>) {
        let (bytes, offset) = (&window.bytes[begin..], window.offset + begin as u64);
        let (used, outcome) = self.read(reader, Window { bytes, offset, ..window }, kind);
        self.is_over |= window.is_last;
        (begin + used, outcome)
    }

    /// Reads window after window, up to the end.
    pub(crate) fn drive(
        &mut self,
        reader: &mut dyn Reader,
        input: &mut Input,
    ) -> anyhow::Result<()> {
        let kind = input.kind();
        while !self.is_over {
            let window = match input.window() {
                Ok(window) => window,
                Err(error) => {
                    self.session.sink.flush().map_err(|error| self.failed(error))?;
                    return Err(plain(error).context(self.label.clone()));
                }
            };
            let (used, outcome) = self.read(reader, window, kind);
            self.is_over |= window.is_last;
            input.advance(used);
            outcome?;
            self.progress.at(input.offset());
        }
        self.finish()
    }

    /// Reads the records of one window; returns how many bytes they take, also if their output
    /// failed.
    pub(crate) fn read(
        &mut self,
        reader: &mut dyn Reader,
        window: Window<'_>,
        kind: InputKind,
    ) -> (usize, anyhow::Result<()>) {
        let _lines = writing_lines();
        let used = reader.read(&mut self.session, window);
        let bad = self.session.bad.take();
        let reported = self.report(bad, Position::START, window);
        let outcome = match self.session.ending.take() {
            Some(Ending::Failed(error)) => Err(error),
            ending => {
                self.is_stopped |= ending.is_some();
                self.is_over |= self.is_stopped;
                reported.and_then(|()| self.end_window(window, kind))
            }
        };
        (used, outcome.map_err(|error| self.failed(error)))
    }

    fn end_window(&mut self, window: Window<'_>, kind: InputKind) -> io::Result<()> {
        self.session.sink.end_window(window.bytes)?;
        // Whoever writes to a pipe by and by is answered by and by.
        if kind == InputKind::Stream { self.session.sink.flush() } else { Ok(()) }
    }

    /// Reports the bad records of a window, or of a part of the input that begins at `start`.
    pub(crate) fn report(
        &mut self,
        bad: report::BadLog,
        start: Position,
        window: Window<'_>,
    ) -> io::Result<()> {
        self.bad.absorb(bad, start);
        self.doubt(window);
        self.bad.release(&self.verifier)
    }

    /// Finds out what the input seems to be, once, if most of the first records that were seen
    /// are bad.
    fn doubt(&mut self, window: Window<'_>) {
        let records = self.session.sink.sums.records;
        if records + self.bad.count() == 0 {
            return;
        }
        let Some(named) = self.to_doubt.take() else { return };
        if are_few(records, self.bad.count())
            && let Some(seen) = detect::at_a_glance(window)
            && seen.name != named.as_str()
        {
            self.seems = Some((named.as_str(), seen.name));
        }
    }

    /// Writes what is left: counts, if those were asked for.
    pub(crate) fn finish(&mut self) -> anyhow::Result<()> {
        let _lines = writing_lines();
        self.write_counts()
            .and_then(|()| self.session.sink.flush())
            .map_err(|error| self.failed(error))?;
        self.verifier.verify().map_err(|error| plain(error).context(self.label.clone()))
    }

    fn write_counts(&mut self) -> io::Result<()> {
        let Some(counter) = self.session.counter.take() else { return Ok(()) };
        let Session { plan, sink, .. } = &mut self.session;
        // The values were entered when they were counted.
        let tally = sink.sums.tally;
        for (key, count) in counter.counts.most_first().iter().take(plan.top) {
            let width = plan.count_by.len();
            sink.write(&Counted { key, count: *count, width }, &[], &[])?;
        }
        sink.sums.tally = tally;
        Ok(())
    }

    /// What is said of an output that failed, which may be for what happened to the input.
    pub(crate) fn failed(&self, error: io::Error) -> anyhow::Error {
        let cause = error.get_ref().and_then(|cause| cause.downcast_ref::<Truncated>());
        if cause.is_some() {
            return plain(error).context(self.label.clone());
        }
        output_error(error)
    }

    /// Says what was bad or left out; returns how many records were bad.
    pub(crate) fn conclude(&self) -> u64 {
        self.bad.finish();
        let sums = &self.session.sink.sums;
        if let Some((named, seen)) = self.seems
            && are_few(sums.records, self.bad.count())
        {
            let label = &self.label;
            let some = if sums.records == 0 { "no record is" } else { "few records are" };
            report::message(&format!(
                "{label}: {some} `{named}`; it seems to be `{seen}`, which `zc parse {seen}` \
                 reads"
            ));
        }
        if sums.left_out > 0 {
            report::message(&format!(
                "{} values are in no column, since the first record has no such field; name the \
                 fields with --select, or write another form",
                sums.left_out
            ));
        }
        let hidden = self.session.plan.layout.get().map_or(0, Layout::hidden);
        if hidden > 0 {
            report::message(&format!(
                "{hidden} columns are not shown, since the terminal is too narrow; name some with \
                 --select, or write another form"
            ));
        }
        self.bad.count()
    }

    /// Enters the run in the ledger.
    pub(crate) fn enter(&self, ledger: &mut Ledger) {
        let sums = &self.session.sink.sums;
        ledger.records = sums.records;
        ledger.bad_records = self.bad.count();
        ledger.replaced = sums.replaced;
        ledger.add_tally(&sums.tally);
        ledger.add_copies(Copies { encode: sums.held, ..Copies::default() });
        if let Out::Direct(output) = &self.session.sink.out {
            ledger.add_copies(output.copies());
        }
    }
}
