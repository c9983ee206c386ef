//! The figures of each case as a table.

use std::fmt::Write as _;

use super::quantity::{NOTHING, Quantity, text};
use crate::data::{Data, Entry};
use crate::report::{Figures, Report};
use crate::stats::Summary;
use crate::table::digits;

/// What stands in the columns, after the name of the engine and its rate.
const COLUMNS: [Quantity; 6] = [
    Quantity::Time,
    Quantity::Cpu,
    Quantity::CpuPerGigabyte,
    Quantity::Allocations,
    Quantity::Copies,
    Quantity::Ratio,
];

/// A heading and a table for each case.
pub(super) fn all(data: &Data) -> String {
    data.cases.iter().map(case).collect()
}

fn case(entry: &Entry) -> String {
    let Entry { date, revision, report } = entry;
    let Report { name, what, bytes, items, item, .. } = report;
    let row = report.row.map(|row| format!("Row {row}: ")).unwrap_or_default();
    let items = if items == bytes { String::new() } else { format!(", {items} × {item}") };
    let rounds = report.rounds();
    let mut text = format!(
        "\n### {name}\n\n{row}{what} ({bytes} bytes{items}; {rounds} rounds, {date}, commit \
         {revision}).\n\n| | GB/s (min–max) | time a {item} | processor time a {item} | processor \
         time a GB | allocations | copies a byte | ours to it |\n| --- | ---: | ---: | ---: | \
         ---: | ---: | ---: | ---: |\n",
    );
    for engine in &report.engines {
        text += &line(report, engine);
    }
    for skipped in &report.skipped {
        let _ = write!(text, "\nSkipped: {skipped}.\n");
    }
    text
}

fn line(report: &Report, engine: &Figures) -> String {
    let Summary { median, min, max } = engine.gigabytes_per_second;
    let rate = format!("{} ({}–{})", digits(median), digits(min), digits(max));
    let cells = COLUMNS.map(|quantity| text(quantity, report, &engine.name)).join(" | ");
    format!("| {} | {rate} | {cells} |\n", engine.name)
}

/// How often each byte is copied, of every engine that counts it.
pub(super) fn copies(data: &Data) -> String {
    let mut text = "| case | way | read | decode | encode | write | copies a byte |\n\
                    | --- | --- | ---: | ---: | ---: | ---: | ---: |\n"
        .to_owned();
    for report in data.reports() {
        for engine in &report.engines {
            let Some(copies) = &engine.copies else { continue };
            let stages = [copies.read, copies.decode, copies.encode, copies.write];
            let stages = stages.map(|bytes| share(bytes, report.bytes)).join(" | ");
            let per_byte = digits(copies.per_byte);
            let _ = writeln!(text, "| {} | {} | {stages} | {per_byte} |", report.name, engine.name);
        }
    }
    text
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn share(copied: u64, bytes: u64) -> String {
    if bytes == 0 { NOTHING.to_owned() } else { digits(copied as f64 / bytes as f64) }
}
