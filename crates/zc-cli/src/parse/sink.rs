//! [`Sink`]: records that passed, in the form that was asked for.

use std::fs::File;
use std::io;
use std::ops::Range;

use zc_core::{Source, Tally};
use zc_io::Output;

use crate::args::Form;
use crate::parse::cell::{Cell, Plain};
use crate::parse::encode::{csv_field, json_string};
use crate::parse::plan::{Column, Place, Plan};
use crate::parse::row::Row;

/// From how many bytes on a run of raw records is handed over without a buffer between: less than
/// the first window of a file, so that a file of good records is never copied into the buffer.
const LONG_RUN: usize = 32 << 10;

/// Writes records to standard output.
#[derive(Debug)]
pub(crate) struct Sink<'p> {
    plan: &'p Plan,
    output: Output<File>,
    /// The columns of CSV, if the first record gave them.
    header: Option<Vec<Column>>,
    /// Raw records that lie one behind the other, as a range of their window.
    run: Range<usize>,
    pub(crate) tally: Tally,
    /// Replacement characters that were written for bytes that are not UTF-8.
    pub(crate) replaced: u64,
    /// Fields, and records without fields, that are in no column of CSV.
    pub(crate) left_out: u64,
}

impl<'p> Sink<'p> {
    pub(crate) fn new(plan: &'p Plan) -> io::Result<Self> {
        let mut sink = Self {
            plan,
            output: Output::stdout()?,
            header: None,
            run: 0..0,
            tally: Tally::default(),
            replaced: 0,
            left_out: 0,
        };
        if let (Form::Csv, Some(columns)) = (plan.form, &plan.columns) {
            write_header(sink.output.buffer(), columns);
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
        match self.plan.form {
            Form::Raw => return self.write_raw(row, raw, window),
            Form::Ndjson => self.write_json(row, Source::new(window)),
            Form::Csv => self.write_csv(row, Source::new(window)),
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

    fn write_json<'i>(&mut self, row: &impl Row<'i>, source: Source<'_>) {
        let out = self.output.buffer();
        let Some(columns) = &self.plan.columns else {
            if self.plan.has_stats {
                row.each_field(|_, cell| cell.tally(source, &mut self.tally));
            }
            out.extend_from_slice(row.as_json().expect("only JSON has no fixed fields"));
            out.push(b'\n');
            return;
        };
        let mut separator = b'{';
        for column in columns {
            let cell = row.cell(&column.place);
            if matches!(cell, Cell::Absent) && !self.plan.is_selected {
                continue;
            }
            cell.tally(source, &mut self.tally);
            out.push(separator);
            out.extend_from_slice(&column.key);
            self.replaced += write_json_cell(out, cell);
            separator = b',';
        }
        if separator == b'{' {
            out.push(b'{');
        }
        out.extend_from_slice(b"}\n");
    }

    fn write_csv<'i>(&mut self, row: &impl Row<'i>, source: Source<'_>) {
        let out = self.output.buffer();
        let columns = match &self.plan.columns {
            Some(columns) => columns,
            None => {
                let mut fields = 0;
                row.each_field(|_, _| fields += 1);
                if fields == 0 {
                    self.left_out += 1;
                    return;
                }
                let columns = self.header.get_or_insert_with(|| {
                    let columns = columns_of(row);
                    write_header(out, &columns);
                    columns
                });
                row.each_field(|name, _| {
                    let is_known = columns.iter().any(|column| column.title == name);
                    self.left_out += u64::from(!is_known);
                });
                columns
            }
        };
        let start = out.len();
        for (index, column) in columns.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            let Some(plain) = row.cell(&column.place).plain() else { continue };
            plain.tally(source, &mut self.tally);
            match plain {
                Plain::Bytes(bytes) => csv_field(out, &bytes),
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

fn write_header(out: &mut Vec<u8>, columns: &[Column]) {
    for (index, column) in columns.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        csv_field(out, column.title.as_bytes());
    }
    out.push(b'\n');
}

/// A column for each field of `row`, once where it has several of one name.
fn columns_of<'i>(row: &impl Row<'i>) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    row.each_field(|name, _| {
        if !columns.iter().any(|column| column.title == name) {
            columns.push(Column::new(name.to_owned(), Place::Keys(vec![name.to_owned()])));
        }
    });
    columns
}

/// Appends a value of JSON; returns how many replacement characters it holds.
#[inline]
fn write_json_cell(out: &mut Vec<u8>, cell: Cell<'_>) -> u64 {
    match cell {
        Cell::Absent | Cell::Null => out.extend_from_slice(b"null"),
        Cell::Number(number) => push_number(out, number),
        Cell::Json(json) => out.extend_from_slice(json.as_bytes()),
        Cell::Text(text) => return json_string(out, text),
    }
    0
}

fn push_number(out: &mut Vec<u8>, number: u64) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}
