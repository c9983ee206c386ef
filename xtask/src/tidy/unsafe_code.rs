//! `unsafe` stands only where `docs/unsafe.md` lists it, and every row of that list is true.

use std::collections::BTreeSet;

use cargo_metadata::TargetKind;

use super::tree::Tree;
use super::{Finding, code};
use crate::workspace;

const LIST_PATH: &str = "docs/unsafe.md";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let list = tree.text(LIST_PATH).unwrap_or_default();
    let listed: BTreeSet<&str> = list.lines().filter_map(listed_path).collect();
    let mut findings = stray(tree, &listed);
    findings.extend(stale(tree, &listed));
    findings.extend(not_forbidden(tree, &listed));
    findings
}

/// The path of a row such as ``| `crates/zc-io/src/map.rs` | … |``.
fn listed_path(line: &str) -> Option<&str> {
    let (path, _) = line.trim_start().strip_prefix("| `")?.split_once('`')?;
    path.ends_with(".rs").then_some(path)
}

/// Files that hold `unsafe` and are not listed.
fn stray(tree: &Tree, listed: &BTreeSet<&str>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| !listed.contains(file.path.as_str())) {
        if let Some(line) = code::line_of_word(&file.code, "unsafe") {
            let mend = format!(
                "write it without, or list the file in {LIST_PATH} with its invariant, its test \
                 and its measurement"
            );
            findings.push(Finding::new(&file.path, format!("holds `unsafe` in line {line}"), mend));
        }
    }
    findings
}

/// Rows of the list whose file is gone or holds no `unsafe` any more.
fn stale(tree: &Tree, listed: &BTreeSet<&str>) -> Vec<Finding> {
    let holds_unsafe = |path: &str| {
        let file = tree.files.iter().find(|file| file.path == path);
        file.is_some_and(|file| code::line_of_word(&file.code, "unsafe").is_some())
    };
    let stale = listed.iter().filter(|path| !holds_unsafe(path));
    let what = |path: &str| format!("lists {path}, which holds no `unsafe`");
    stale.map(|path| Finding::new(LIST_PATH, what(path), "drop the row")).collect()
}

/// Libraries that have no listed module and yet do not forbid `unsafe`.
fn not_forbidden(tree: &Tree, listed: &BTreeSet<&str>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in tree.packages().into_iter().filter(|package| workspace::is_library(package)) {
        let directory = tree.directory(package);
        let src = format!("{directory}src/");
        if listed.iter().any(|path| path.starts_with(&src)) {
            continue;
        }
        let roots = package.targets.iter().filter(|it| it.kind.contains(&TargetKind::Lib));
        for root in roots {
            let file = tree.files.iter().find(|file| {
                file.path.starts_with(&directory) && root.src_path.ends_with(file.path.as_str())
            });
            if let Some(file) = file
                && !file.code.lines().any(|line| line.trim() == "#![forbid(unsafe_code)]")
            {
                let what = "has no `unsafe` to allow and does not forbid it";
                let mend = "add `#![forbid(unsafe_code)]`";
                findings.push(Finding::new(&file.path, what, mend));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::{LIST_PATH, listed_path};
    use crate::tidy::fixture::Fixture;

    const HOLDS_UNSAFE: &str = "//! A module.\n\nfn f() {\n    unsafe { g() }\n}\n";
    const HOLDS_NONE: &str = "//! A module that is not unsafe.\n\nconst NAME: &str = \"unsafe\";\n";
    const LIST: &str = "# Unsafe\n\n| module | why |\n| --- | --- |\n\
                        | `crates/zc-core/src/map.rs` | it maps |\n";
    /// The library root of a crate with a listed module.
    const ROOT: &str = "//! A crate.\n";

    #[track_caller]
    fn check(files: &[(&str, &str)], expected: &[&str]) {
        let mut fixture = Fixture::new();
        for (path, text) in files {
            fixture.write(path, text);
        }
        fixture.check(expected);
    }

    #[test]
    fn stray_unsafe_is_found_anywhere() {
        let mend = "write it without, or list the file in docs/unsafe.md with its invariant, its \
                    test and its measurement";
        for path in [
            "crates/zc-core/src/map.rs",
            "crates/zc-core/tests/map.rs",
            "crates/zc-core/fuzz/fuzz_targets/map.rs",
            "xtask/src/map.rs",
        ] {
            let expected = format!("{path}: holds `unsafe` in line 4; {mend}");
            check(&[(path, HOLDS_UNSAFE)], &[&expected]);
            check(&[(path, HOLDS_NONE)], &[]);
        }
    }

    #[test]
    fn listed_unsafe_is_allowed() {
        check(
            &[
                ("crates/zc-core/src/map.rs", HOLDS_UNSAFE),
                ("crates/zc-core/src/lib.rs", ROOT),
                (LIST_PATH, LIST),
            ],
            &[],
        );
    }

    #[test]
    fn a_stale_row_is_found() {
        let expected = "docs/unsafe.md: lists crates/zc-core/src/map.rs, which holds no `unsafe`; \
                        drop the row";
        check(&[(LIST_PATH, LIST)], &[expected]);
        check(&[(LIST_PATH, LIST), ("crates/zc-core/src/map.rs", HOLDS_NONE)], &[expected]);
    }

    #[test]
    fn a_library_that_does_not_forbid_what_it_does_not_need_is_found() {
        check(
            &[("crates/zc-core/src/lib.rs", ROOT)],
            &["crates/zc-core/src/lib.rs: has no `unsafe` to allow and does not forbid it; add \
               `#![forbid(unsafe_code)]`"],
        );
    }

    #[test]
    fn only_rows_that_begin_with_the_path_of_a_file_are_read() {
        assert_eq!(listed_path("| `a/b.rs` | why |"), Some("a/b.rs"));
        assert_eq!(listed_path("| `unsafe_code` | why |"), None);
        assert_eq!(listed_path("| module | `a/b.rs` |"), None);
        assert_eq!(listed_path("`a/b.rs` holds none."), None);
    }
}
