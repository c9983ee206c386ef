//! The grammar of `zc_parse`, in the three ways to run it.

use std::ops::ControlFlow::Continue;

use zc_core::mask::Level;
use zc_parse::logfmt::Entries;
use zc_parse::{Bulk, Logfmt, Records};

use super::super::single;
use super::weight;
use crate::case::{Answer, Done};

/// On masks, window by window.
pub(in super::super) fn bulk(bytes: &[u8], level: Level) -> Done {
    let mut answer = Answer::default();
    Bulk::new(Logfmt::new()).with_level(level).finish(bytes, |outcome| {
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
    for record in Records::new(Logfmt::new(), bytes).flatten() {
        add(&mut answer, &record);
    }
    answer.into()
}

/// On slices, line by line.
pub(super) fn slices(mut bytes: &[u8]) -> Done {
    let mut answer = Answer::default();
    let mut record = Entries::default();
    while let Some(rest) = single::on_slice(&Logfmt::new(), bytes, &mut record) {
        add(&mut answer, &record);
        bytes = rest;
    }
    answer.into()
}

#[inline(always)]
pub(in super::super) fn add(answer: &mut Answer, record: &Entries<&[u8]>) {
    for entry in record {
        match entry.value {
            Some(_) if entry.has_escapes => answer.add(weight(entry.key, Some(&entry.text()))),
            value => answer.add(weight(entry.key, value)),
        }
    }
}
