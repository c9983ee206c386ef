//! `cargo xtask compare`: the same mistakes, and the same work, in C, C++ and Rust.

use anyhow::Result;
use clap::Args;

use crate::bench;

mod compiler;
mod mistakes;
pub(crate) mod work;

#[derive(Debug, Args)]
pub(crate) struct Flags {
    /// Only compile and run the mistakes; leave out the work, which is timed
    #[arg(long)]
    mistakes: bool,
    /// How often each program is timed
    #[arg(long, value_name = "N")]
    rounds: Option<u32>,
}

/// Shows what becomes of the mistakes, and times the work side by side.
pub(crate) fn run(flags: &Flags) -> Result<()> {
    println!("{}", mistakes::table()?);
    if flags.mistakes {
        return Ok(());
    }
    bench::run(&bench::Flags::of_cases(&["compare"], flags.rounds))
}
