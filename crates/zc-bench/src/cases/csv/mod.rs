//! CSV: the text of every field.
//!
//! The text of a field in quotes is what stands between them, with each doubled quote single.
//! Engines that borrow do so wherever no quote is doubled; those that copy every field pay for
//! that, as their users do. No row of the corpus is bad: an engine that meets one stops there,
//! and its answer is wrong.

mod by_hand;
mod naive;
mod nom_grammar;
pub(super) mod ours;
#[cfg(feature = "rivals")]
mod rivals;

use std::borrow::Cow;

use zc_core::mask::Level;

use super::glance::glance;
use crate::answer::Answer;
use crate::case::{Case, Figure};
use crate::corpus::Corpus;
use crate::engine::Engine;
use crate::target::Target;

pub(super) const CASES: &[Case] = &[Case {
    row: Some(7),
    name: "csv",
    what: "CSV, the text of every field, some quoted",
    corpus: Corpus::data("csv", "64MiB"),
    item: "field",
    figure: Figure::Rate,
    engines: &[
        Engine::bytes("zc", |bytes| ours::bulk(bytes, Level::Detected)),
        Engine::bytes("zc Records", ours::records),
        Engine::bytes("zc slices", ours::slices),
        #[cfg(feature = "rivals")]
        Engine::bytes("csv", rivals::csv),
        #[cfg(feature = "rivals")]
        Engine::bytes("csv-core", rivals::csv_core),
        #[cfg(feature = "rivals")]
        Engine::bytes("simd-csv", rivals::simd_csv),
        #[cfg(feature = "rivals")]
        Engine::bytes("simd-csv borrowing", rivals::simd_csv_borrowing),
        Engine::bytes("nom", nom_grammar::read_all),
        Engine::bytes("memchr", by_hand::read_all),
        Engine::bytes("copying", by_hand::read_all_owned),
    ],
    expected: |input| naive::read_all(&input.bytes).answer,
    targets: &[
        Target::at_least(4.5, "csv").why_missed(WHY_NO_FASTER).next(NEXT),
        Target::at_least(1.6, "simd-csv").why_missed(WHY_NO_FASTER).next(NEXT),
    ],
}];

const NEXT: &str = "a row of offsets, which stores 8 bytes a field where a slice and its kind are 24; bits \
     of the mask that tell once a window which stops are quoted took more instructions, not fewer";

const WHY_NO_FASTER: &str = "each field becomes a checked slice in a record: of 71 instructions a field of ten \
     bytes 24 find and store it, 28 are the checksum, 15 the row's share, and more than four run in \
     a cycle; simd-csv takes 103 and csv 202";

/// What the fields of a row so far count for; apart from the rows before it, so that it is kept
/// in registers.
#[derive(Debug, Default)]
struct RowSum {
    fields: u64,
    sum: u64,
}

impl RowSum {
    #[inline(always)]
    fn add(&mut self, text: &[u8]) {
        self.fields += 1;
        self.sum = self.sum.wrapping_add(self.fields * glance(text));
    }
}

impl Answer {
    #[inline(always)]
    fn add_row(&mut self, row: &RowSum) {
        self.items += row.fields;
        self.sum = self.sum.wrapping_add(row.sum);
    }
}

/// What stood between quotes, with each doubled quote single.
#[inline(always)]
fn unescape(raw: &[u8], has_escapes: bool) -> Cow<'_, [u8]> {
    if has_escapes { undouble(raw) } else { Cow::Borrowed(raw) }
}

fn undouble(raw: &[u8]) -> Cow<'_, [u8]> {
    let mut text = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'"', rest) {
        text.extend_from_slice(&rest[..=at]);
        rest = rest.get(at + 2..).unwrap_or_default();
    }
    text.extend_from_slice(rest);
    Cow::Owned(text)
}
