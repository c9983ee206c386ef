//! What each Rust file must look like: a doc line first, and no more code than one sitting reads.

use super::Finding;
use super::tree::{RustFile, Tree};

/// The most lines of code in a file.
const MOST_LINES: usize = 300;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        if wants_doc_line(&file.path) && !file.text.starts_with("//! ") {
            let mend = "begin it with `//! ` and the file's one subject";
            findings.push(Finding::new(&file.path, "does not open with a doc line", mend));
        }
        let lines = lines_of_code(file);
        if lines > MOST_LINES && !file.path.contains("/tests/") {
            let what = format!("has {lines} lines of code, more than {MOST_LINES}");
            findings.push(Finding::new(&file.path, what, "split it by subject"));
        }
    }
    findings
}

fn wants_doc_line(path: &str) -> bool {
    match path.split('/').collect::<Vec<_>>()[..] {
        ["crates", _, part, ..] => matches!(part, "src" | "tests" | "examples"),
        ["xtask", "src", ..] => true,
        _ => false,
    }
}

/// Lines that hold code, up to the unit tests.
fn lines_of_code(file: &RustFile) -> usize {
    let lines = file.code.lines().take_while(|line| line.trim() != "#[cfg(test)]");
    lines.filter(|line| !line.trim().is_empty()).count()
}

#[cfg(test)]
mod tests {
    use crate::tidy::fixture::Fixture;

    #[track_caller]
    fn check(path: &str, text: &str, expected: &[&str]) {
        let mut fixture = Fixture::new();
        fixture.write(path, text);
        fixture.check(expected);
    }

    #[test]
    fn a_file_without_a_doc_line_is_found() {
        for path in [
            "crates/zc-core/src/a/b.rs",
            "crates/zc-core/tests/a.rs",
            "crates/zc-core/examples/a.rs",
        ] {
            let expected = format!(
                "{path}: does not open with a doc line; begin it with `//! ` and the file's one \
                 subject"
            );
            check(path, "fn main() {}\n", &[&expected]);
            check(path, "//!\nfn main() {}\n", &[&expected]);
            check(path, "//! A file.\nfn main() {}\n", &[]);
        }
    }

    #[test]
    fn a_file_elsewhere_needs_no_doc_line() {
        check("crates/zc-core/fuzz/fuzz_targets/a.rs", "fn main() {}\n", &[]);
    }

    #[test]
    fn a_long_file_is_found_outside_of_tests() {
        let text = format!("//! A file.\n{}", "fn a() {}\n".repeat(301));
        let expected = "crates/zc-core/src/a.rs: has 301 lines of code, more than 300; split it \
                        by subject";
        check("crates/zc-core/src/a.rs", &text, &[expected]);
        check("crates/zc-core/tests/a.rs", &text, &[]);
    }

    #[test]
    fn blanks_comments_and_unit_tests_are_no_lines_of_code() {
        let code = "fn a() {}\n".repeat(300);
        let comments = "// why\n/// what\n\n/* and\nmore */\n".repeat(100);
        let tests = format!("#[cfg(test)]\n{code}");
        check("crates/zc-core/src/a.rs", &format!("//! A file.\n{comments}{code}{tests}"), &[]);
    }
}
