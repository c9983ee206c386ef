//! Figures that other pages quote, each between two marks that say which one it is.
//!
//! ```text
//! it took <!-- bench echo; article, 64 KiB; ratio -->0.29<!-- end --> of the processor time
//!
//! <!-- bench table input; time; zc by reads; zc by a map -->
//! a row for each case whose name begins with `input-`, a column for each engine
//! <!-- end -->
//! ```

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::PAGE;
use super::quantity::{self, NOTHING, Quantity};
use crate::cases;
use crate::data::Data;

const OPEN: &str = "<!-- bench ";
const CLOSE: &str = "<!-- end -->";

/// The pages that hold marks: paths from the root.
pub(super) fn pages(root: &Path) -> Result<Vec<String>> {
    let mut pages = vec!["README.md".to_owned()];
    collect(root, "docs", &mut pages)?;
    pages.retain(|page| page != PAGE);
    pages.retain(|page| fs::read_to_string(root.join(page)).is_ok_and(|text| text.contains(OPEN)));
    pages.sort();
    Ok(pages)
}

fn collect(root: &Path, directory: &str, pages: &mut Vec<String>) -> Result<()> {
    let Ok(entries) = fs::read_dir(root.join(directory)) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        let path = format!("{directory}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(root, &path, pages)?;
        } else if path.ends_with(".md") {
            pages.push(path);
        }
    }
    Ok(())
}

/// `page` with what `data` says between its marks.
pub(super) fn fill(page: &str, data: &Data) -> Result<String> {
    let mut filled = String::new();
    let mut rest = page;
    while let Some(start) = rest.find(OPEN) {
        let (before, mark) = rest.split_at(start);
        let (what, inside) = mark[OPEN.len()..].split_once("-->").context("a mark has no `-->`")?;
        let (_, after) =
            inside.split_once(CLOSE).with_context(|| format!("`{what}` has no `{CLOSE}`"))?;
        let figure = figure(what.trim(), data).with_context(|| format!("the mark `{what}`"))?;
        filled += &format!("{before}{OPEN}{what}-->{figure}{CLOSE}");
        rest = after;
    }
    Ok(filled + rest)
}

fn figure(what: &str, data: &Data) -> Result<String> {
    let table = what.strip_prefix("table ");
    let words: Vec<_> = table.unwrap_or(what).split(';').map(str::trim).collect();
    if table.is_some() {
        let [group, field, engines @ ..] = &words[..] else {
            anyhow::bail!("a table has a group, a quantity and engines");
        };
        return grid(group, quantity(field)?, engines, data);
    }
    let [case, engine, field] = words[..] else {
        anyhow::bail!("a figure has a case, an engine and a quantity");
    };
    cell(case, engine, quantity(field)?, data)
}

fn quantity(name: &str) -> Result<Quantity> {
    Quantity::by_name(name).with_context(|| format!("`{name}` is no quantity"))
}

/// One figure; a dash if the case was not measured yet.
fn cell(case: &str, engine: &str, quantity: Quantity, data: &Data) -> Result<String> {
    ensure!(cases::by_name(case).is_some(), "there is no case `{case}`");
    let Some(report) = data.case(case) else { return Ok(NOTHING.to_owned()) };
    let is_there = report.engine(engine).is_some() || !report.skipped.is_empty();
    ensure!(is_there, "the case `{case}` has no engine `{engine}`");
    Ok(quantity::text(quantity, report, engine))
}

/// A table of the cases of a group.
fn grid(group: &str, quantity: Quantity, engines: &[&str], data: &Data) -> Result<String> {
    let cases = cases::select(&[group.to_owned()])?;
    let reports: Vec<_> = cases.iter().filter_map(|case| data.case(case.name)).collect();
    for engine in engines {
        let is_there = reports.is_empty() || reports.iter().any(|it| it.engine(engine).is_some());
        ensure!(is_there, "no case of `{group}` has an engine `{engine}`");
    }
    let mut text =
        format!("\n| | {} |\n| --- |{}\n", engines.join(" | "), " ---: |".repeat(engines.len()));
    for case in cases {
        let cell = |engine: &&str| {
            data.case(case.name)
                .map_or(NOTHING.to_owned(), |it| quantity::text(quantity, it, engine))
        };
        let cells: Vec<_> = engines.iter().map(cell).collect();
        let name = case.name.strip_prefix(group).unwrap_or(case.name).trim_start_matches('-');
        text += &format!("| {name} | {} |\n", cells.join(" | "));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::fill;
    use crate::data::Data;

    fn data() -> Data {
        serde_json::from_str(include_str!("../../tests/report/data.json")).unwrap()
    }

    #[track_caller]
    fn check(page: &str, expected: &str) {
        assert_eq!(fill(page, &data()).unwrap(), expected);
        // What is filled in once stays as it is.
        assert_eq!(fill(expected, &data()).unwrap(), expected);
    }

    #[track_caller]
    fn check_error(page: &str, expected: &str) {
        let error = fill(page, &data()).unwrap_err();
        assert_eq!(format!("{error:#}"), expected);
    }

    #[test]
    fn a_figure_stands_between_its_marks() {
        check(
            "a <!-- bench echo; article, 64 KiB; ratio -->9<!-- end --> b",
            "a <!-- bench echo; article, 64 KiB; ratio -->0.900<!-- end --> b",
        );
        check("no mark", "no mark");
    }

    #[test]
    fn what_was_not_measured_is_a_dash() {
        check(
            "<!-- bench records; zc view; rate --><!-- end -->",
            "<!-- bench records; zc view; rate -->–<!-- end -->",
        );
    }

    #[test]
    fn a_table_has_a_row_for_each_case_of_its_group() {
        check(
            "<!-- bench table input; time; fs::read; zc by a map --><!-- end -->\n",
            "<!-- bench table input; time; fs::read; zc by a map -->\n\
             | | fs::read | zc by a map |\n| --- | ---: | ---: |\n\
             | 4KiB | 3.00 µs | 9.40 µs |\n| 64KiB | – | – |\n| 256KiB | – | – |\n\
             | 1MiB | 160 µs | 100 µs |\n| 16MiB | – | – |\n| 256MiB | – | – |\n| 1GiB | – | – |\n<!-- end -->\n",
        );
    }

    #[test]
    fn a_mark_that_means_nothing_is_an_error() {
        let end = "<!-- end -->";
        check_error(
            &format!("<!-- bench ecko; zc; ratio -->{end}"),
            "the mark `ecko; zc; ratio `: there is no case `ecko`",
        );
        check_error(
            &format!("<!-- bench lines; cz; ratio -->{end}"),
            "the mark `lines; cz; ratio `: the case `lines` has no engine `cz`",
        );
        check_error(
            &format!("<!-- bench echo; zc; speed -->{end}"),
            "the mark `echo; zc; speed `: `speed` is no quantity",
        );
        check_error(
            &format!("<!-- bench echo -->{end}"),
            "the mark `echo `: a figure has a case, an engine and a quantity",
        );
        check_error(
            &format!("<!-- bench table input; time; zc -->{end}"),
            "the mark `table input; time; zc `: no case of `input` has an engine `zc`",
        );
        check_error(
            "<!-- bench echo; zc echo std; ratio -->",
            "`echo; zc echo std; ratio ` has no `<!-- end -->`",
        );
    }
}
