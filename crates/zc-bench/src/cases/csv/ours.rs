//! The grammar of `zc_parse`, in the three ways to run it.

use std::ops::ControlFlow::Continue;

use zc_core::mask::Level;
use zc_parse::csv::Row;
use zc_parse::{Bulk, Csv, Records};

use super::super::single;
use super::RowSum;
use crate::case::{Answer, Done};

/// On masks, window by window.
pub(in super::super) fn bulk(bytes: &[u8], level: Level) -> Done {
    let mut answer = Answer::default();
    Bulk::new(Csv::new()).with_level(level).finish(bytes, |outcome| {
        if let Ok(parsed) = outcome {
            add(&mut answer, parsed.record);
        }
        Continue(())
    });
    answer.into()
}

/// The same behind an iterator.
pub(super) fn records(bytes: &[u8]) -> Done {
    let mut answer = Answer::default();
    for row in Records::new(Csv::new(), bytes).flatten() {
        add(&mut answer, &row);
    }
    answer.into()
}

/// On slices, row by row.
pub(super) fn slices(mut bytes: &[u8]) -> Done {
    let (mut answer, grammar, mut row) = (Answer::default(), Csv::new(), Row::default());
    while let Some(rest) = single::on_slice(&grammar, bytes, &mut row) {
        add(&mut answer, &row);
        bytes = rest;
        if bytes.is_empty() {
            break;
        }
    }
    answer.into()
}

#[inline(always)]
fn add(answer: &mut Answer, row: &Row<&[u8]>) {
    let mut sum = RowSum::default();
    for field in row {
        sum.add(&field.text());
    }
    answer.add_row(&sum);
}
