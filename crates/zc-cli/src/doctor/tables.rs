//! What was found, as tables for people.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, Table};
use zc_io::probe::Way;

use super::bench::WAYS;
use super::findings::{Aligned, Findings, Pipe, Row, Told};
use super::units::{bytes, digits, time};

/// All of it, section by section.
pub(super) fn of(findings: &Findings) -> String {
    let mut text = String::from("What is here\n");
    text += &aligned(None, here(findings), CellAlignment::Left);
    text += &title(findings);
    text += &costs(findings);
    text += "\nWhat to do\n";
    for advice in &findings.advice {
        text += &wrapped(advice);
    }
    text
}

fn here(findings: &Findings) -> Vec<Vec<String>> {
    let Findings { kernel, processor, file_system, .. } = findings;
    let row = |name: &str, answer| vec![name.to_owned(), answer];
    vec![
        row("kernel", said(&kernel.release, Clone::clone)),
        row("processor", processor_line(processor.threads, processor.vectors, processor.baseline)),
        row("page", size(kernel.page_bytes)),
        row("file system", said(&file_system.kind, Clone::clone)),
        row(
            "large folios",
            said(&file_system.large_folios, |&len| format!("yes, up to {}", bytes(len))),
        ),
        row("reflink", said(&file_system.reflink, |()| String::new())),
        row("copy_file_range", said(&file_system.copy_file_range, |()| String::new())),
        row("sendfile", said(&file_system.sendfile, |()| String::new())),
        row("splice", said(&file_system.splice, |()| String::new())),
        row("O_DIRECT", said(&file_system.direct, direct)),
        row("cachestat", said(&kernel.cachestat, |()| String::new())),
        row("openat2", said(&kernel.openat2, |()| String::new())),
        row("pipe", said(&kernel.pipe, pipe)),
        row("io vectors", said(&kernel.io_vectors, |count| format!("{count} in one call"))),
    ]
}

fn processor_line(threads: Option<usize>, vectors: &str, baseline: &str) -> String {
    let threads = match threads {
        None => "cannot tell how many threads".to_owned(),
        Some(1) => "1 thread".to_owned(),
        Some(count) => format!("{count} threads"),
    };
    format!("{threads}, vectors by {vectors} (every such processor has {baseline})")
}

/// An answer in words, with what `show` makes of a value.
fn said<T>(told: &Told<T>, show: impl FnOnce(&T) -> String) -> String {
    match told {
        Told::Yes { value: Some(value) } => show(value),
        Told::Yes { value: None } => "yes".to_owned(),
        Told::No { why } => format!("no: {why}"),
        Told::CannotTell { why } => format!("cannot tell: {why}"),
    }
}

fn direct(aligned: &Aligned) -> String {
    let Aligned { memory_bytes, offset_bytes } = *aligned;
    format!("yes, memory by {}, offset and length by {}", size(memory_bytes), size(offset_bytes))
}

fn pipe(pipe: &Pipe) -> String {
    let max = pipe.max_bytes.map_or_else(
        || "cannot tell what others may have at most".to_owned(),
        |max| format!("at most {} without privilege", size(max)),
    );
    format!("{}; asked for 1 MiB, {}; {max}", size(pipe.default_bytes), size(pipe.granted_bytes))
}

fn title(findings: &Findings) -> String {
    let reading = &findings.reading;
    let what = if reading.is_made { "a file made in" } else { "the first bytes of" };
    format!("\nWhat it costs to open {what} {} and look at every byte\n", reading.path)
}

/// A row for each size, a column for each way, and below them what the longest file came to.
fn costs(findings: &Findings) -> String {
    let rows = &findings.reading.costs;
    let ways: Vec<Way> =
        WAYS.into_iter().filter(|way| rows.iter().any(|row| row.way.is == *way)).collect();
    let mut header = vec![String::new()];
    header.extend(ways.iter().map(|way| column(*way)));
    let by_size: Vec<&[Row]> = rows.chunk_by(|a, b| a.bytes == b.bytes).collect();
    let mut lines: Vec<Vec<String>> = by_size.iter().map(|rows| times(rows, &ways)).collect();
    if let Some(longest) = by_size.last() {
        lines.push(of_longest("GB/s", longest, &ways, |row| digits(row.gigabytes_per_second)));
        lines.push(of_longest("copies/B", longest, &ways, |row| digits(row.copies_per_byte)));
    }
    let mut text = aligned(Some(header), lines, CellAlignment::Right);
    text += " * the fastest; GB/s and copies per byte are those of the longest\n";
    for missing in missing(findings) {
        text += &wrapped(&missing);
    }
    text
}

/// What a way is called above its column.
fn column(way: Way) -> String {
    match way {
        Way::Guarded => "guarded".to_owned(),
        Way::Windows(len) => size(len).replace(" KiB", "K read").replace(" MiB", "M read"),
        way => way.to_string(),
    }
}

fn times(rows: &[Row], ways: &[Way]) -> Vec<String> {
    let best = rows.iter().map(|row| row.time).min();
    let mut line = vec![rows.first().map_or_else(String::new, |row| size(row.bytes))];
    line.extend(ways.iter().map(|way| {
        let Some(row) = rows.iter().find(|row| row.way.is == *way) else { return "–".to_owned() };
        let sign = if Some(row.time) == best { "*" } else { "" };
        format!("{sign}{}", time(row.time))
    }));
    line
}

fn of_longest(name: &str, rows: &[Row], ways: &[Way], show: fn(&Row) -> String) -> Vec<String> {
    let mut line = vec![name.to_owned()];
    let dash = || "–".to_owned();
    line.extend(
        ways.iter().map(|way| rows.iter().find(|row| row.way.is == *way).map_or_else(dash, show)),
    );
    line
}

/// Each way that was not measured at some size, once.
fn missing(findings: &Findings) -> Vec<String> {
    let reading = &findings.reading;
    let mut said: Vec<String> = Vec::new();
    for missing in &reading.not_measured {
        let line = format!("{} was not measured: {}", missing.way.is, missing.why);
        if !said.contains(&line) {
            said.push(line);
        }
    }
    if !reading.is_made {
        said.push("A map without a guard was not measured: others may cut the file.".to_owned());
    }
    said
}

fn size(len: usize) -> String {
    bytes(len as u64)
}

/// Rows under a header, if there is one; columns behind the first are aligned so.
fn aligned(
    header: Option<Vec<String>>,
    rows: Vec<Vec<String>>,
    alignment: CellAlignment,
) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING);
    if let Some(header) = header {
        table.set_header(header);
    }
    table.add_rows(rows);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(alignment);
    }
    table.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// A sentence as an item of a list, in lines of at most 80 columns.
fn wrapped(text: &str) -> String {
    let mut lines = String::new();
    let mut line = String::from(" -");
    for word in text.split(' ') {
        if line.chars().count() + 1 + word.chars().count() > 80 {
            lines += &line;
            lines.push('\n');
            line = String::from("  ");
        }
        line.push(' ');
        line += word;
    }
    lines + &line + "\n"
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn long_sentences_are_wrapped_and_indented() {
        assert_eq!(wrapped("short"), " - short\n");
        let long = "word ".repeat(30);
        let lines = wrapped(long.trim());
        assert!(lines.lines().all(|line| line.len() <= 80), "{lines}");
        assert!(lines.lines().skip(1).all(|line| line.starts_with("   word")), "{lines}");
        assert_eq!(lines.matches("word").count(), 30);
    }
}
