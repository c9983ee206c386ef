//! [`Sink`]: records that passed, in the form that was asked for.

use std::fs::File;
use std::io;
use std::ops::Range;

use zc_core::{Source, Tally};
use zc_io::{Output, Verifier};
use zc_parse::logfmt::unescape;

use crate::args::Form;
use crate::parse::cell::{Cell, Plain};
use crate::parse::encode::{csv_field, json_pairs, json_string};
use crate::parse::header::Header;
use crate::parse::pack;
use crate::parse::plan::{Column, Plan, Shape};
use crate::parse::row::{Packer, Row};

/// From how many bytes on a run of raw records, or a record of JSON, is handed over without a buffer between: less than
/// the first window of a file, so that a file of good records is never copied into the buffer.
const LONG_RUN: usize = 32 << 10;

/// Writes records to standard output.
#[derive(Debug)]
pub(crate) struct Sink<'p> {
    plan: &'p Plan,
    output: Output<File>,
    /// The columns of CSV, if the first record gave them.
    header: Option<Header>,
    /// What becomes of a list before it is a field of CSV.
    scratch: Vec<u8>,
    /// Raw records that lie one behind the other, as a range of their window.
    run: Range<usize>,
    /// How many records were written.
    pub(crate) written: u64,
    pub(crate) tally: Tally,
    /// Replacement characters that were written for bytes that are not UTF-8.
    pub(crate) replaced: u64,
    /// Fields, and records without fields, that are in no column of CSV.
    pub(crate) left_out: u64,
}

impl<'p> Sink<'p> {
    pub(crate) fn new(plan: &'p Plan, verifier: Verifier) -> io::Result<Self> {
        let mut sink = Self {
            plan,
            output: Output::stdout()?.verified_by(verifier),
            header: None,
            scratch: Vec::new(),
            written: 0,
            run: 0..0,
            tally: Tally::default(),
            replaced: 0,
            left_out: 0,
        };
        if let (Form::Csv, Shape::Object, Some(columns)) = (plan.form, plan.shape, &plan.columns) {
            write_header(sink.output.buffer(), columns.iter().map(|column| &column.title));
        }
        Ok(sink)
    }

    pub(crate) const fn output(&self) -> &Output<File> {
        &self.output
    }

