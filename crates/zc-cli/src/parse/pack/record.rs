//! [`record`]: a record as `MessagePack`.

use zc_parse::logfmt::unescape;

use super::{Open, boolean, json, null, text, unsigned};
use crate::parse::cell::Cell;
use crate::parse::plan::{Plan, Shape};
use crate::parse::row::{Done, Packer, Row};

/// Appends what `plan` says of a record.
pub(crate) fn record<'i>(packer: &mut Packer<'_>, plan: &Plan, row: &impl Row<'i>) {
    if plan.columns.is_none() && row.pack(None, packer) == Done::Yes {
        return;
    }
    if let (None, Some(Cell::Json(whole))) = (&plan.columns, row.whole()) {
        if plan.has_stats {
            row.each_field(|_, cell| cell.tally_packed(packer.source, packer.tally));
        }
        return json(packer.out, whole, packer.tally);
    }
    let (open, mut count) = (Open::at_end(packer.out), 0);
    match &plan.columns {
        Some(columns) => {
            for column in columns {
                let value = row.cell(&column.place);
                if matches!(value, Cell::Absent) && !plan.is_selected {
                    continue;
                }
                packer.out.extend_from_slice(&column.key);
                if row.pack(Some(&column.place), packer) == Done::No {
                    cell(packer, value);
                }
                count += 1;
            }
        }
        None => row.each_field(|name, value| {
            if plan.shape == Shape::Object {
                text(packer.out, name);
            }
            cell(packer, value);
            count += 1;
        }),
    }
    match plan.shape {
        Shape::Object => open.end_map(packer.out, count),
        Shape::Array => open.end_array(packer.out, count),
    }
}

/// Appends a value of `MessagePack` and enters it in the tally.
fn cell(packer: &mut Packer<'_>, cell: Cell<'_>) {
    let Packer { out, source, tally } = packer;
    cell.tally_packed(*source, tally);
    match cell {
        Cell::Absent | Cell::Null => null(out),
        Cell::Text(value) => text(out, value),
        Cell::Escaped(value) => text(out, &unescape(value)),
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
        Cell::Json(value) => json(out, value, tally),
        Cell::Resp(part) => part.pack(out),
    }
}
