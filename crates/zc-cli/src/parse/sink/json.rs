//! Records as JSON.

use std::io;

use zc_core::{Source, Tally};
use zc_parse::logfmt::unescape;

use crate::parse::cell::Cell;
use crate::parse::encode::{json_pairs, json_string, push_string};
use crate::parse::plan::Column;
use crate::parse::row::Row;
use crate::parse::target::Target;

use super::{Sink, brackets, push_number};
use crate::parse::out::Out;

impl Sink<'_> {
    pub(super) fn write_json<'i>(
        &mut self,
        row: &impl Row<'i>,
        window: &'i [u8],
    ) -> io::Result<()> {
        let source = Source::new(window);
        match (&self.plan.columns, row.whole()) {
            (Some(columns), _) => return self.write_columns(columns, row, source),
            (None, None) => return self.write_fields(row, source),
            (None, Some(whole)) => {
                if self.plan.has_stats {
                    row.each_field(|_, cell| cell.tally(source, &mut self.sums.tally));
                }
                match whole {
                    Cell::Json(json) => self.out.add(json.as_bytes(), window)?,
                    whole => self.sums.replaced += write_value(&mut self.out, whole)?,
                }
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
    write_value(out, cell)
}

/// Writes a value of JSON; returns how many replacement characters it holds.
#[inline]
fn write_value(out: &mut Out, cell: Cell<'_>) -> io::Result<u64> {
    match cell {
        Cell::Absent | Cell::Null => out.buffer().extend_from_slice(b"null"),
        Cell::Text(text) | Cell::Escaped(text) => return push_string(out, text),
        Cell::Doubled(field) => return push_string(out, &field.text()),
        Cell::Pairs(pairs) => return json_pairs(out, pairs),
        Cell::Resp(part) => return part.render(out),
        Cell::True => out.buffer().extend_from_slice(b"true"),
        Cell::Number(number) => push_number(out.buffer(), number),
        Cell::Json(json) => out.buffer().extend_from_slice(json.as_bytes()),
    }
    Ok(0)
}
