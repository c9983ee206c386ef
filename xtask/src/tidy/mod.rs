//! `cargo xtask tidy`: the rules of the project that the compiler does not know.
//!
//! A check is a function from a [`Tree`] to its findings; all findings are collected and printed,
//! each with what to do about it.

use std::fmt;

use anyhow::{Result, ensure};

use crate::workspace;
use tree::Tree;

mod article;
mod code;
mod dependencies;
mod figures;
#[cfg(test)]
pub(crate) mod fixture;
mod graph;
mod layers;
mod links;
mod manifests;
mod sources;
mod tree;
mod unsafe_code;

/// Prints what the checks find in the workspace; an error if that is anything.
pub(crate) fn run() -> Result<()> {
    let findings = findings(&Tree::load(&workspace::root())?);
    for finding in &findings {
        eprintln!("{finding}");
    }
    ensure!(findings.is_empty(), "tidy: {} findings; see above", findings.len());
    Ok(())
}

/// Something that breaks a rule, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    path: String,
    what: String,
    mend: String,
}

impl Finding {
    fn new(path: &str, what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { path: path.to_owned(), what: what.into(), mend: mend.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.path, self.what, self.mend)
    }
}

/// What all checks find, sorted by path.
fn findings(tree: &Tree) -> Vec<Finding> {
    let checks = [
        article::check,
        dependencies::check,
        figures::check,
        graph::check,
        links::check,
        manifests::check,
        sources::check,
        unsafe_code::check,
    ];
    let mut findings: Vec<_> = checks.iter().flat_map(|check| check(tree)).collect();
    findings.sort();
    findings
}

#[cfg(test)]
mod tests {
    use super::fixture::Fixture;

    #[test]
    fn a_tidy_tree_has_no_findings() {
        Fixture::new().check(&[]);
    }

    #[test]
    fn all_findings_are_collected_and_sorted() {
        let mut fixture = Fixture::new();
        fixture.write("crates/zc-parse/src/lib.rs", "#![forbid(unsafe_code)]\n");
        fixture.write("crates/zc-core/src/lib.rs", "#![forbid(unsafe_code)]\n");
        fixture.check(&[
            "crates/zc-core/src/lib.rs: does not open with a doc line; begin it with `//! ` and \
             the file's one subject",
            "crates/zc-parse/src/lib.rs: does not open with a doc line; begin it with `//! ` and \
             the file's one subject",
        ]);
    }
}
