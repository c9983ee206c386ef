//! What was typed is done: cases are chosen, checked, timed and reported.

use std::env;
use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;

use crate::answer::{Done, Input};
use crate::args::{Args, Inner};
use crate::case::Case;
use crate::cases;
use crate::corpus::{Corpus, Scale, Scratch};
use crate::data::{self, Data, Record};
use crate::engine::Engine;
use crate::instructions;
use crate::machine::{self, Machine, Versions};
use crate::render;
use crate::report::{Measured, Report};
use crate::rounds::{self, Effort, Runner};
use crate::serve;
use crate::table;

pub(crate) fn run(args: &Args) -> Result<()> {
    if let Some(inner) = &args.inner {
        return run_inner(inner);
    }
    let cases = cases::select(&args.cases)?;
    if args.instructions {
        return instructions::run(&cases);
    }
    let scratch = Scratch::new()?;
    if args.test {
        return each(&cases, |case| test(case, &scratch));
    }
    let mut record = args.record.as_deref().map(Record::open).transpose()?;
    let mut reports = Vec::new();
    let outcome = each(&cases, |case| {
        let report = measure(case, args, &scratch)?;
        if let Some(record) = &mut record {
            record.keep(report.clone())?;
        }
        reports.push(report);
        Ok(())
    });
    if let Some(path) = &args.json {
        write_json(path, args.rounds, &reports)?;
    }
    outcome
}

/// Does `one` for each of `cases`, whatever becomes of the others; an error if one failed.
fn each(cases: &[&'static Case], mut one: impl FnMut(&'static Case) -> Result<()>) -> Result<()> {
    let mut failures = Vec::new();
    for case in cases {
        if let Some(why) = missing_client(case)? {
            println!("{}: skipped: {why}", case.name);
            continue;
        }
        if let Err(error) = one(case) {
            eprintln!("error: {}: {error:#}", case.name);
            failures.push(case.name);
        }
    }
    ensure!(failures.is_empty(), "{} cases failed: {}", failures.len(), failures.join(", "));
    Ok(())
}

fn write_json(path: &Path, rounds: u32, reports: &[Report]) -> Result<()> {
    let (machine, versions) = (Machine::look(), Versions::look());
    let all = json!({
        "machine": machine, "versions": versions, "rounds": rounds, "cases": reports,
    });
    let text = serde_json::to_string_pretty(&all)?;
    fs::write(path, text + "\n").with_context(|| path.display().to_string())
}

/// Why a case cannot run here, if what lets its engines work is missing and not required.
fn missing_client(case: &Case) -> Result<Option<String>> {
    let missing = case.engines.iter().find_map(Engine::missing_client);
    if let Some(why) = &missing {
        ensure!(env::var_os("ZC_REQUIRE_TOOLS").is_none(), "{}: {why}", case.name);
    }
    Ok(missing)
}

fn run_inner(inner: &Inner) -> Result<()> {
    match inner {
        Inner::Corpora { cases } => list_corpora(cases),
        Inner::Render { from } => rendered(from.as_deref()),
        Inner::Against { other, cases } => instructions::against(&cases::select(cases)?, other),
        Inner::Once { case, engine } => once(case, engine),
        Inner::ServeArticleEcho => Ok(serve::echo(1 << 10)?),
        Inner::ServeEcho64k => Ok(serve::echo(64 << 10)?),
        Inner::ServeScheduled => Ok(serve::scheduled()?),
        Inner::ServeByCore => Ok(serve::by_core()?),
        Inner::ServeCopyBidirectional { to } => Ok(serve::copy_bidirectional(*to)?),
        Inner::ServeResp => Ok(serve::resp()?),
        #[cfg(target_os = "linux")]
        Inner::ServeMapped { file } => Ok(serve::mapped(file)?),
        #[cfg(feature = "rivals")]
        Inner::ServeDir { directory } => Ok(serve::serve_dir(directory)?),
    }
}

fn list_corpora(words: &[String]) -> Result<()> {
    let mut lines: Vec<_> = cases::select(words)?
        .into_iter()
        .filter_map(|case| match case.corpus {
            Corpus::Data { kind, size, .. } => Some(format!("{kind} {size}")),
            Corpus::Plain { .. } | Corpus::Stream { .. } => None,
        })
        .collect();
    lines.sort();
    lines.dedup();
    lines.iter().for_each(|line| println!("{line}"));
    Ok(())
}

