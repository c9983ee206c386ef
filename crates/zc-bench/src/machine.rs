//! [`Machine`]: on what, and against which versions, was measured.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use std::thread;

use serde::Serialize;

/// Crates whose versions are written down; those of all rivals.
const CRATES: &[&str] = &[
    "bytecount",
    "csv",
    "csv-core",
    "httparse",
    "logfmt",
    "memchr",
    "nom",
    "picohttpparser-sys",
    "regex",
    "serde_json",
    "simd-csv",
];

/// Installed programs whose versions are written down.
const PROGRAMS: &[&str] = &["wc", "rustc"];

/// On what, and against which versions, was measured; what is not known is missing.
#[derive(Debug, Serialize)]
pub(crate) struct Machine {
    kernel: Option<String>,
    processor: Option<String>,
    cores: Option<usize>,
    /// Whether this was no release build.
    has_debug_assertions: bool,
    crates: BTreeMap<&'static str, Vec<&'static str>>,
    programs: BTreeMap<&'static str, String>,
}

impl Machine {
    pub(crate) fn look() -> Self {
        Self {
            kernel: first_line("/proc/sys/kernel/osrelease"),
            processor: processor(),
            cores: thread::available_parallelism().ok().map(usize::from),
            has_debug_assertions: cfg!(debug_assertions),
            crates: CRATES.iter().map(|&name| (name, versions(name))).collect(),
            programs: PROGRAMS.iter().filter_map(|&it| Some((it, version(it)?))).collect(),
        }
    }
}

fn first_line(path: &str) -> Option<String> {
    Some(fs::read_to_string(path).ok()?.lines().next()?.to_owned())
}

fn processor() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// The versions of a crate that the workspace is locked to.
fn versions(name: &str) -> Vec<&'static str> {
    const LOCK: &str = include_str!("../../../Cargo.lock");
    let packages = LOCK.split("[[package]]").map(|package| {
        let value = |key| package.lines().find_map(|line: &str| line.strip_prefix(key));
        (value("name = "), value("version = "))
    });
    let quoted = format!("\"{name}\"");
    let named = packages.filter(|(package, _)| *package == Some(&*quoted));
    named.filter_map(|(_, version)| Some(version?.trim_matches('"'))).collect()
}

fn version(program: &str) -> Option<String> {
    let output = Command::new(program).arg("--version").output().ok()?;
    Some(String::from_utf8(output.stdout).ok()?.lines().next()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{CRATES, versions};

    #[test]
    fn the_version_of_each_rival_is_known() {
        for name in CRATES {
            assert!(!versions(name).is_empty(), "{name}");
        }
        assert!(versions("no-such-crate").is_empty());
    }
}
