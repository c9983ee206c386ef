//! [`Run`]: from the windows of an input to records, filters and the sink.

use std::fmt::Display;
use std::io;
use std::ops::ControlFlow::{self, Break, Continue};
use std::path::Path;

use zc_core::Found;
use zc_io::{Input, InputKind};
use zc_parse::{Bad, Bulk, Fields, Grammar, Lines, Logfmt, Outcome, Parsed};
use zc_serde::members::{Member, read_members};

use crate::args::OnError;
use crate::input::{label, open, plain};
use crate::ledger::Ledger;
use crate::parse::logfmt::LastOfEach;
use crate::parse::plan::Plan;
use crate::parse::row::{Fixed, Json, Row};
use crate::parse::sink::Sink;
use crate::report::{self, BadRecords};

/// One run over one input.
#[derive(Debug)]
pub(crate) struct Run<'p> {
    label: String,
    input: Input,
    session: Session<'p>,
}

/// What records are handed to.
#[derive(Debug)]
struct Session<'p> {
    plan: &'p Plan,
    sink: Sink<'p>,
    bad: BadRecords,
    /// Good records, whether they passed the filters or not.
    records: u64,
    /// Why the output failed, which ends the run.
    failure: Option<io::Error>,
    /// Whether a bad record ended the run.
    is_stopped: bool,
}

impl<'p> Run<'p> {
    pub(crate) fn new(plan: &'p Plan, file: Option<&Path>) -> anyhow::Result<Self> {
        let label = label(file);
        let session = Session {
            plan,
            sink: Sink::new(plan)?,
            bad: BadRecords::new(label.clone()),
            records: 0,
            failure: None,
            is_stopped: false,
        };
        Ok(Self { input: open(file)?, label, session })
    }

    /// Reads records whose fields have fixed names.
    pub(crate) fn grammar<G>(&mut self, grammar: G) -> anyhow::Result<()>
    where
        G: Grammar,
        for<'i> G::Record<'i>: Fields<'i>,
    {
        let mut bulk = Bulk::new(grammar).with_limit(self.session.plan.max_record);
        self.windows(|session, window, is_last| {
            read(&mut bulk, window, is_last, |outcome| match outcome {
                Ok(parsed) => session.record(&Fixed(parsed.record), parsed.raw, window),
                Err(bad) => session.bad(&bad),
            })
        })
    }

    /// Reads lines of logfmt; blank lines are no records.
    pub(crate) fn logfmt(&mut self) -> anyhow::Result<()> {
        let mut bulk = Bulk::new(Logfmt::new()).with_limit(self.session.plan.max_record);
        self.windows(|session, window, is_last| {
            let mut row = LastOfEach::default();
            read(&mut bulk, window, is_last, |outcome| match outcome {
                Ok(parsed) => {
                    row.read(parsed.record);
                    session.record(&row, parsed.raw, window)
                }
                Err(bad) => session.bad(&bad),
            })
        })
    }

    /// Reads lines of JSON; blank lines are no records.
    pub(crate) fn ndjson(&mut self) -> anyhow::Result<()> {
        let mut bulk = Bulk::new(Lines).with_limit(self.session.plan.max_record);
        self.windows(|session, window, is_last| {
            let mut members = Vec::new();
            read(&mut bulk, window, is_last, |outcome| match outcome {
                Ok(mut parsed) => session.json_line(&mut parsed, &mut members, window),
                Err(bad) if is_blank(bad.raw) => Continue(()),
                Err(bad) => session.bad(&bad),
            })
        })
    }

    /// Hands over window after window; `read` returns how many bytes it used.
    fn windows(
        &mut self,
        mut read: impl FnMut(&mut Session<'p>, &[u8], bool) -> usize,
    ) -> anyhow::Result<()> {
        let Self { label, input, session } = self;
        loop {
            let window = match input.window() {
                Ok(window) => window,
                Err(error) => {
                    session.sink.flush().map_err(output_error)?;
                    return Err(plain(error).context(label.clone()));
                }
            };
            let used = read(session, window.bytes, window.is_last);
            let is_over = window.is_last || session.is_stopped;
            if let Some(failure) = session.failure.take() {
                return Err(output_error(failure));
            }
            session.sink.end_window(window.bytes).map_err(output_error)?;
            input.advance(used);
            // Whoever writes to a pipe by and by is answered by and by.
            if is_over || input.kind() == InputKind::Stream {
                session.sink.flush().map_err(output_error)?;
            }
            if is_over {
                return Ok(());
            }
        }
    }

    /// Says what was bad or left out; returns how many records were bad.
    pub(crate) fn report(&self) -> u64 {
        self.session.bad.finish();
        let left_out = self.session.sink.left_out;
        if left_out > 0 {
            report::message(&format!(
                "{left_out} values are in no column, since the first record has no such field; \
                 name the fields with --select, or write another form"
            ));
        }
        self.session.bad.count()
    }

    /// Enters the run in the ledger.
    pub(crate) fn enter(&self, ledger: &mut Ledger) {
        let sink = &self.session.sink;
        ledger.records = self.session.records;
        ledger.replaced = sink.replaced;
        ledger.add_input(&self.input);
        ledger.add_tally(&sink.tally);
        ledger.add_copies(sink.output().copies());
    }
}

/// An error of standard output: a closed pipe as it is, since that ends a run quietly.
fn output_error(error: io::Error) -> anyhow::Error {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return error.into();
    }
    plain(error).context("standard output")
}

/// Whether a line holds nothing but what JSON calls white space.
fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}

/// Reads the records of a window: the last record of the last one needs no line ending.
#[inline]
fn read<'i, G: Grammar>(
    bulk: &mut Bulk<G>,
    window: &'i [u8],
    is_last: bool,
    visit: impl FnMut(Outcome<'_, 'i, G>) -> ControlFlow<()>,
) -> usize {
    if is_last { bulk.finish(window, visit) } else { bulk.feed(window, visit) }
}

impl Session<'_> {
    #[inline]
    fn record<'i>(
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

    fn json_line<'i>(
        &mut self,
        parsed: &mut Parsed<'_, 'i, &'i [u8]>,
        members: &mut Vec<Member<'i>>,
        window: &'i [u8],
    ) -> ControlFlow<()> {
        let line = *parsed.record;
        if is_blank(line) {
            return Continue(());
        }
        match read_members(line, members) {
            Ok(_) => {
                if self.plan.has_stats {
                    let unescaped = members.iter().filter(|member| !member.key.is_borrowed());
                    unescaped.for_each(|member| self.sink.tally.copied(member.key.as_bytes()));
                }
                self.record(&Json { line, members }, parsed.raw, window)
            }
            Err(error) => {
                let column = usize::try_from(error.position().offset).unwrap_or(usize::MAX);
                let found = Found::at(parsed.raw, column);
                let place = error.starting_at(parsed.position());
                let message = place.message();
                if message.starts_with("expected ") {
                    let reason = format_args!("found {found}; {message}");
                    return self.bad_record(place.position(), &reason, parsed.raw);
                }
                let reason = format_args!("found {found}; expected JSON ({message})");
                self.bad_record(place.position(), &reason, parsed.raw)
            }
        }
    }

    #[cold]
    fn bad(&mut self, bad: &Bad<'_>) -> ControlFlow<()> {
        self.bad_record(bad.error.position(), &bad.error.reason(), bad.raw)
    }

    #[cold]
    fn bad_record(
        &mut self,
        place: zc_core::Position,
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
}
