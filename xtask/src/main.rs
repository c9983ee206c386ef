//! `cargo xtask`: what the project automates and cargo cannot say itself.
//!
//! **Invariant:** none of the workspace's crates is a dependency, so that this builds and can say
//! what is wrong when they do not.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

mod against;
mod api;
mod bench;
mod build;
mod ci;
mod compare;
mod data;
mod examples;
mod portable;
mod sanitize;
mod test;
mod tidy;
mod workspace;

/// The project's automation.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Compares the public surface of each library with docs/api, and looks for an example of each item
    Api(api::Flags),
    /// Measures against rivals, and holds the figures against the targets
    Bench(bench::Flags),
    /// Builds the tool and two libraries from nothing, and says how long each takes
    Build,
    /// Everything that must hold before a change goes in: format, lints, docs, tests, tidy, deny
    Ci(ci::Flags),
    /// Shows the same mistakes, and times the same work, in C, C++ and Rust
    Compare(compare::Flags),
    /// Writes corpora of any size under target/data, the same bytes each time
    Data(data::Flags),
    /// Runs the tests of what is `unsafe` under `AddressSanitizer` (needs a nightly compiler) and
    /// valgrind
    Sanitize,
    /// Runs all tests, checks each feature of each library alone, and runs the examples
    Test,
    /// Checks what the compiler does not: layers, `unsafe`, doc lines, manifests, long files
    Tidy,
}

fn main() -> ExitCode {
    match run(&Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &Command) -> Result<()> {
    match command {
        Command::Api(flags) => api::run(flags),
        Command::Build => build::run(),
        Command::Bench(flags) => bench::run(flags),
        Command::Ci(flags) => ci::run(flags),
        Command::Compare(flags) => compare::run(flags),
        Command::Data(flags) => data::run(flags),
        Command::Sanitize => sanitize::run(),
        Command::Test => test::run(test::Part::All),
        Command::Tidy => tidy::run(),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    #[test]
    fn the_flags_are_consistent() {
        Cli::command().debug_assert();
    }
}
