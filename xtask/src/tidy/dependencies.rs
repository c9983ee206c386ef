//! `docs/dependencies.md` justifies each crate that a manifest names, and each that the workspace
//! is locked to in several versions, and none besides.

use std::collections::{BTreeMap, BTreeSet};

use super::Finding;
use super::tree::Tree;

const PAGE: &str = "docs/dependencies.md";

/// Under this heading stand the crates in several versions.
const VERSIONS: &str = "## In two versions";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let Some(page) = tree.text(PAGE) else { return Vec::new() };
    let (direct, versions) = page.split_once(VERSIONS).unwrap_or((&page, ""));
    let lock = tree.text("Cargo.lock").unwrap_or_default();
    let mut findings = compare(
        &listed(direct),
        &named(tree),
        ["is a dependency", "no dependency"],
        "what for, and why this one",
    );
    let several = in_several_versions(&lock);
    findings.extend(compare(
        &listed(versions),
        &several,
        ["is locked in several versions", "locked in one alone"],
        "why",
    ));
    findings
}

/// What is there and not listed, and what is listed and not there.
fn compare(
    listed: &BTreeSet<String>,
    there: &BTreeSet<String>,
    [is, is_not]: [&str; 2],
    column: &str,
) -> Vec<Finding> {
    let unlisted = there.difference(listed).map(|name| {
        let mend = format!("do without it, or add a row that says {column}");
        Finding::new(PAGE, format!("`{name}` {is} and has no row"), mend)
    });
    let stale = listed.difference(there).map(|name| {
        Finding::new(PAGE, format!("`{name}` has a row and is {is_not}"), "drop the row")
    });
    unlisted.chain(stale).collect()
}

/// The crates that rows such as ``| `bytes` | … |`` are about.
fn listed(page: &str) -> BTreeSet<String> {
    let name = |line: &str| Some(line.strip_prefix("| `")?.split_once('`')?.0.to_owned());
    page.lines().filter_map(name).collect()
}

/// The crates of others that a manifest names.
fn named(tree: &Tree) -> BTreeSet<String> {
    let packages = tree.packages();
    let all = packages.iter().flat_map(|package| &package.dependencies);
    all.filter(|it| it.path.is_none()).map(|it| it.name.clone()).collect()
}

fn in_several_versions(lock: &str) -> BTreeSet<String> {
    let mut counts = BTreeMap::new();
    for line in lock.lines() {
        if let Some(name) = line.strip_prefix("name = \"") {
            *counts.entry(name.trim_end_matches('"')).or_insert(0) += 1;
        }
    }
    counts.into_iter().filter(|&(_, count)| count > 1).map(|(name, _)| name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::PAGE;
    use crate::tidy::fixture::Fixture;

    const NEEDS_BYTES: &str = "[dependencies]\nbytes = '1'\n";
    const ROW: &str = "| crate | why |\n| --- | --- |\n| `bytes` | it counts |\n";

    #[track_caller]
    fn check(needs: &str, page: &str, lock: &str, expected: &[&str]) {
        let mut fixture = Fixture::new();
        fixture.append("crates/zc-core/Cargo.toml", needs);
        fixture.write(PAGE, page);
        fixture.write("Cargo.lock", lock);
        let found: Vec<_> = super::check(&fixture.tree()).iter().map(ToString::to_string).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_dependency_without_a_row_is_found() {
        check(NEEDS_BYTES, ROW, "", &[]);
        check(
            NEEDS_BYTES,
            "",
            "",
            &[
                "docs/dependencies.md: `bytes` is a dependency and has no row; do without it, or add \
               a row that says what for, and why this one",
            ],
        );
    }

    #[test]
    fn a_stale_row_is_found() {
        check(
            "",
            ROW,
            "",
            &["docs/dependencies.md: `bytes` has a row and is no dependency; \
               drop the row"],
        );
    }

    #[test]
    fn a_crate_in_two_versions_is_explained() {
        let lock = "[[package]]\nname = \"syn\"\nversion = \"2.0.0\"\n\n[[package]]\nname = \
                    \"syn\"\nversion = \"3.0.0\"\n\n[[package]]\nname = \"nom\"\n";
        check("", "## In two versions\n\n| `syn` | 2, 3 | slow |\n", lock, &[]);
        check(
            "",
            "# Dependencies",
            lock,
            &["docs/dependencies.md: `syn` is locked in several versions and has no row; do \
               without it, or add a row that says why"],
        );
    }
}
