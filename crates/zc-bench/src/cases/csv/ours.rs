//! The grammar of `zc_parse`, in the three ways to run it.

use zc_core::mask::Level;
use zc_parse::Csv;
use zc_parse::csv::Row;

use super::super::ways;
use super::RowSum;
use crate::answer::{Answer, Done};

pub(in super::super) fn bulk(bytes: &[u8], level: Level) -> Done {
    ways::bulk(Csv::new(), bytes, level, add)
}

pub(super) fn records(bytes: &[u8]) -> Done {
    ways::records(Csv::new(), bytes, add)
}

pub(super) fn slices(bytes: &[u8]) -> Done {
    ways::slices(&Csv::new(), bytes, add)
}

#[inline(always)]
fn add(answer: &mut Answer, row: &Row<&[u8]>) {
    let mut sum = RowSum::default();
    for field in row {
        sum.add(&field.text());
    }
    answer.add_row(&sum);
}
