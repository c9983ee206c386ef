//! `zc-bench`: the workspace measured against the copying way and against rivals, side by side.
//!
//! A case is data: what it is about, its corpus, its engines, the naive answer, and the targets.
//! The engines of a case take turns in one process; each answer is checked before it is timed,
//! and ratios are taken round by round, so that a slow minute of the machine hits all of them.
//!
//! **Invariant:** nothing depends on this program, and rivals that the workspace does not need
//! anyway come only with the feature `rivals`.

#![deny(unsafe_code)]

mod answer;
mod args;
mod case;
mod cases;
mod child;
mod corpus;
mod data;
mod engine;
mod instructions;
mod lockstep;
mod machine;
mod ports;
mod processor;
mod render;
mod report;
mod rounds;
mod rows;
mod run;
mod serve;
mod stats;
mod stream;
mod table;
mod target;

use std::process::ExitCode;

use clap::Parser;

use crate::args::Args;

fn main() -> ExitCode {
    match run::run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
