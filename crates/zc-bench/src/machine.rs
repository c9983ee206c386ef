//! [`Machine`] and [`Versions`]: on what, and against which versions, was measured.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// Crates that are compared and that the workspace needs anyway; the other rivals are what the
/// feature of that name switches on.
const CRATES: &[&str] =
    &["memchr", "nom", "rmp-serde", "serde_json", "tokio", "tokio-util", "zerocopy"];

/// Installed programs that a case may start.
const PROGRAMS: &[&str] = &[
    "cp",
    "duckdb",
    "gawk",
    "haproxy",
    "jq",
    "mawk",
    "mlr",
    "nginx",
    "redis-server",
    "static-web-server",
    "wc",
    "wrk",
];

/// On what was measured; what is not known is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Machine {
    pub(crate) processor: Option<String>,
    pub(crate) cores: Option<usize>,
    /// As `L1 Data 32K`, of one core.
    pub(crate) caches: Vec<String>,
    /// Main memory, rounded to whole gibibytes.
    pub(crate) memory_gib: Option<u64>,
    pub(crate) kernel: Option<String>,
    /// Whether this was no release build.
    pub(crate) has_debug_assertions: bool,
}

/// By what, and against what, was measured; what is not installed is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Versions {
    pub(crate) compiler: Option<String>,
    /// Several where the workspace is locked to several.
    pub(crate) crates: BTreeMap<String, Vec<String>>,
    pub(crate) programs: BTreeMap<String, String>,
}

impl Machine {
    pub(crate) fn look() -> Self {
        Self {
            processor: field("/proc/cpuinfo", "model name"),
            cores: thread::available_parallelism().ok().map(usize::from),
            caches: (0..).map_while(cache).collect(),
            memory_gib: memory_gib(),
            kernel: first_line("/proc/sys/kernel/osrelease"),
            has_debug_assertions: cfg!(debug_assertions),
        }
    }
}

impl Versions {
    pub(crate) fn look() -> Self {
        let crates = CRATES.iter().copied().chain(rivals());
        let program = |&name: &&str| Some((name.to_owned(), version(name)?));
        Self {
            compiler: version("rustc"),
            crates: crates.map(|name| (name.to_owned(), versions(name))).collect(),
            programs: PROGRAMS.iter().filter_map(program).collect(),
        }
    }
}

/// The day in UTC.
pub(crate) fn date() -> Result<String> {
    said("date", &["-u", "+%F"]).context("there is no `date`")
}

/// The commit that the workspace is at, with a `+` if there are changes on top.
pub(crate) fn revision() -> Result<String> {
    let root = root();
    let root = root.to_str().context("the path of the workspace is not UTF-8")?;
    let revision = said("git", &["-C", root, "rev-parse", "--short", "HEAD"]);
    let revision = revision.context("the workspace is no git repository")?;
    let is_changed = said("git", &["-C", root, "status", "--porcelain", "--", "*.rs", "*.toml"]);
    Ok(if is_changed.is_some() { revision + "+" } else { revision })
}

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    crates.and_then(Path::parent).expect("the crate lies in the workspace").to_owned()
}

fn first_line(path: &str) -> Option<String> {
    Some(fs::read_to_string(path).ok()?.lines().next()?.to_owned())
}

/// What stands behind `name` and a colon in the file at `path`.
fn field(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn cache(index: usize) -> Option<String> {
    let part =
        |name| first_line(&format!("/sys/devices/system/cpu/cpu0/cache/index{index}/{name}"));
    Some(format!("L{} {} {}", part("level")?, part("type")?, part("size")?))
}

fn memory_gib() -> Option<u64> {
    let total = field("/proc/meminfo", "MemTotal")?;
    let kib: u64 = total.strip_suffix(" kB")?.parse().ok()?;
    Some((kib + (1 << 19)) >> 20)
}

/// The crates that the feature `rivals` switches on.
fn rivals() -> impl Iterator<Item = &'static str> {
    const MANIFEST: &str = include_str!("../Cargo.toml");
    MANIFEST.lines().filter_map(|line| line.trim().strip_prefix("\"dep:")?.strip_suffix("\","))
}

/// The versions of a crate that the workspace is locked to.
fn versions(name: &str) -> Vec<String> {
    const LOCK: &str = include_str!("../../../Cargo.lock");
    let packages = LOCK.split("[[package]]").map(|package| {
        let value = |key| package.lines().find_map(|line: &str| line.strip_prefix(key));
        (value("name = "), value("version = "))
    });
    let quoted = format!("\"{name}\"");
    let named = packages.filter(|(package, _)| *package == Some(&*quoted));
    named.filter_map(|(_, version)| Some(version?.trim_matches('"').to_owned())).collect()
}

/// What a program says of itself; not all know the long flag, and not all write to standard output.
fn version(program: &str) -> Option<String> {
    said(program, &["--version"]).or_else(|| said(program, &["-v"]))
}

/// The first line that a program says, if it says one and succeeds.
fn said(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).output().ok()?;
    let said = if output.stdout.is_empty() { output.stderr } else { output.stdout };
    let line = String::from_utf8(said).ok()?.lines().next()?.to_owned();
    output.status.success().then_some(line)
}

#[cfg(test)]
mod tests {
    use super::{CRATES, rivals, said, versions};

    #[test]
    fn the_version_of_each_rival_is_known() {
        assert!(rivals().any(|name| name == "httparse"));
        for name in CRATES.iter().copied().chain(rivals()) {
            assert!(!versions(name).is_empty(), "{name}");
        }
        assert!(versions("no-such-crate").is_empty());
    }

    #[test]
    fn a_program_says_a_line_or_nothing() {
        assert_eq!(said("sh", &["-c", "echo a; echo b"]).as_deref(), Some("a"));
        assert_eq!(said("sh", &["-c", "echo a >&2"]).as_deref(), Some("a"));
        assert_eq!(said("sh", &["-c", "echo a; exit 1"]), None);
        assert_eq!(said("no-such-program", &[]), None);
    }
}
