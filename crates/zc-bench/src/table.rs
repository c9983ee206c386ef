//! The tables on the terminal.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, Table};

use crate::report::{Figures, Report};
use crate::stats::Summary;
use crate::target::{Bound, Verdict};

/// The figures of a case as lines of text.
pub(crate) fn figures(report: &Report) -> String {
    let Report { name, what, bytes, items, item, .. } = report;
    let rounds = report.rounds();
    let row = report.row.map(|row| format!("row {row}, ")).unwrap_or_default();
    let items = if items == bytes { String::new() } else { format!(", {items} × {item}") };
    let mut text = format!("{row}{name}: {what} ({bytes} bytes{items}; {rounds} rounds)\n");
    let per_item = format!("ns/{item}");
    let header =
        ["", "GB/s", "(min–max)", &per_item, "CPU s/GB", "allocations", "copies/byte", "ours/it"];
    text += &aligned(&header, report.engines.iter().map(cells));
    for verdict in &report.verdicts {
        text += &line(verdict);
    }
    for skipped in &report.skipped {
        text += &format!("  skipped: {skipped}\n");
    }
    text
}

fn cells(figures: &Figures) -> Vec<String> {
    let Summary { median, min, max } = figures.gigabytes_per_second;
    let dash = || "–".to_owned();
    vec![
        figures.name.clone(),
        digits(median),
        format!("({}–{})", digits(min), digits(max)),
        digits(figures.nanoseconds_per_item.median),
        digits(figures.cpu_seconds_per_gigabyte.median),
        figures.allocations.map_or_else(dash, |it| it.to_string()),
        figures.copies.as_ref().map_or_else(dash, |it| digits(it.per_byte)),
        digits(figures.ratio.median),
    ]
}

/// A target, the figure beside it, and whether it is met.
fn line(verdict: &Verdict) -> String {
    let (sign, bound) = match verdict.bound {
        Bound::AtLeast(bound) => ('≥', bound),
        Bound::AtMost(bound) => ('≤', bound),
    };
    let target = format!("  target {sign} {bound} × {}:", verdict.of);
    let Some(Summary { median, min, max }) = verdict.ratio else {
        return format!("{target} not measured\n");
    };
    let word = if verdict.is_met == Some(true) { "met" } else { "missed" };
    let why = verdict.why_missed.as_ref().map(|why| format!(", since {why}")).unwrap_or_default();
    format!("{target} {} ({}–{}), {word}{why}\n", digits(median), digits(min), digits(max))
}

/// Rows under a header; all columns but the first are numbers.
pub(crate) fn aligned(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(header).add_rows(rows);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let lines = table.lines().map(|line| format!(" {}\n", line.trim_end()));
    lines.collect()
}

/// Three digits that count.
pub(crate) fn digits(number: f64) -> String {
    let decimals = match number.abs() {
        large if large >= 100.0 => 0,
        large if large >= 10.0 => 1,
        medium if medium >= 1.0 => 2,
        small if small >= 0.1 => 3,
        0.0 => 0,
        _ => 4,
    };
    format!("{number:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::{aligned, digits, line};
    use crate::stats::Summary;
    use crate::target::Target;

    #[test]
    fn numbers_have_three_digits_that_count() {
        let shown = [1234.5, 123.45, 12.345, 1.2345, 0.12345, 0.012345, 0.0].map(digits);
        assert_eq!(shown, ["1234", "123", "12.3", "1.23", "0.123", "0.0123", "0"]);
    }

    #[test]
    fn columns_are_aligned() {
        let rows =
            [vec!["zc".to_owned(), "18.4".to_owned()], vec!["memchr".to_owned(), "9".to_owned()]];
        assert_eq!(
            aligned(&["", "GB/s"], rows),
            "          GB/s\n  zc      18.4\n  memchr     9\n"
        );
    }

    #[test]
    fn target_and_figure_stand_side_by_side() {
        let target = Target::at_least(2.3, "nom").why_missed("the sky is cloudy");
        let ratio = |median| Some(Summary { median, min: 1.0, max: 3.0 });
        assert_eq!(
            line(&target.judge(ratio(2.5))),
            "  target ≥ 2.3 × nom: 2.50 (1.00–3.00), met\n"
        );
        assert_eq!(
            line(&target.judge(ratio(2.0))),
            "  target ≥ 2.3 × nom: 2.00 (1.00–3.00), missed, since the sky is cloudy\n"
        );
        assert_eq!(line(&target.judge(None)), "  target ≥ 2.3 × nom: not measured\n");
    }
}
