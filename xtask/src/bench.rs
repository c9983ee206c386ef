//! `cargo xtask bench`: builds what is measured, makes the corpora, and runs `zc-bench`.

use std::env;
use std::ffi::OsString;
use std::path::{self, Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use xshell::{Shell, cmd};

use crate::compare::work;
use crate::{against, workspace};

#[derive(Debug, Default, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Flags {
    #[command(subcommand)]
    page: Option<Page>,
    /// Cases by their name, by the part of it before a `-`, or by their row in the table of
    /// targets; all when none is given
    #[arg(value_name = "NAME|ROW")]
    cases: Vec<String>,
    /// Run each engine once on a small corpus, in a development build, and only check the answers
    #[arg(long)]
    test: bool,
    /// How often each engine of a case is timed
    #[arg(long, value_name = "N", conflicts_with = "test")]
    rounds: Option<u32>,
    /// Leave out the rivals that must be built first
    #[arg(long)]
    no_rivals: bool,
    /// Write all figures and what is known of the machine to FILE as JSON
    #[arg(long, value_name = "FILE", conflicts_with = "test")]
    json: Option<PathBuf>,
    /// Put the figures in the place of those in FILE.
    #[arg(skip)]
    record: Option<PathBuf>,
    /// Count instructions by valgrind's callgrind, of the cases that work in memory
    #[arg(long, conflicts_with_all = ["test", "rounds", "json"])]
    instructions: bool,
    /// Count the instructions here and in another revision, which is built first, on a small corpus;
    /// of rows 3 to 12 unless cases are named, and only of those that work in memory
    #[arg(long, value_name = "REVISION", conflicts_with_all = ["test", "rounds", "json", "instructions"])]
    against: Option<String>,
}

impl Flags {
    /// What measures these cases alone.
    pub(crate) fn of_cases(cases: &[&str], rounds: Option<u32>) -> Self {
        let cases = cases.iter().map(|&case| case.to_owned()).collect();
        Self { cases, rounds, ..Self::default() }
    }
}

/// What is done with docs/benchmarks.md, its plots, and the figures in other pages.
#[derive(Debug, Subcommand)]
enum Page {
    /// Measures, keeps the figures in docs/benchmarks/data.json beside those of other cases, and
    /// renders
    Report {
        /// Cases as above; all when none is given
        #[arg(value_name = "NAME|ROW")]
        cases: Vec<String>,
        /// How often each engine of a case is timed, unless that takes more than 20 seconds
        #[arg(long, value_name = "N", default_value_t = 7)]
        rounds: u32,
    },
    /// Renders the figures that are kept
    Render {
        /// Figures that are kept elsewhere
        #[arg(long, value_name = "FILE")]
        from: Option<PathBuf>,
    },
}

/// Where `report` keeps its figures, from the root of the workspace.
const DATA: &str = "docs/benchmarks/data.json";

pub(crate) fn run(flags: &Flags) -> Result<()> {
    match &flags.page {
        Some(Page::Report { cases, rounds }) => report(cases, *rounds),
        Some(Page::Render { from }) => render("dev", from.as_deref()),
        None => match &flags.against {
            Some(revision) => against::run(revision, &flags.cases),
            None => measure(flags),
        },
    }
}

/// What was measured is rendered even if some cases failed; that they did is the error.
fn report(cases: &[String], rounds: u32) -> Result<()> {
    let cases = cases.to_vec();
    let record = Some(DATA.into());
    let measured = measure(&Flags { cases, rounds: Some(rounds), record, ..Flags::default() });
    // By what has just been built.
    render("release", None)?;
    measured.context("not all cases were measured; see above")
}

fn render(profile: &str, from: Option<&Path>) -> Result<()> {
    let sh = workspace::shell()?;
    let from = from.map(path::absolute).transpose()?;
    let rivals = if profile == "release" { "rivals" } else { "" };
    let bench =
        cmd!(sh, "cargo run --quiet --package zc-bench --profile {profile} --features {rivals}");
    Ok(bench.args(["--", "render"]).args(from).run()?)
}

fn measure(flags: &Flags) -> Result<()> {
    let sh = workspace::shell()?;
    let profile = if flags.test { "dev" } else { "release" };
    // Each is built alone, so that neither gets features that only the other asks for.
    let build_tool = cmd!(sh, "cargo build --quiet --package zc-cli --profile {profile}");
    build_tool.run().context("the tool does not build; see above")?;
    work::build()?;
    let rivals = if flags.no_rivals { "" } else { "rivals" };
    let bench = || {
        cmd!(sh, "cargo run --quiet --package zc-bench --profile {profile} --features {rivals} --")
    };
    let cases = &flags.cases;
    if !flags.test && !flags.instructions {
        make_corpora(&sh, &bench().arg("corpora").args(cases).read()?)?;
    }
    Ok(bench().args(cases).args(options(flags)?).run()?)
}

/// Checks the answers of all engines but the rivals that must be built first.
pub(crate) fn test() -> Result<()> {
    run(&Flags { test: true, no_rivals: true, ..Flags::default() })
}

/// Makes the corpora of which `list` holds a kind and a size a line.
fn make_corpora(sh: &Shell, list: &str) -> Result<()> {
    let xtask = env::current_exe()?;
    for line in list.lines() {
        let (kind, size) = line.split_once(' ').context("a corpus has a kind and a size")?;
        cmd!(sh, "{xtask} data {kind} --size {size}").quiet().ignore_stdout().run()?;
    }
    Ok(())
}

/// What the program is told besides the cases; it runs in the root of the workspace.
fn options(flags: &Flags) -> Result<Vec<OsString>> {
    let mut options = Vec::new();
    if flags.test {
        options.push("--test".into());
    }
    if flags.instructions {
        options.push("--instructions".into());
    }
    if let Some(rounds) = flags.rounds {
        options.push(format!("--rounds={rounds}").into());
    }
    if let Some(record) = &flags.record {
        options.extend(["--record".into(), record.into()]);
    }
    if let Some(json) = &flags.json {
        options.extend(["--json".into(), path::absolute(json)?.into_os_string()]);
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::{Flags, options};

    #[test]
    fn only_what_was_asked_for_is_passed_on() {
        assert!(options(&Flags::default()).unwrap().is_empty());
        let flags = Flags { rounds: Some(3), json: Some("/a.json".into()), ..Flags::default() };
        assert_eq!(options(&flags).unwrap(), ["--rounds=3", "--json", "/a.json"]);
        let flags = Flags { test: true, no_rivals: true, ..Flags::default() };
        assert_eq!(options(&flags).unwrap(), ["--test"]);
    }
}
