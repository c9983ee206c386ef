//! [`record`]: a record as `MessagePack`.

use std::io;

use zc_parse::logfmt::unescape;

use super::json::{LONG, json, json_in_pieces};
use super::{Open, array, boolean, map, null, text, unsigned};
use crate::parse::cell::Cell;
use crate::parse::place::Shape;
use crate::parse::plan::{Column, Plan};
use crate::parse::row::{Done, Packer, Row};
use crate::parse::target::Target;

/// Writes what `plan` says of a record.
pub(crate) fn record<'i>(
    packer: &mut Packer<'_>,
    plan: &Plan,
    row: &impl Row<'i>,
) -> io::Result<()> {
    if plan.columns.is_none() && row.pack(None, packer) == Done::Yes {
        return Ok(());
    }
    if let (None, Some(Cell::Json(whole))) = (&plan.columns, row.whole()) {
        if plan.has_stats {
            row.each_field(|_, cell| cell.tally_packed(packer.source, packer.tally));
        }
        return value(packer, whole);
    }
    match &plan.columns {
        Some(columns) if plan.is_selected => selected(packer, columns, plan.shape, row),
        Some(columns) => present(packer, columns, plan.shape, row),
        None => fields(packer, plan.shape, row),
    }
}

/// Writes columns, all of which there are.
fn selected<'i>(
    packer: &mut Packer<'_>,
    columns: &[Column],
    shape: Shape,
    row: &impl Row<'i>,
) -> io::Result<()> {
    let header = if shape == Shape::Object { map } else { array };
    header(packer.out.buffer(), columns.len());
    columns.iter().try_for_each(|column| member(packer, column, row.cell(&column.place), row))
}

/// Writes those of some columns that the record has.
fn present<'i>(
    packer: &mut Packer<'_>,
    columns: &[Column],
    shape: Shape,
    row: &impl Row<'i>,
) -> io::Result<()> {
    let (open, mut count) = (Open::at_end(packer.out.buffer()), 0);
    for column in columns {
        let value = row.cell(&column.place);
        if !matches!(value, Cell::Absent) {
            member(packer, column, value, row)?;
            count += 1;
        }
    }
    end(packer, open, shape, count);
    Ok(())
}

fn member<'i>(
    packer: &mut Packer<'_>,
    column: &Column,
    value: Cell<'i>,
    row: &impl Row<'i>,
) -> io::Result<()> {
    packer.out.buffer().extend_from_slice(&column.key);
    if row.pack(Some(&column.place), packer) == Done::No { cell(packer, value) } else { Ok(()) }
}

/// Writes whatever fields the record has.
fn fields<'i>(packer: &mut Packer<'_>, shape: Shape, row: &impl Row<'i>) -> io::Result<()> {
    let (open, mut count) = (Open::at_end(packer.out.buffer()), 0);
    let mut outcome = Ok(());
    row.each_field(|name, value| {
        if shape == Shape::Object {
            text(packer.out.buffer(), name);
        }
        if outcome.is_ok() {
            outcome = cell(packer, value);
        }
        count += 1;
    });
    end(packer, open, shape, count);
    outcome
}

fn end(packer: &mut Packer<'_>, open: Open, shape: Shape, count: usize) {
    match shape {
        Shape::Object => open.end_map(packer.out.buffer(), count),
        Shape::Array => open.end_array(packer.out.buffer(), count),
    }
}

/// Writes a value of JSON, a long one piece by piece: then no header of what it lies in may be
/// open, and none is, since only records of selected fields hold JSON.
fn value(packer: &mut Packer<'_>, value: &str) -> io::Result<()> {
    if value.len() >= LONG {
        return json_in_pieces(packer.out, value, packer.tally);
    }
    json(packer.out.buffer(), value, packer.tally);
    Ok(())
}

/// Writes a value of `MessagePack` and enters it in the tally.
fn cell(packer: &mut Packer<'_>, cell: Cell<'_>) -> io::Result<()> {
    cell.tally_packed(packer.source, packer.tally);
    let out = packer.out.buffer();
    match cell {
        Cell::Json(json) => return value(packer, json),
        Cell::Absent | Cell::Null => null(out),
        Cell::Text(bytes) => text(out, bytes),
        Cell::Escaped(bytes) => text(out, &unescape(bytes)),
        Cell::Doubled(field) => text(out, &field.text()),
        Cell::Pairs(pairs) => {
            let (open, mut count) = (Open::at_end(out), 0);
            for (name, value) in pairs {
                let pair = Open::at_end(out);
                text(out, name);
                text(out, value);
                pair.end_array(out, 2);
                count += 1;
            }
            open.end_array(out, count);
        }
        Cell::True => boolean(out, true),
        Cell::Number(number) => unsigned(out, number),
        Cell::Resp(part) => part.pack(out),
    }
    Ok(())
}