fn rendered(from: Option<&Path>) -> Result<()> {
    let path = from.map_or_else(data::path, ToOwned::to_owned);
    let data = Data::load(&path)?;
    let data = data.with_context(|| format!("there is no {}", path.display()))?;
    render::write(data, &machine::root())
}

fn once(name: &str, engine: &str) -> Result<()> {
    let cases = cases::select(&[name.to_owned()])?;
    let case = cases.into_iter().find(|case| case.name == name).context("write the whole name")?;
    let input = case.corpus.load(Scale::Small, &Scratch::new()?)?;
    let found = case.engines.iter().find(|it| it.name == engine);
    if found.is_none() && engine != "-" {
        bail!("{name} has no engine `{engine}`");
    }
    // Ours is made ready for the empty run, so that both do the same but the run itself.
    let mut work = found.unwrap_or(&case.engines[0]).prepare(&input)?;
    if found.is_some() {
        std::hint::black_box(work()?);
    }
    Ok(())
}

/// Checks the answers of a case on the small corpus.
fn test(case: &'static Case, scratch: &Scratch) -> Result<()> {
    let input = case.corpus.load(Scale::Small, scratch)?;
    let Checked { engines, skipped } = check(case, &input)?;
    for skipped in &skipped {
        println!("{}: skipped: {skipped}", case.name);
    }
    println!("{}: {} engines agree", case.name, engines.len());
    Ok(())
}

fn measure(case: &'static Case, args: &Args, scratch: &Scratch) -> Result<Report> {
    let input = case.corpus.load(Scale::Full, scratch)?;
    let Checked { engines, skipped } = check(case, &input)?;
    let mut measured = Vec::new();
    let mut runners = Vec::new();
    for Ready { engine, mut runner, done } in engines {
        let allocations =
            if engine.is_in_memory() { Some(allocations(&mut runner)?) } else { None };
        measured.push(Measured { name: engine.name, done, allocations, samples: Vec::new() });
        runners.push(runner);
    }
    let effort = if args.record.is_some() { Effort::LIMITED } else { Effort::FULL };
    let samples = rounds::alternate(&mut runners, args.rounds, effort)?;
    for (measured, samples) in measured.iter_mut().zip(samples) {
        measured.samples = samples;
    }
    let report = Report::new(case, &input, measured, skipped);
    println!("{}", table::figures(&report));
    Ok(report)
}

/// How often one run allocates.
fn allocations(runner: &mut Runner<'_>) -> Result<u64> {
    let mut outcome = Ok(());
    let counted = allocation_counter::measure(|| outcome = (runner.work)().map(drop));
    outcome.map(|()| counted.count_total)
}

/// The engines of a case that gave the right answer.
pub(crate) struct Checked<'i> {
    pub(crate) engines: Vec<Ready<'i>>,
    /// Those that cannot run here, and why.
    pub(crate) skipped: Vec<String>,
}

pub(crate) struct Ready<'i> {
    engine: &'static Engine,
    runner: Runner<'i>,
    done: Done,
}

/// Makes the engines of a case ready and runs each once; an error if one answers wrongly.
pub(crate) fn check<'i>(case: &'static Case, input: &'i Input) -> Result<Checked<'i>> {
    let expected = (case.expected)(input);
    let mut checked = Checked { engines: Vec::new(), skipped: Vec::new() };
    for (index, engine) in case.engines.iter().enumerate() {
        if let Some(why) = engine.missing() {
            let are_tools_required = env::var_os("ZC_REQUIRE_TOOLS").is_some();
            let is_needed = index == 0 || (are_tools_required && engine.is_packaged());
            ensure!(!is_needed, "{}: {why}", engine.name);
            checked.skipped.push(why);
            continue;
        }
        let mut work = engine.prepare(input).context(engine.name)?;
        let start = Instant::now();
        let done = work().context(engine.name)?;
        let once = start.elapsed();
        let answer = done.answer;
        ensure!(answer == expected, "{} found {answer:?}, not {expected:?}", engine.name);
        let runner = Runner { work, spends: engine.spends(), once };
        checked.engines.push(Ready { engine, runner, done });
    }
    Ok(checked)
}
