//! `zc`: counts, parses and copies files of any size, echoes streams, and shows what it copied.
//!
//! **Invariant:** commands hold no algorithms. What was typed becomes a plan, the plan a call of a
//! library, and the result one struct that people and programs are shown. `unsafe` is in `input`,
//! which maps the file of a user, and in `descriptors`, which looks at what was closed, alone.

#![deny(unsafe_code)]

mod args;
mod copy;
mod count;
mod descriptors;
mod doctor;
mod echo;
mod examples;
mod flags;
mod input;
mod ledger;
mod pages;
mod parse;
mod progress;
mod proxy;
mod quoting;
mod report;
mod serve;
mod signals;

use std::env;
use std::io::{self, ErrorKind, Write, stdout};
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;

use crate::args::{Args, Command};
use crate::descriptors::check_output;
use crate::input::{output_error, shown};

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(asked) => return explain(asked),
    };
    let outcome = match args.command {
        Command::Count(args) => count::run(&args),
        Command::Parse(args) => parse::run(&args),
        Command::Copy(args) => copy::run(&args),
        Command::Echo(args) => echo::run(&args),
        Command::Proxy(args) => proxy::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Completions(args) => pages::completions(&args),
        Command::Man(args) => pages::man(&args),
    };
    match outcome {
        Ok(Verdict::AllGood) => ExitCode::SUCCESS,
        Ok(Verdict::SomeBad) => ExitCode::from(1),
        Ok(Verdict::Failed) => ExitCode::from(2),
        Err(error) => end(&error),
    }
}

/// Prints the help or the version that was asked for, or what is wrong with the arguments.
fn explain(asked: clap::Error) -> ExitCode {
    if asked.use_stderr() {
        let _ = printable(asked).print();
        return ExitCode::from(2);
    }
    match check_output().and_then(|()| asked.print()).and_then(|()| stdout().flush()) {
        Err(error) => end(&output_error(error)),
        Ok(()) => ExitCode::SUCCESS,
    }
}

/// The same for what was typed with its control characters escaped, since that is shown again.
fn printable(asked: clap::Error) -> clap::Error {
    let escaped = env::args_os().map(|arg| shown(Path::new(&arg)));
    Args::try_parse_from(escaped).err().unwrap_or(asked)
}

/// Says why the run failed, unless whoever read the output has read enough.
fn end(error: &anyhow::Error) -> ExitCode {
    if is_closed_pipe(error) {
        return ExitCode::SUCCESS;
    }
    report::message(&format!("{error:#}"));
    ExitCode::from(2)
}

/// What a run that came to its end says of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    AllGood,
    SomeBad,
    /// Some input could not be read, which was said already.
    Failed,
}

/// Whoever read the output has read enough.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}
