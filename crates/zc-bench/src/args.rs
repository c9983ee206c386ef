//! What was typed.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Measures zc against the copying way and against rivals
#[derive(Debug, Parser)]
#[command(name = "zc-bench", args_conflicts_with_subcommands = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) inner: Option<Inner>,
    /// Cases by their name, by the part of it before a `-`, or by their row; all when none is given
    #[arg(value_name = "NAME|ROW")]
    pub(crate) cases: Vec<String>,
    /// Run each engine once on a small corpus and only check the answers
    #[arg(long)]
    pub(crate) test: bool,
    /// How often each engine of a case is timed
    #[arg(long, value_name = "N", default_value_t = 9, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) rounds: u32,
    /// Write all figures and what is known of the machine to FILE as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Put the figures in the place of those in FILE, case by case
    #[arg(long, value_name = "FILE", conflicts_with_all = ["test", "json"])]
    pub(crate) record: Option<PathBuf>,
    /// Count instructions with callgrind, instead of measuring time
    #[arg(long, conflicts_with_all = ["test", "rounds", "json", "record"])]
    pub(crate) instructions: bool,
}

/// What this program tells itself, or `cargo xtask bench` tells it.
#[derive(Debug, Subcommand)]
pub(crate) enum Inner {
    /// List the corpora that the cases need, a kind and a size a line
    #[command(hide = true)]
    Corpora { cases: Vec<String> },
    /// Render the report, and the figures in other pages, from FILE or from what is recorded
    #[command(hide = true)]
    Render { from: Option<PathBuf> },
    /// Compare the instructions of the cases here with those of OTHER, this program of another
    /// revision
    #[command(hide = true)]
    Against { other: PathBuf, cases: Vec<String> },
    /// Run one engine once on the small corpus; with `-` none, but do all that surrounds it
    #[command(hide = true)]
    Once { case: String, engine: String },
    /// Echo with a buffer of 1 KiB for each connection
    #[command(hide = true)]
    ServeArticleEcho,
    /// The same with 64 KiB
    #[command(hide = true, name = "serve-echo-64k")]
    ServeEcho64k,
    /// Echo messages by tasks of one runtime, on the threads of its scheduler
    #[command(hide = true)]
    ServeScheduled,
    /// The same with a runtime of one thread for each core
    #[command(hide = true)]
    ServeByCore,
    /// Pass connections on by tokio's `copy_bidirectional`
    #[command(hide = true)]
    ServeCopyBidirectional { to: SocketAddr },
    /// Serve the files of a directory by `ServeDir` of tower-http
    #[cfg(feature = "rivals")]
    #[command(hide = true)]
    ServeDir { directory: PathBuf },
    /// Serve one file by HTTP to whoever connects, from a map
    #[cfg(target_os = "linux")]
    #[command(hide = true)]
    ServeMapped { file: PathBuf },
    /// Serve RESP by the example of zc-net
    #[command(hide = true)]
    ServeResp,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Args;

    #[test]
    fn the_flags_are_consistent() {
        Args::command().debug_assert();
    }
}
