//! `zc parse`: the records of a file, filtered, selected and written in another form.

pub(crate) mod args;
mod cell;
mod counter;
mod csv;
mod detect;
mod encode;
mod filter;
mod formats;
mod header;
mod logfmt;
mod name;
mod names;
mod ndjson;
mod number;
mod opening;
mod out;
mod pack;
mod parts;
mod place;
mod plan;
mod reader;
mod resp;
mod row;
mod run;
mod search;
mod session;
mod sink;
mod table;
mod target;
mod worker;

use std::num::NonZero;
use std::thread::available_parallelism;

use allocation_counter::measure;
use anyhow::Context;
use zc_io::{Input, InputKind, Output, Verifier, Whole};

use self::args::{Format, ParseArgs};
use crate::descriptors::check_output;
use crate::input::{label, open, output_error, plain};
use crate::ledger::{Beginning, Ledger};
use crate::parse::counter::Counter;
use crate::parse::opening::{Opened, Opening};
use crate::parse::out::Out;
use crate::parse::parts::Parts;
use crate::parse::plan::{Plan, Query};
use crate::parse::reader::Reader;
use crate::parse::run::Run;
use crate::parse::session::Session;
use crate::parse::sink::Sink;
use crate::progress::Progress;
use crate::report::{self, BadRecords};
use crate::signals::{InPieces, end_between_lines};
use crate::{Verdict, is_closed_pipe};

pub(crate) fn run(args: &ParseArgs) -> anyhow::Result<Verdict> {
    let beginning = Beginning::now();
    let query = Query::new(args)?;
    let opening = Opening::new(args)?;
    check_output().map_err(output_error)?;
    end_between_lines()?;
    let mut input = open(args.file.as_deref())?;
    let mut ledger = Ledger::new(query.form().as_str());
    let verdict = read(args, (query, opening), &mut input, &mut ledger)?;
    if let Some(form) = args.stats.stats {
        ledger.add_input(&input);
        ledger.print(form, &beginning);
    }
    Ok(verdict)
}

/// Reads the records of `input`, and enters what they came to in the ledger.
fn read(
    args: &ParseArgs,
    (query, mut opening): (Query, Opening<'_>),
    input: &mut Input,
    ledger: &mut Ledger,
) -> anyhow::Result<Verdict> {
    let (kind, verifier) = (input.kind(), input.verifier());
    let label = label(args.file.as_deref());
    let mut bad = BadRecords::new(label.clone());
    let progress = Progress::beside_output(input.size_hint());
    // Records are read in the window in which they were first seen: another one may be long in
    // coming.
    let (window, opened) = loop {
        let window = input.window().map_err(|error| plain(error).context(label.clone()))?;
        match opening.look(window, &label, &mut bad)? {
            Opened::NotYet(used) => input.advance(used),
            opened => break (window, opened),
        }
    };
    let (format, delimiter) = opening.format_name();
    ledger.add_format(format, delimiter);
    let begin = match opened {
        Opened::At(begin) | Opened::NotYet(begin) => begin,
        Opened::Nowhere(end) => {
            input.advance(end);
            bad.release(&verifier).map_err(|error| plain(error).context(label.clone()))?;
            return Ok(without_header(&label, &bad, ledger));
        }
    };
    let plan = query.plan(&opening.names())?;
    let mut run = start(args, &plan, (bad, progress), (label, verifier))?;
    if kind == InputKind::Map {
        return read_map(args, run, (&opening, begin), input, ledger);
    }
    let mut reader = opening.reader(&plan);
    let mut first = (0, Ok(()));
    let mut allocations = measure(|| first = run.read_first(&mut *reader, (window, begin), kind));
    let (used, mut outcome) = first;
    input.advance(used);
    if outcome.is_ok() {
        let rest = measure(|| outcome = run.drive(&mut *reader, input));
        allocations.count_total += rest.count_total;
    }
    ledger.allocations = Some(allocations.count_total);
    end(&run, outcome, ledger)
}

/// A run that writes to standard output what `plan` says.
fn start<'s>(
    args: &ParseArgs,
    plan: &'s Plan,
    (bad, progress): (BadRecords, Progress),
    (label, verifier): (String, Verifier),
) -> anyhow::Result<Run<'s>> {
    let output = Output::new(InPieces::stdout()?).verified_by(verifier.clone());
    let session = Session::new(plan, Sink::new(plan, Out::Direct(output)), bad.style());
    let named = (args.format != Format::Auto).then_some(args.format);
    Ok(Run::new(session, (bad, progress), label, named, verifier))
}

/// Reads the records of a map, of which the first one lies behind so many bytes.
fn read_map(
    args: &ParseArgs,
    run: Run<'_>,
    (opening, begin): (&Opening<'_>, usize),
    input: &mut Input,
    ledger: &mut Ledger,
) -> anyhow::Result<Verdict> {
    let threads = if opening.is_divisible() { threads(args) } else { ONE };
    let (before, whole) = (input.offset(), input.whole().context("a map is one whole")?);
    let plan = run.session.plan;
    let make = || opening.reader(plan);
    // From here on it borrows from the map as well.
    let mut run = run;
    let (used, verdict) = read_parts(&mut run, &make, ((whole, begin), before), threads, ledger);
    input.advance(begin + used);
    verdict
}

/// Reads the records of a map from a place on, with readers that `make` makes; returns how many
/// bytes were read.
fn read_parts<'s>(
    run: &mut Run<'s>,
    make: &(dyn Fn() -> Box<dyn Reader> + Sync),
    ((whole, begin), before): ((Whole<'s>, usize), u64),
    threads: NonZero<usize>,
    ledger: &mut Ledger,
) -> (usize, anyhow::Result<Verdict>) {
    run.session.counter = run.session.counter.take().map(|_| Counter::borrowing(whole.bytes()));
    let parts = Parts::new(run, make(), (whole, begin), before);
    let mut outcome = (0, Ok(()));
    let allocations = measure(|| outcome = parts.read(threads, make)).count_total;
    ledger.allocations = (threads == ONE).then_some(allocations);
    ledger.threads = Some(threads.get() as u64);
    let (used, outcome) = outcome;
    (used, end(run, outcome, ledger))
}

const ONE: NonZero<usize> = NonZero::<usize>::MIN;

/// More threads than these would have nothing but their own memory to fill.
const MOST_THREADS: NonZero<usize> = NonZero::new(256).expect("it is not 0");

/// How many threads are to parse.
fn threads(args: &ParseArgs) -> NonZero<usize> {
    args.threads.or_else(|| available_parallelism().ok()).unwrap_or(ONE).min(MOST_THREADS)
}

/// Says that there can be no records.
fn without_header(label: &str, bad: &BadRecords, ledger: &mut Ledger) -> Verdict {
    ledger.bad_records = bad.count();
    report::message(&format!(
        "{label}: the header is bad, so no row was read; --no-header takes all rows for records"
    ));
    Verdict::SomeBad
}

/// Says what was bad, and enters the run in the ledger.
fn end(run: &Run<'_>, outcome: anyhow::Result<()>, ledger: &mut Ledger) -> anyhow::Result<Verdict> {
    let is_closed = outcome.as_ref().is_err_and(is_closed_pipe);
    if !is_closed {
        outcome?;
    }
    let bad_records = run.conclude();
    run.enter(ledger);
    // Whoever closed the pipe has not asked for the rest, nor whether it is good.
    Ok(if bad_records == 0 || is_closed { Verdict::AllGood } else { Verdict::SomeBad })
}
