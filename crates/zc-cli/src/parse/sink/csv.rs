//! Records as CSV.

use std::io;

use zc_core::Source;

use crate::parse::cell::{Cell, Plain};
use crate::parse::encode::{csv_field, double_quotes, json_pairs, needs_quotes, parts};
use crate::parse::header::Header;
use crate::parse::place::Shape;
use crate::parse::row::Row;
use crate::parse::target::{Beginning, Target};

use super::doubling::Doubling;
use super::{Sink, push_number};
use crate::parse::out::{LONG_RUN, Out};

impl Sink<'_> {
    pub(super) fn write_csv<'i>(
        &mut self,
        row: &impl Row<'i>,
        source: Source<'_>,
    ) -> io::Result<()> {
        if let Some(columns) = &self.plan.columns {
            return self.write_row(columns.iter().map(|column| row.cell(&column.place)), source);
        }
        let mut fields = 0;
        row.each_field(|_, _| fields += 1);
        if fields == 0 {
            self.sums.left_out += 1;
            return Ok(());
        }
        if self.plan.shape == Shape::Array {
            let mut cells = Vec::with_capacity(fields);
            row.each_field(|_, cell| cells.push(cell));
            return self.write_row(cells.into_iter(), source);
        }
        let header = match self.plan.header.get() {
            Some(header) => header,
            None => {
                let header = Header::of(row);
                write_header(&mut self.out, header.titles.iter().map(|title| &**title))?;
                self.plan.header.get_or_init(|| header)
            }
        };
        let (cells, left_out) = header.cells(row);
        self.sums.left_out += left_out;
        self.write_row(cells.into_iter(), source)
    }

    fn write_row<'i>(
        &mut self,
        cells: impl Iterator<Item = Cell<'i>>,
        source: Source<'_>,
    ) -> io::Result<()> {
        let mut is_empty = true;
        for (index, cell) in cells.enumerate() {
            if index > 0 {
                self.out.buffer().push(b',');
                is_empty = false;
            }
            if is_list(cell) {
                cell.tally(source, &mut self.sums.tally);
                self.sums.replaced += write_list(&mut self.out, cell)?;
                is_empty = false;
                continue;
            }
            let Some(plain) = cell.plain() else { continue };
            plain.tally(source, &mut self.sums.tally);
            is_empty &= matches!(&plain, Plain::Bytes(bytes) if bytes.is_empty());
            match plain {
                Plain::Bytes(bytes) => write_field(&mut self.out, &bytes)?,
                Plain::True => self.out.buffer().extend_from_slice(b"true"),
                Plain::Number(number) => push_number(self.out.buffer(), number),
            }
        }
        if is_empty {
            // A line with nothing on it would be no record.
            self.out.buffer().extend_from_slice(b"\"\"");
        }
        self.out.buffer().push(b'\n');
        Ok(())
    }
}

/// Whether JSON is made of a cell in parts.
fn is_list(cell: Cell<'_>) -> bool {
    match cell {
        Cell::Pairs(_) => true,
        Cell::Resp(part) => part.holds_others(),
        _ => false,
    }
}

/// Writes a list as JSON, a long one in quotes, whether it needs them or not.
fn write_list(out: &mut Out, list: Cell<'_>) -> io::Result<u64> {
    let mut beginning = Beginning::default();
    let Ok(replaced) = render(&mut beginning, list);
    if let Ok(json) = beginning.finish() {
        csv_field(out.buffer(), &json);
        return Ok(replaced);
    }
    let mut field = Doubling::begin(out);
    render(&mut field, list)?;
    field.end()?;
    Ok(replaced)
}

fn render<T: Target>(target: &mut T, list: Cell<'_>) -> Result<u64, T::Error> {
    match list {
        Cell::Pairs(pairs) => json_pairs(target, pairs),
        Cell::Resp(part) => part.render(target),
        _ => Ok(0),
    }
}

/// Writes a field, a long one part by part.
fn write_field<T: Target>(out: &mut T, field: &[u8]) -> Result<(), T::Error> {
    if field.len() < LONG_RUN {
        csv_field(out.buffer(), field);
        return Ok(());
    }
    let has_quotes = needs_quotes(field);
    if has_quotes {
        out.buffer().push(b'"');
    }
    for part in parts(field) {
        double_quotes(out.buffer(), part);
        out.spill()?;
    }
    if has_quotes {
        out.buffer().push(b'"');
    }
    Ok(())
}

/// Writes the row of titles.
pub(super) fn write_header<'t, T: Target>(
    out: &mut T,
    titles: impl Iterator<Item = &'t str>,
) -> Result<(), T::Error> {
    let mut is_empty = true;
    for (index, title) in titles.enumerate() {
        if index > 0 {
            out.buffer().push(b',');
        }
        is_empty &= index == 0 && title.is_empty();
        write_field(out, title.as_bytes())?;
    }
    if is_empty {
        out.buffer().extend_from_slice(b"\"\"");
    }
    out.buffer().push(b'\n');
    Ok(())
}
