//! What was typed: commands and flags.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use zc_io::transfer::Mechanism;

use crate::doctor::args::DoctorArgs;
use crate::examples;
use crate::flags::{ConnectionsArgs, StatsArg, seconds};
use crate::parse::args::ParseArgs;
use crate::serve::args::ServeArgs;

/// Counts and parses files of any size, echoes streams, and shows how many bytes it copied.
#[derive(Debug, Parser)]
#[command(name = "zc", version, after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  zc count access.log
  zc parse combined access.log --where 'status >= 500' --select host,target,status
  zc parse ndjson events.ndjson --where 'user.name = \"ann\"' --to raw
  zc parse combined access.log --count-by status --top 5
  zc parse kv /etc/os-release --stats
  zc parse combined access.log --to csv > access.csv
  zc parse csv table.csv --delimiter ';' --where 'price > 100' --select id,price
  zc parse auto unknown.txt --stats
  zc copy disk.img backup/ --explain
  zc echo --listen 127.0.0.1:7000
  zc proxy --listen 127.0.0.1:7000 --to 127.0.0.1:8000
  zc serve public --listen 127.0.0.1:8000
  zc doctor

Exit status: 0 all good; 1 some input was bad, everything good was written; 2 wrong usage or an \
input or output error.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Count lines, words and bytes, as `LC_ALL=C wc` does
    #[command(after_help = examples::COUNT)]
    Count(CountArgs),
    /// Read the records of a file
    #[command(after_help = examples::PARSE)]
    Parse(ParseArgs),
    /// Copy a file or a stream, by the kernel where it can
    #[command(after_help = examples::COPY)]
    Copy(CopyArgs),
    /// Send back what clients send, until SIGINT or SIGTERM
    #[command(after_help = examples::ECHO)]
    Echo(EchoArgs),
    /// Pass connections on to other servers, until SIGINT or SIGTERM
    #[command(after_help = examples::PROXY)]
    Proxy(ProxyArgs),
    /// Serve the files of a directory over HTTP/1.1, until SIGINT or SIGTERM
    #[command(after_help = examples::SERVE)]
    Serve(ServeArgs),
    /// Find out what reading files costs here, and how to do it best
    #[command(after_help = examples::DOCTOR)]
    Doctor(DoctorArgs),
    /// Print what makes a shell complete the words of `zc`
    #[command(after_help = examples::COMPLETIONS)]
    Completions(CompletionsArgs),
    /// Print the manual page, for `man -l -`
    #[command(after_help = examples::MAN)]
    Man(ManArgs),
}

/// The names of all commands, for the pages about them.
const COMMANDS: [&str; 9] =
    ["count", "parse", "copy", "echo", "proxy", "serve", "doctor", "completions", "man"];

#[derive(Debug, clap::Args)]
pub(crate) struct CompletionsArgs {
    /// The shell that reads them
    pub(crate) shell: Shell,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ManArgs {
    /// The command to describe; none for `zc` as a whole
    #[arg(value_parser = COMMANDS)]
    pub(crate) command: Option<String>,
}

#[derive(Debug, clap::Args)]
#[command(args_override_self = true)]
pub(crate) struct CountArgs {
    /// Print the number of newlines
    #[arg(short, long)]
    pub(crate) lines: bool,
    /// Print the number of words
    #[arg(short, long)]
    pub(crate) words: bool,
    /// Print the number of bytes
    #[arg(short = 'c', long)]
    pub(crate) bytes: bool,
    #[command(flatten)]
    pub(crate) stats: StatsArg,
    /// Files; `-` or none is standard input
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct CopyArgs {
    /// What is copied; `-` is standard input
    #[arg(value_name = "SRC")]
    pub(crate) source: PathBuf,
    /// Where it goes: a file, which is written over, a directory, or `-` for standard output
    #[arg(value_name = "DST")]
    pub(crate) target: PathBuf,
    /// The way to take, and no other
    ///
    /// A pipe or socket filled by sendfile or splice may show later writes to the file. To
    /// reflink, DST has to be new or empty.
    #[arg(long, value_name = "WAY", default_value = "auto")]
    pub(crate) via: Via,
    /// Say on standard error which ways were taken, and why others were not
    #[arg(long)]
    pub(crate) explain: bool,
    #[command(flatten)]
    pub(crate) stats: StatsArg,
}

#[derive(Debug, clap::Args)]
pub(crate) struct EchoArgs {
    /// Where to listen, such as 127.0.0.1:7000; port 0 takes any that is free
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: String,
    /// How connections are served
    #[arg(long, value_name = "MODE", default_value = "tokio")]
    pub(crate) mode: EchoMode,
    #[command(flatten)]
    pub(crate) connections: ConnectionsArgs,
    #[command(flatten)]
    pub(crate) stats: StatsArg,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ProxyArgs {
    /// Where to listen, such as 127.0.0.1:7000; port 0 takes any that is free
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: String,
    /// Where connections go; several take turns, and one that refuses is passed over
    #[arg(long, value_name = "ADDR", required = true)]
    pub(crate) to: Vec<String>,
    /// How long one of them may take to answer
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    pub(crate) connect_timeout: Duration,
    /// How long a connection may last without a byte in either direction
    #[arg(long, value_name = "SECONDS", default_value = "300", value_parser = seconds)]
    pub(crate) idle_timeout: Duration,
    #[command(flatten)]
    pub(crate) connections: ConnectionsArgs,
    #[command(flatten)]
    pub(crate) stats: StatsArg,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Via {
    /// The best way that works
    Auto,
    /// Share the blocks, until one is written
    Reflink,
    /// From file to file within the kernel
    CopyFileRange,
    /// From a file to anything within the kernel
    Sendfile,
    /// By references to pages, through a pipe
    Splice,
    /// Through a buffer of the program
    Read,
}

impl Via {
    /// The way in the words of the library; `None` for the best one.
    pub(crate) const fn mechanism(self) -> Option<Mechanism> {
        match self {
            Self::Auto => None,
            Self::Reflink => Some(Mechanism::Reflink),
            Self::CopyFileRange => Some(Mechanism::CopyFileRange),
            Self::Sendfile => Some(Mechanism::Sendfile),
            Self::Splice => Some(Mechanism::Splice),
            Self::Read => Some(Mechanism::ReadWrite),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EchoMode {
    /// A thread for each connection
    Std,
    /// A task for each connection
    Tokio,
    /// The same, with the kernel moving the bytes where they are many
    Splice,
}
