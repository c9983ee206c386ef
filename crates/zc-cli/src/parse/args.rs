//! What was typed: the flags of `zc parse`.

use std::num::NonZero;
use std::path::PathBuf;

use clap::ValueEnum;

use crate::flags::{StatsArg, bytes};

#[derive(Debug, clap::Args)]
pub(crate) struct ParseArgs {
    /// What the records are
    #[arg(value_name = "FORMAT")]
    pub(crate) format: Format,
    /// The file; `-` or none is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// The first row is no header: rows are arrays, and fields are named by their number from 1
    ///
    /// For csv only. Rows of any width are good then.
    #[arg(long)]
    pub(crate) no_header: bool,
    /// What stands between fields, for csv only: one ASCII character, or `tab`
    ///
    /// If nothing else is said it is a comma, and for auto what the first lines have.
    #[arg(long, value_name = "CHAR", value_parser = delimiter, allow_hyphen_values = true)]
    pub(crate) delimiter: Option<u8>,
    /// Only these fields, in this order; in JSON a dot goes down, and quotes keep a dot
    #[arg(long, value_name = "A,B,…", allow_hyphen_values = true)]
    pub(crate) select: Option<String>,
    /// Only records for which this holds: = != < <= > >= ~ (contains); repeated: all must hold
    ///
    /// The headers of HTTP are compared as the text of their lines.
    #[arg(long = "where", value_name = "FIELD OP VALUE", allow_hyphen_values = true)]
    pub(crate) filters: Vec<String>,
    /// Instead of the records, how many of them hold each value of a field, or of two, most first
    ///
    /// Of values that as many records hold, the one that came first in the input comes first.
    /// A field that is missing counts as null.
    #[arg(long, value_name = "A[,B]", conflicts_with = "select", allow_hyphen_values = true)]
    pub(crate) count_by: Option<String>,
    /// Only the first N of these counts
    #[arg(long, value_name = "N", requires = "count_by")]
    pub(crate) top: Option<usize>,
    /// How records are written; if nothing is said, as a table on a terminal and else as ndjson
    #[arg(long, value_name = "FORM")]
    pub(crate) to: Option<Form>,
    /// Whether tables are coloured; auto: on a terminal, unless `NO_COLOR` is set
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
    /// What to do after a bad record
    #[arg(long, value_name = "WHAT", default_value = "skip")]
    pub(crate) on_error: OnError,
    /// The most bytes of a record; a longer one is a bad record
    ///
    /// K, M and G behind the number, or KiB, MiB and GiB, are 1024, 1024² and 1024³ bytes, and kB,
    /// MB and GB are 1000, 1000² and 1000³.
    #[arg(long, value_name = "BYTES", default_value = "16M", value_parser = bytes)]
    pub(crate) max_record: usize,
    /// How many threads parse; if nothing is said, one for each core
    ///
    /// The output is the same for any number, of which 256 are the most. Files from 1 MiB on are divided, except of http and
    /// resp; streams and standard input are read by one thread.
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZero<usize>>,
    #[command(flatten)]
    pub(crate) stats: StatsArg,
}

/// Reads a delimiter of CSV.
fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"tab" | b"\\t" => Ok(b'\t'),
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n') => Ok(*byte),
        _ => Err("expected `tab`, or one ASCII character that is no quote and ends no line".into()),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Lines `key=value`
    Kv,
    /// Lines such as `GET /index.html`
    Command,
    /// The Common Log Format of Apache and nginx
    Common,
    /// The Combined Log Format of Apache and nginx
    Combined,
    /// Lines of `key=value` entries, as many programs log
    Logfmt,
    /// Rows of CSV (RFC 4180), of which the first one names the fields
    Csv,
    /// A line of JSON each
    Ndjson,
    /// Heads of HTTP/1 requests and responses, each ended by an empty line, without bodies
    Http,
    /// Values of RESP, which Redis speaks, as JSON
    Resp,
    /// Whichever of these fits the first 32 lines or 64 KiB, which are awaited from a pipe
    Auto,
}

impl Format {
    /// All formats that an input can have, for messages.
    pub(crate) const NAMES: &'static str =
        "kv, command, common, combined, logfmt, csv, ndjson, http, resp";

    /// The name by which it is asked for.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Kv => "kv",
            Self::Command => "command",
            Self::Common => "common",
            Self::Combined => "combined",
            Self::Logfmt => "logfmt",
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
            Self::Http => "http",
            Self::Resp => "resp",
            Self::Auto => "auto",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// A line of JSON each
    Ndjson,
    /// RFC 4180, with a header unless the input is read with --no-header
    Csv,
    /// A map of `MessagePack` each, or an array where fields have no names
    Msgpack,
    /// Columns for people, as wide as the terminal lets them be
    Table,
    /// The unchanged bytes of each record that passed; the header of CSV is none
    Raw,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Whatever the output is
    Always,
    /// Not at all
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnError {
    /// Go on with the next record
    Skip,
    /// End the run
    Stop,
}

impl Form {
    /// The name by which it is asked for.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
            Self::Msgpack => "msgpack",
            Self::Table => "table",
            Self::Raw => "raw",
        }
    }
}
