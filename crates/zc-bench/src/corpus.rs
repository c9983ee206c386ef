//! [`Corpus`]: what a case works on, in full or, for checking answers only, small.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::answer::Input;

/// What a case works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Corpus {
    /// The file that `cargo xtask data KIND --size SIZE` writes, or only its first bytes.
    Data { kind: &'static str, size: &'static str, head: Option<usize> },
    /// So many bytes of printable ASCII that JSON need not escape.
    Plain { len: usize },
    /// So many bytes, which the engine makes up.
    Stream { len: u64 },
}

/// How much of a corpus to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scale {
    Full,
    /// A small sample of the same kind, which is always at hand.
    Small,
}

const SMALL_LEN: usize = 1 << 20;

impl Corpus {
    pub(crate) const fn data(kind: &'static str, size: &'static str) -> Self {
        Self::Data { kind, size, head: None }
    }

    pub(crate) const fn access_log(size: &'static str) -> Self {
        Self::data("access-log", size)
    }

    /// The first `len` bytes of the same file.
    pub(crate) const fn access_log_head(size: &'static str, len: usize) -> Self {
        Self::Data { kind: "access-log", size, head: Some(len) }
    }

    /// Reads the corpus; a small one is written into `scratch` first.
    pub(crate) fn load(self, scale: Scale, scratch: &Scratch) -> Result<Input> {
        let (kind, size, head) = match self {
            Self::Data { kind, size, head } => (kind, size, head),
            Self::Plain { len } => {
                let bytes: Vec<u8> = plain().take(len).collect();
                return Ok(Input { len: bytes.len() as u64, bytes, path: PathBuf::new() });
            }
            Self::Stream { len } => {
                let len = if scale == Scale::Full { len } else { SMALL_LEN as u64 };
                return Ok(Input { len, bytes: Vec::new(), path: PathBuf::new() });
            }
        };
        let path = match scale {
            Scale::Full => data_file(kind, size),
            Scale::Small => scratch.small_file(kind)?,
        };
        let mut bytes = Vec::new();
        let mend = || {
            let shown = path.display();
            format!("cannot read {shown}; run `cargo xtask data {kind} --size {size}`")
        };
        let file = File::open(&path).with_context(mend)?;
        file.take(head.map_or(u64::MAX, |head| head as u64))
            .read_to_end(&mut bytes)
            .with_context(mend)?;
        Ok(Input { len: bytes.len() as u64, bytes, path })
    }
}

fn plain() -> impl Iterator<Item = u8> {
    (b' '..=b'~').filter(|byte| !matches!(byte, b'"' | b'\\')).cycle()
}

/// Where `cargo xtask data` writes.
fn data_file(kind: &str, size: &str) -> PathBuf {
    let extension = if matches!(kind, "access-log" | "logfmt") { "log" } else { kind };
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/data");
    data.join(format!("{kind}-{size}.{extension}"))
}

/// Whole records of a kind.
fn sample(kind: &str) -> Result<&'static [u8]> {
    Ok(match kind {
        "access-log" => include_bytes!("../corpora/access-log.log"),
        "csv" => include_bytes!("../corpora/csv.csv"),
        "http" => include_bytes!("../corpora/http.http"),
        "logfmt" => include_bytes!("../corpora/logfmt.log"),
        "ndjson" => include_bytes!("../corpora/ndjson.ndjson"),
        _ => bail!("add a sample of {kind} to crates/zc-bench/corpora"),
    })
}

/// A directory for small corpora, which goes when it is dropped.
#[derive(Debug)]
pub(crate) struct Scratch {
    directory: TempDir,
}

impl Scratch {
    pub(crate) fn new() -> Result<Self> {
        Ok(Self { directory: TempDir::with_prefix("zc-bench-")? })
    }

    fn small_file(&self, kind: &str) -> Result<PathBuf> {
        let path = self.directory.path().join(kind);
        if !path.exists() {
            let sample = sample(kind)?;
            fs::write(&path, sample.repeat(SMALL_LEN / sample.len()))?;
        }
        Ok(path)
    }
}

#[cfg(test)]
mod tests {
    use super::{Corpus, Scale, Scratch};

    #[test]
    fn a_small_corpus_is_whole_records_and_its_head_is_its_beginning() {
        let scratch = Scratch::new().unwrap();
        let corpus = Corpus::access_log("64MiB");
        let whole = corpus.load(Scale::Small, &scratch).unwrap();
        assert!(whole.bytes.ends_with(b"\n"));
        assert_eq!(whole.len, whole.bytes.len() as u64);
        let head = Corpus::access_log_head("64MiB", 1000).load(Scale::Small, &scratch).unwrap();
        assert_eq!((head.len, &head.bytes[..]), (1000, &whole.bytes[..1000]));
    }

    #[test]
    fn a_missing_corpus_says_how_to_make_it() {
        let corpus = Corpus::access_log("3B");
        let error = corpus.load(Scale::Full, &Scratch::new().unwrap()).unwrap_err();
        assert!(error.to_string().contains("run `cargo xtask data access-log --size 3B`"));
    }
}
