//! `cargo xtask data`: corpora that look like the real thing, of any size, the same each time.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};

use self::random::Random;
use self::size::Size;
use crate::workspace;

mod access_log;
mod csv;
mod http;
mod logfmt;
mod ndjson;
mod pools;
mod random;
mod size;
mod time;

/// The longest record of any kind, in bytes; a file that is shorter than its size by more than
/// this was cut short.
const MOST_RECORD_BYTES: u64 = 4096;

#[derive(Debug, Args)]
pub(crate) struct Flags {
    /// What to write; all kinds when none is given
    kinds: Vec<Kind>,
    /// How much of each, to within one record: a number with B, kB, MB, GB, KiB, MiB or GiB
    #[arg(long, default_value = "256MiB")]
    size: Size,
}

/// A format that corpora are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Apache's Combined Log Format, one request a line
    AccessLog,
    /// JSON, one object of ten fields a line
    Ndjson,
    /// RFC 4180 with a header, ten columns
    Csv,
    /// `key=value` pairs, one event a line
    Logfmt,
    /// Heads of HTTP/1.1 requests as browsers send them, one after another
    Http,
}

/// Writes the corpora that are not there yet, and prints the path and the bytes of each.
pub(crate) fn run(flags: &Flags) -> Result<()> {
    let directory = workspace::root().join("target/data");
    fs::create_dir_all(&directory).with_context(|| directory.display().to_string())?;
    let kinds = if flags.kinds.is_empty() { Kind::value_variants() } else { &flags.kinds };
    for &kind in kinds {
        write_file(kind, flags.size, &directory)?;
    }
    Ok(())
}

fn write_file(kind: Kind, size: Size, directory: &Path) -> Result<()> {
    let path = directory.join(file_name(kind, size));
    let shown = path.display();
    if let Ok(metadata) = path.metadata()
        && (size.0.saturating_sub(MOST_RECORD_BYTES)..=size.0).contains(&metadata.len())
    {
        println!("{shown}: {} bytes, written before", metadata.len());
        return Ok(());
    }
    let partial = path.with_extension("partial");
    let mut file = File::create(&partial).with_context(|| partial.display().to_string())?;
    let written = write_records(kind, size.0, &mut file)
        .with_context(|| format!("cannot write {}; is the disk full?", partial.display()))?;
    fs::rename(&partial, &path).with_context(|| shown.to_string())?;
    println!("{shown}: {written} bytes");
    Ok(())
}

fn file_name(kind: Kind, size: Size) -> String {
    let (stem, extension) = match kind {
        Kind::AccessLog => ("access-log", "log"),
        Kind::Ndjson => ("ndjson", "ndjson"),
        Kind::Csv => ("csv", "csv"),
        Kind::Logfmt => ("logfmt", "log"),
        Kind::Http => ("http", "http"),
    };
    format!("{stem}-{size}.{extension}")
}

/// Writes as many whole records of `kind` as fit into `size` bytes and returns how many bytes
/// they are; the same `kind` and `size` give the same bytes.
fn write_records(kind: Kind, size: u64, out: &mut impl Write) -> io::Result<u64> {
    let mut random = Random::new(kind as u64);
    match kind {
        Kind::AccessLog => stream(access_log::AccessLog::new(&mut random), random, size, out),
        Kind::Ndjson => stream(ndjson::Ndjson::new(&mut random), random, size, out),
        Kind::Csv => stream(csv::Csv::new(&mut random), random, size, out),
        Kind::Logfmt => stream(logfmt::Logfmt::new(&mut random), random, size, out),
        Kind::Http => stream(http::Http::new(&mut random), random, size, out),
    }
}

/// Something that appends one record after another.
///
/// Records are put together from parts that were rendered beforehand, since copying a few parts
/// is fast in an unoptimised build too.
trait Records {
    fn append(&mut self, random: &mut Random, buffer: &mut Vec<u8>);
}

fn stream(
    mut records: impl Records,
    mut random: Random,
    size: u64,
    out: &mut impl Write,
) -> io::Result<u64> {
    const BUFFER: usize = 256 << 10;
    let mut buffer = Vec::with_capacity(2 * BUFFER);
    let mut flushed = 0;
    loop {
        let whole = buffer.len();
        records.append(&mut random, &mut buffer);
        if flushed + buffer.len() as u64 > size {
            out.write_all(&buffer[..whole])?;
            return Ok(flushed + whole as u64);
        }
        if buffer.len() >= BUFFER {
            out.write_all(&buffer)?;
            flushed += buffer.len() as u64;
            buffer.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use clap::ValueEnum;
    use tempfile::TempDir;

    use super::{Kind, MOST_RECORD_BYTES, Size, file_name, write_file, write_records};

    /// The first `size` bytes of a corpus.
    pub(super) fn records(kind: Kind, size: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        let written = write_records(kind, size, &mut bytes).unwrap();
        assert_eq!(written, bytes.len() as u64);
        bytes
    }

    /// FNV-1a, which is short and does not change.
    fn hash(bytes: &[u8]) -> u64 {
        bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        })
    }

    #[test]
    fn the_bytes_are_the_same_each_time() {
        let hashes = [Kind::AccessLog, Kind::Ndjson, Kind::Csv, Kind::Logfmt, Kind::Http]
            .map(|kind| hash(&records(kind, 1 << 20)));
        assert_eq!(
            hashes,
            [
                0x97ae_1f80_e5cc_c769,
                0xfa04_982e_1635_3752,
                0xd5e6_db24_2ac6_2f8f,
                0x6025_79cd_2e77_62b3,
                0x9ae3_47dc_db35_72e0,
            ]
        );
    }

    #[test]
    fn a_smaller_corpus_is_the_beginning_of_a_larger_one() {
        for kind in Kind::value_variants() {
            let large = records(*kind, 1 << 20);
            assert!(large.starts_with(&records(*kind, 300_000)));
        }
    }

    #[test]
    fn the_size_is_reached_to_within_one_record() {
        for kind in Kind::value_variants() {
            let whole = records(*kind, 20_000);
            let longest = records(*kind, 1 << 20).len() as u64;
            assert!((1 << 20) - longest < MOST_RECORD_BYTES);
            for size in [0, 1, 5_000, 10_000] {
                let bytes = records(*kind, size);
                assert!(bytes.len() as u64 <= size);
                assert!(size - (bytes.len() as u64) < MOST_RECORD_BYTES);
                assert!(whole.starts_with(&bytes));
                assert!(bytes.is_empty() || bytes.ends_with(b"\n"));
            }
        }
    }

    #[test]
    fn a_file_is_written_once_and_again_only_if_it_was_cut_short() {
        let directory = TempDir::new().unwrap();
        let path = directory.path().join("access-log-64KiB.log");
        let write = || write_file(Kind::AccessLog, Size(64 << 10), directory.path()).unwrap();
        let modified = || fs::metadata(&path).unwrap().modified().unwrap();
        write();
        let first = modified();
        write();
        assert_eq!(modified(), first);
        fs::write(&path, "cut short").unwrap();
        write();
        assert_eq!(fs::read(&path).unwrap(), records(Kind::AccessLog, 64 << 10));
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn the_name_holds_kind_and_size() {
        assert_eq!(file_name(Kind::AccessLog, Size(256 << 20)), "access-log-256MiB.log");
        assert_eq!(file_name(Kind::Http, Size(10_000_000_000)), "http-10GB.http");
    }
}
