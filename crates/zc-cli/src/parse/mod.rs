//! `zc parse`: the records of a file, filtered, selected and written in another form.

mod cell;
mod csv;
mod detect;
mod encode;
mod filter;
mod header;
mod logfmt;
mod name;
mod names;
mod ndjson;
mod number;
mod opening;
mod pack;
mod plan;
mod reader;
mod resp;
mod row;
mod session;
mod sink;

use allocation_counter::measure;
use zc_io::{Input, Window};

use crate::args::{Format, ParseArgs};
use crate::descriptors::check_output;
use crate::input::{label, open, output_error, plain};
use crate::ledger::{Beginning, Ledger};
use crate::parse::opening::{Opened, Opening};
use crate::parse::plan::Query;
use crate::parse::session::Session;
use crate::report::{self, BadRecords};
use crate::{Verdict, is_closed_pipe};

pub(crate) fn run(args: &ParseArgs) -> anyhow::Result<Verdict> {
    let beginning = Beginning::now();
    let query = Query::new(args)?;
    let opening = Opening::new(args)?;
    check_output().map_err(output_error)?;
    let mut input = open(args.file.as_deref())?;
    let mut ledger = Ledger::new(args.to.as_str());
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
    let mut reader = opening.into_reader(&plan);
    let named = (args.format != Format::Auto).then_some(args.format);
    let mut session = Session::new(&plan, label, bad, named, verifier)?;
    let (bytes, offset) = (&window.bytes[begin..], window.offset + begin as u64);
    let first = Window { bytes, offset, ..window };
    let (mut used, mut outcome) = (0, Ok(()));
    let first = || (used, outcome) = session.read(&mut *reader, first, kind);
    let mut allocations = measure(first).count_total;
    input.advance(begin + used);
    if outcome.is_ok() {
        allocations += measure(|| outcome = session.drive(&mut *reader, input)).count_total;
    }
    ledger.allocations = Some(allocations);
    end(&session, outcome, ledger)
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
fn end(
    session: &Session<'_>,
    outcome: anyhow::Result<()>,
    ledger: &mut Ledger,
) -> anyhow::Result<Verdict> {
    let is_closed = outcome.as_ref().is_err_and(is_closed_pipe);
    if !is_closed {
        outcome?;
    }
    let bad_records = session.report();
    session.enter(ledger);
    // Whoever closed the pipe has not asked for the rest, nor whether it is good.
    Ok(if bad_records == 0 || is_closed { Verdict::AllGood } else { Verdict::SomeBad })
}
