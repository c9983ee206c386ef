//! Records as JSON.

use std::io;

use zc_core::{Source, Tally};
use zc_parse::logfmt::unescape;

use crate::parse::cell::Cell;
use crate::parse::encode::{escape, json_pairs, json_string, parts};
use crate::parse::plan::Column;
use crate::parse::row::Row;

use super::out::{LONG_RUN, Out};
use super::{Sink, brackets, push_number};

impl Sink<'_> {
    pub(super) fn write_json<'i>(
        &mut self,
        row: &impl Row<'i>,
        window: &'i [u8],
    ) -> io::Result<()> {
        let source = Source::new(window);
        match (&self.plan.columns, row.as_json()) {
            (Some(columns), _) => return self.write_columns(columns, row, source),
            (None, None) => return self.write_fields(row, source),
            (None, Some(json)) => {
                if self.plan.has_stats {
                    row.each_field(|_, cell| cell.tally(source, &mut self.sums.tally));
                }
                self.out.add(json, window)?;
                self.out.buffer().push(b'\n');
            }
        }
        Ok(())
    }

    /// Writes an object or an array with a member for each column.
    fn write_columns<'i>(
        &mut self,
        columns: &[Column],
        row: &impl Row<'i>,
        source: Source<'_>,
    ) -> io::Result<()> {
        let (open, close) = brackets(self.plan.shape);
        let mut separator = open;
        for column in columns {
            let cell = row.cell(&column.place);
            if matches!(cell, Cell::Absent) && !self.plan.is_selected {
                continue;
            }
            let out = self.out.buffer();
            out.push(separator);
            out.extend_from_slice(&column.key);
            self.sums.replaced += write_cell(&mut self.out, cell, source, &mut self.sums.tally)?;
            separator = b',';
        }
        self.close(open, separator, close);
        Ok(())
    }

    /// The same with a member for each field that the record has.
    fn write_fields<'i>(&mut self, row: &impl Row<'i>, source: Source<'_>) -> io::Result<()> {
        let (open, close) = brackets(self.plan.shape);
        let mut separator = open;
        let mut outcome = Ok(());
        row.each_field(|name, cell| {
            if outcome.is_err() {
                return;
            }
            let out = self.out.buffer();
            out.push(separator);
            if open == b'{' {
                self.sums.replaced += json_string(out, name);
                out.push(b':');
            }
            match write_cell(&mut self.out, cell, source, &mut self.sums.tally) {
                Ok(replaced) => self.sums.replaced += replaced,
                Err(error) => outcome = Err(error),
            }
            separator = b',';
        });
        self.close(open, separator, close);
        outcome
    }

    fn close(&mut self, open: u8, separator: u8, close: u8) {
        let out = self.out.buffer();
        if separator == open {
            out.push(open);
        }
        out.extend_from_slice(&[close, b'\n']);
    }
}

/// Writes a value of JSON and enters it in the tally; returns how many replacement characters it
/// holds.
#[inline]
fn write_cell(
    out: &mut Out,
    cell: Cell<'_>,
    source: Source<'_>,
    tally: &mut Tally,
) -> io::Result<u64> {
    match cell {
        Cell::Escaped(value) => {
            return write_cell(out, Cell::Text(&unescape(value)), source, tally);
        }
        Cell::Doubled(field) => {
            return write_cell(out, Cell::Text(&field.text()), source, tally);
        }
        _ => {}
    }
    cell.tally(source, tally);
    let buffer = out.buffer();
    match cell {
        Cell::Absent | Cell::Null => buffer.extend_from_slice(b"null"),
        Cell::Text(text) | Cell::Escaped(text) => return write_string(out, text),
        Cell::Doubled(field) => return write_string(out, &field.text()),
        Cell::Pairs(pairs) => return Ok(json_pairs(buffer, pairs)),
        Cell::True => buffer.extend_from_slice(b"true"),
        Cell::Number(number) => push_number(buffer, number),
        Cell::Json(json) => buffer.extend_from_slice(json.as_bytes()),
    }
    Ok(0)
}

/// Writes a string, a long one part by part: escapes make it up to six times as long.
#[inline]
fn write_string(out: &mut Out, text: &[u8]) -> io::Result<u64> {
    if text.len() < LONG_RUN {
        return Ok(json_string(out.buffer(), text));
    }
    let mut replaced = 0;
    out.buffer().push(b'"');
    for part in parts(text) {
        replaced += escape(out.buffer(), part);
        out.spill()?;
    }
    out.buffer().push(b'"');
    Ok(replaced)
}
