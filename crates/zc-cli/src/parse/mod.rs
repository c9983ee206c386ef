//! `zc parse`: the records of a file, filtered, selected and written in another form.

mod cell;
mod encode;
mod filter;
mod header;
mod logfmt;
mod name;
mod number;
mod plan;
mod row;
mod run;
mod sink;

use zc_parse::{CombinedLog, CommandLine, CommonLog, Kv};

use crate::args::{Format, ParseArgs};
use crate::ledger::{Beginning, Ledger};
use crate::parse::plan::Plan;
use crate::parse::run::Run;
use crate::{Verdict, is_closed_pipe};

pub(crate) fn run(args: &ParseArgs) -> anyhow::Result<Verdict> {
    let beginning = Beginning::now();
    let plan = Plan::new(args)?;
    let mut run = Run::new(&plan, args.file.as_deref())?;
    let mut outcome = Ok(());
    let counted = allocation_counter::measure(|| {
        outcome = match args.format {
            Format::Kv => run.grammar(Kv),
            Format::Command => run.grammar(CommandLine),
            Format::Common => run.grammar(CommonLog),
            Format::Combined => run.grammar(CombinedLog),
            Format::Logfmt => run.logfmt(),
            Format::Ndjson => run.ndjson(),
        };
    });
    let is_closed = outcome.as_ref().is_err_and(is_closed_pipe);
    if !is_closed {
        outcome?;
    }
    let bad_records = run.report();
    if let Some(form) = args.stats.stats {
        let mut ledger = Ledger::new(args.to.as_str());
        ledger.bad_records = bad_records;
        ledger.allocations = Some(counted.count_total);
        run.enter(&mut ledger);
        ledger.print(form, &beginning);
    }
    // Whoever closed the pipe has not asked for the rest, nor whether it is good.
    Ok(if bad_records == 0 || is_closed { Verdict::AllGood } else { Verdict::SomeBad })
}