    /// Writes one record, whose bytes are `raw` and lie in `window`.
    #[inline]
    pub(crate) fn write<'i>(
        &mut self,
        row: &impl Row<'i>,
        raw: &'i [u8],
        window: &'i [u8],
    ) -> io::Result<()> {
        self.written += 1;
        match self.plan.form {
            Form::Raw => return self.write_raw(row, raw, window),
            Form::Ndjson => self.write_json(row, Source::new(window))?,
            Form::Csv => self.write_csv(row, Source::new(window)),
            Form::Msgpack => {
                let (out, tally) = (self.output.buffer(), &mut self.tally);
                let source = Source::new(window);
                pack::record(&mut Packer { out, source, tally }, self.plan, row);
            }
        }
        self.output.spill()
    }

    /// Writes out what still lies in `window`, which is about to go.
    pub(crate) fn end_window(&mut self, window: &[u8]) -> io::Result<()> {
        let run = &window[std::mem::take(&mut self.run)];
        if run.len() >= LONG_RUN {
            return self.output.write_through(run);
        }
        self.output.buffer().extend_from_slice(run);
        self.output.spill()
    }

    /// Writes out everything.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }

    fn write_raw<'i>(
        &mut self,
        row: &impl Row<'i>,
        raw: &'i [u8],
        window: &'i [u8],
    ) -> io::Result<()> {
        let source = Source::new(window);
        if self.plan.has_stats {
            row.each_field(|_, cell| cell.tally(source, &mut self.tally));
        }
        let start = source.offset_of(raw).expect("a record lies in its window");
        if start != self.run.end {
            self.end_window(window)?;
            self.run = start..start;
        }
        self.run.end = start + raw.len();
        Ok(())
    }

    fn write_json<'i>(&mut self, row: &impl Row<'i>, source: Source<'_>) -> io::Result<()> {
        match (&self.plan.columns, row.as_json()) {
            (Some(columns), _) => self.write_columns(columns, row, source),
            (None, None) => self.write_fields(row, source),
            (None, Some(json)) => {
                if self.plan.has_stats {
                    row.each_field(|_, cell| cell.tally(source, &mut self.tally));
                }
                if json.len() >= LONG_RUN {
                    self.output.write_through(json)?;
                } else {
                    self.output.buffer().extend_from_slice(json);
                }
                self.output.buffer().push(b'\n');
            }
        }
        Ok(())
    }

    /// Writes an object or an array with a member for each column.
    fn write_columns<'i>(&mut self, columns: &[Column], row: &impl Row<'i>, source: Source<'_>) {
        let (open, close) = brackets(self.plan.shape);
        let out = self.output.buffer();
        let mut separator = open;
        for column in columns {
            let cell = row.cell(&column.place);
            if matches!(cell, Cell::Absent) && !self.plan.is_selected {
                continue;
            }
            out.push(separator);
            out.extend_from_slice(&column.key);
            self.replaced += write_json_cell(out, cell, source, &mut self.tally);
            separator = b',';
        }
        if separator == open {
            out.push(open);
        }
        out.extend_from_slice(&[close, b'\n']);
    }

    /// The same with a member for each field that the record has.
    fn write_fields<'i>(&mut self, row: &impl Row<'i>, source: Source<'_>) {
        let (open, close) = brackets(self.plan.shape);
        let out = self.output.buffer();
        let mut separator = open;
        row.each_field(|name, cell| {
            out.push(separator);
            if open == b'{' {
                self.replaced += json_string(out, name);
                out.push(b':');
            }
            self.replaced += write_json_cell(out, cell, source, &mut self.tally);
            separator = b',';
        });
        if separator == open {
            out.push(open);
        }
        out.extend_from_slice(&[close, b'\n']);
    }

    fn write_csv<'i>(&mut self, row: &impl Row<'i>, source: Source<'_>) {
        if let Some(columns) = &self.plan.columns {
            return self.write_row(columns.iter().map(|column| row.cell(&column.place)), source);
        }
        let mut fields = 0;
        row.each_field(|_, _| fields += 1);
        if fields == 0 {
            self.left_out += 1;
            return;
        }
        if self.plan.shape == Shape::Array {
            let mut cells = Vec::with_capacity(fields);
            row.each_field(|_, cell| cells.push(cell));
            return self.write_row(cells.into_iter(), source);
        }
        let out = self.output.buffer();
        let header = self.header.get_or_insert_with(|| {
            let header = Header::of(row);
            write_header(out, header.titles.iter());
            header
        });
        let (cells, left_out) = header.cells(row);
        self.left_out += left_out;
        self.write_row(cells.into_iter(), source);
    }

    fn write_row<'i>(&mut self, cells: impl Iterator<Item = Cell<'i>>, source: Source<'_>) {
        let out = self.output.buffer();
        let start = out.len();
        for (index, cell) in cells.enumerate() {
            if index > 0 {
                out.push(b',');
            }
            if let Cell::Pairs(pairs) = cell {
                cell.tally(source, &mut self.tally);
                self.scratch.clear();
                self.replaced += json_pairs(&mut self.scratch, pairs);
                csv_field(out, &self.scratch);
                continue;
            }
            let Some(plain) = cell.plain() else { continue };
            plain.tally(source, &mut self.tally);
            match plain {
                Plain::Bytes(bytes) => csv_field(out, &bytes),
                Plain::True => out.extend_from_slice(b"true"),
                Plain::Number(number) => push_number(out, number),
            }
        }
        if out.len() == start {
            // A line with nothing on it would be no record.
            out.extend_from_slice(b"\"\"");
        }
        out.push(b'\n');
    }
}

/// What stands around the members of a record in JSON.
const fn brackets(shape: Shape) -> (u8, u8) {
    match shape {
        Shape::Object => (b'{', b'}'),
        Shape::Array => (b'[', b']'),
    }
}

fn write_header<'t>(out: &mut Vec<u8>, titles: impl Iterator<Item = &'t String>) {
    let start = out.len();
    for (index, title) in titles.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        csv_field(out, title.as_bytes());
    }
    if out.len() == start {
        out.extend_from_slice(b"\"\"");
    }
    out.push(b'\n');
}

/// Appends a value of JSON and enters it in the tally; returns how many replacement characters
/// it holds.
#[inline]
fn write_json_cell(
    out: &mut Vec<u8>,
    cell: Cell<'_>,
    source: Source<'_>,
    tally: &mut Tally,
) -> u64 {
    match cell {
        Cell::Escaped(value) => {
            return write_json_cell(out, Cell::Text(&unescape(value)), source, tally);
        }
        Cell::Doubled(field) => {
            return write_json_cell(out, Cell::Text(&field.text()), source, tally);
        }
        _ => {}
    }
    cell.tally(source, tally);
    match cell {
        Cell::Absent | Cell::Null => out.extend_from_slice(b"null"),
        Cell::Text(text) | Cell::Escaped(text) => return json_string(out, text),
        Cell::Doubled(field) => return json_string(out, &field.text()),
        Cell::Pairs(pairs) => return json_pairs(out, pairs),
        Cell::True => out.extend_from_slice(b"true"),
        Cell::Number(number) => push_number(out, number),
        Cell::Json(json) => out.extend_from_slice(json.as_bytes()),
    }
    0
}

fn push_number(out: &mut Vec<u8>, number: u64) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}
