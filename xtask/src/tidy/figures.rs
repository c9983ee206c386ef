//! Every figure in a page of the docs can be measured again: beside it stands the case of the bench
//! that shows it, or the bench itself fills it in.
//!
//! A figure is a number of gigabytes a second, nanoseconds, microseconds or processor seconds, or
//! how many times as much something is. Where it stands in a table, its row names the case, and
//! elsewhere its paragraph.

use super::Finding;
use super::tree::Tree;

/// The page that the bench writes.
const WRITTEN: &str = "docs/benchmarks.md";

/// How a page names a case.
const COMMAND: &str = "cargo xtask bench";

const CASES: &str = "crates/zc-bench/src/cases/";

const MEND: &str = "name the case that shows it, as in (`cargo xtask bench NAME`), or let `cargo \
                    xtask bench render` fill it in, as docs/files.md does";

/// What makes a number before it a figure.
const UNITS: [&str; 5] = ["GB/s", "ns", "µs", "×", "CPU"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let pages = tree.pages.iter().filter(|page| page.path != WRITTEN);
    pages.flat_map(|page| check_page(tree, &page.path, &page.text)).collect()
}

fn check_page(tree: &Tree, path: &str, text: &str) -> Vec<Finding> {
    let text = unfilled(text);
    let mut findings = Vec::new();
    for block in blocks(&text) {
        let names: Vec<_> = block.split(COMMAND).skip(1).flat_map(names).collect();
        let has_case = !names.is_empty() || names_a_row(&block);
        if let (false, Some(figure)) = (has_case, figure(&block)) {
            let what = format!("says `{figure}` and names no case that shows it");
            findings.push(Finding::new(path, what, MEND));
        }
        for name in names.into_iter().filter(|name| !is_case(tree, name)) {
            let what = format!("names `{name}`, which is no case of the bench");
            findings.push(Finding::new(path, what, "mend the name"));
        }
    }
    findings
}

/// The text without what the bench fills in, nor what stands in blocks of code.
fn unfilled(text: &str) -> String {
    let mut parts = text.split("<!-- bench ");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept += part.split_once("<!-- end -->").map_or("", |(_, after)| after);
    }
    let prose = kept.split("```").step_by(2);
    prose.collect()
}

/// Paragraphs, and the rows of tables one by one.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    for paragraph in text.split("\n\n") {
        let (rows, lines): (Vec<_>, Vec<_>) =
            paragraph.lines().partition(|line| line.starts_with('|'));
        blocks.extend(rows.into_iter().map(ToOwned::to_owned));
        blocks.push(lines.join(" "));
    }
    blocks
}

/// The first figure in `text`.
fn figure(text: &str) -> Option<String> {
    let words: Vec<_> =
        text.split_whitespace().map(|word| word.trim_matches(PUNCTUATION)).collect();
    let is_figure = |window: &&[&str]| match **window {
        [number, "times", then] => is_number(number) && matches!(then, "as" | "faster" | "slower"),
        [number, unit, _] => is_number(number) && UNITS.contains(&unit),
        _ => false,
    };
    let padded = [words, vec!["", ""]].concat();
    let found = padded.windows(3).find(is_figure)?;
    Some(found[..2].join(" "))
}

const PUNCTUATION: [char; 8] = ['(', ')', ',', '.', ';', ':', '|', '`'];

fn is_number(word: &str) -> bool {
    let end = word.rsplit(['–', '-']).next().unwrap_or(word);
    end.starts_with(|c: char| c.is_ascii_digit()) && end.replace(',', "").parse::<f64>().is_ok()
}

/// The names of cases that follow the command, up to the end of the code that it stands in.
fn names(after: &str) -> impl Iterator<Item = &str> {
    let command = after.split(['`', '\n', '#', ';']).next().unwrap_or_default();
    command.split_whitespace().filter(|word| !matches!(*word, "report" | "render" | "NAME" | "ROW"))
}

/// Whether it says `row 24`, or of which row it speaks otherwise.
fn names_a_row(text: &str) -> bool {
    let mut rows = text.split("row ").skip(1).chain(text.split("rows ").skip(1));
    rows.any(|after| after.starts_with(|c: char| c.is_ascii_digit()))
}

/// Rows of the table of targets are numbers, and flags are no names.
fn is_case(tree: &Tree, name: &str) -> bool {
    let is_other = name.starts_with('-') || name.parse::<u8>().is_ok();
    let quoted = [format!("\"{name}\""), format!("\"{name}-")];
    let mut cases = tree.files.iter().filter(|file| file.path.starts_with(CASES));
    is_other || cases.any(|file| quoted.iter().any(|quoted| file.text.contains(quoted)))
}

#[cfg(test)]
mod tests {
    use super::MEND;
    use crate::tidy::fixture::Fixture;

    /// Asserts what is found in a page that says `text`, in a project with a case `echo-bulk`.
    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let mut fixture = Fixture::new();
        fixture.add_crate("zc-bench");
        let case = "//! A case.\n\nconst NAME: &str = \"echo-bulk\";\n";
        fixture.write("crates/zc-bench/src/cases/echo.rs", case);
        fixture.write("docs/page.md", &format!("# Page\n\n{text}\n"));
        let expected = expected.map(|it| format!("docs/page.md: {it}"));
        let found: Vec<_> = super::check(&fixture.tree()).iter().map(ToString::to_string).collect();
        assert_eq!(found, expected.as_slice());
    }

    #[test]
    fn a_figure_without_its_case_is_found() {
        for (text, figure) in [
            ("It runs at 3.8 GB/s.", "3.8 GB/s"),
            ("It took (260 ns) once.", "260 ns"),
            ("It is 2.5\ntimes as fast.", "2.5 times"),
            ("At 1–2 × the cost", "1–2 ×"),
            ("| a | 5 µs |", "5 µs"),
            ("| a (`cargo xtask bench echo`) |\n| 5 µs |", "5 µs"),
            ("`cargo xtask bench echo`\n\n5 µs", "5 µs"),
        ] {
            let what = format!("says `{figure}` and names no case that shows it; {MEND}");
            check(text, Some(&what));
        }
    }

    #[test]
    fn a_figure_beside_its_case_is_fine() {
        check("It runs\nat 3.8 GB/s (`cargo xtask bench echo`).", None);
        check("| 5 µs (`cargo xtask bench echo-bulk --rounds`) |", None);
        check("5 µs (`cargo xtask bench 24`), 6 µs (row 24 of the bench)", None);
        check("5 µs (row 24 of the bench)", None);
        check("It took <!-- bench echo; zc; time -->5 µs<!-- end --> once.", None);
    }

    #[test]
    fn what_is_no_figure_is_just_text() {
        check("64 KiB, 3 times, 200 ms, 10 s, several times as fast, 4 bytes for 3", None);
        check("```text\n5 µs\n```", None);
        check("`cargo xtask bench NAME`", None);
    }

    #[test]
    fn a_case_that_does_not_exist_is_found() {
        check(
            "5 µs (`cargo xtask bench ecko`)",
            Some("names `ecko`, which is no case of the bench; mend the name"),
        );
    }
}
