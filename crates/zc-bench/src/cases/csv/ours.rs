//! The grammar of `zc_parse`, in the three ways to run it.

use std::ops::ControlFlow::Continue;

use zc_core::mask::Level;
use zc_parse::csv::Row;
use zc_parse::{Bulk, Csv, Records};

use super::super::single;
use super::Sum;
use crate::case::Done;

/// On masks, window by window.
pub(in super::super) fn bulk(bytes: &[u8], level: Level) -> Done {
    let mut sum = Sum::default();
    Bulk::new(Csv::new()).with_level(level).finish(bytes, |outcome| {
        if let Ok(parsed) = outcome {
            add(&mut sum, parsed.record);
        }
        Continue(())
    });
    sum.done()
}

/// The same behind an iterator.
pub(super) fn records(bytes: &[u8]) -> Done {
    let mut sum = Sum::default();
    for row in Records::new(Csv::new(), bytes).flatten() {
        add(&mut sum, &row);
    }
    sum.done()
}

/// On slices, row by row.
pub(super) fn slices(mut bytes: &[u8]) -> Done {
    let (mut sum, grammar, mut row) = (Sum::default(), Csv::new(), Row::default());
    while let Some(rest) = single::on_slice(&grammar, bytes, &mut row) {
        add(&mut sum, &row);
        bytes = rest;
        if bytes.is_empty() {
            break;
        }
    }
    sum.done()
}

#[inline(always)]
fn add(sum: &mut Sum, row: &Row<&[u8]>) {
    for field in row {
        match field.doubled {
            None => sum.field(field.value),
            Some(_) => sum.field(&field.text()),
        }
    }
    sum.end_row();
}
