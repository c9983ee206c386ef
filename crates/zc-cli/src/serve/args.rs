//! What was typed behind `zc serve`.

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;

use crate::flags::{ConnectionsArgs, StatsArg, bytes, seconds};

#[derive(Debug, clap::Args)]
pub(crate) struct ServeArgs {
    /// The directory whose files are served
    #[arg(value_name = "DIR")]
    pub(crate) directory: PathBuf,
    /// Where to listen, such as 127.0.0.1:8000; port 0 takes any that is free
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: String,
    /// The file that is sent for a directory
    #[arg(long, value_name = "NAME", default_value = "index.html")]
    pub(crate) index: String,
    /// A header of every answer with a file, such as 'Cache-Control: max-age=60'; repeated: several
    #[arg(long = "header", value_name = "NAME:VALUE", value_parser = header)]
    pub(crate) headers: Vec<(String, String)>,
    /// Whether symbolic links are followed
    #[arg(long, value_name = "WHICH", default_value = "within")]
    pub(crate) symlinks: Symlinks,
    /// Whether files and directories are served whose names begin with a dot
    ///
    /// `/.well-known/` always is.
    #[arg(long, value_name = "WHETHER", default_value = "hide")]
    pub(crate) dot_files: DotFiles,
    /// Write a line for each request, in the Combined format; `-` is standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) access_log: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) cache: CacheArgs,
    #[command(flatten)]
    pub(crate) bounds: BoundsArgs,
    #[command(flatten)]
    pub(crate) stats: StatsArg,
}

/// What is kept in memory.
#[derive(Debug, clap::Args)]
pub(crate) struct CacheArgs {
    /// How much memory files may take together
    #[arg(long, value_name = "BYTES", default_value = "64M", value_parser = bytes)]
    pub(crate) cache: usize,
    /// The longest file that is kept in memory; longer ones the kernel sends
    #[arg(long, value_name = "BYTES", default_value = "64K", value_parser = bytes)]
    pub(crate) memory_up_to: usize,
    /// How long a file counts as unchanged before it is looked at again
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds)]
    pub(crate) fresh_for: Duration,
}

/// What a client may cost.
#[derive(Debug, clap::Args)]
pub(crate) struct BoundsArgs {
    /// The longest request, without its body
    #[arg(long, value_name = "BYTES", default_value = "16K", value_parser = bytes)]
    pub(crate) max_head: usize,
    /// The most headers of a request
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) max_headers: usize,
    /// The longest body of a request that is passed over; a longer one ends the connection
    #[arg(long, value_name = "BYTES", default_value = "64K", value_parser = bytes)]
    pub(crate) max_body: usize,
    /// How long a request may take from its first byte to its last
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub(crate) head_timeout: Duration,
    /// How long a connection may last without a request
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub(crate) idle_timeout: Duration,
    /// Bytes a second that a client must take of an answer; 0 lets it take none
    #[arg(long, value_name = "BYTES", default_value = "1K", value_parser = bytes)]
    pub(crate) min_rate: usize,
    #[command(flatten)]
    pub(crate) connections: ConnectionsArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Symlinks {
    /// Those that stay in the directory
    Within,
    /// None
    Refuse,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DotFiles {
    /// They are not found
    Hide,
    /// They are files like others
    Serve,
}

/// Reads a header.
fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("expected NAME:VALUE")?;
    Ok((name.to_owned(), value.trim_matches([' ', '\t']).to_owned()))
}
