//! The grammar of `zc_parse`, in the three ways to run it.

use zc_core::mask::Level;
use zc_parse::Logfmt;
use zc_parse::logfmt::Entries;

use super::super::ways;
use super::weight;
use crate::answer::{Answer, Done};

pub(in super::super) fn bulk(bytes: &[u8], level: Level) -> Done {
    ways::bulk(Logfmt::new(), bytes, level, add)
}

pub(super) fn records(bytes: &[u8]) -> Done {
    ways::records(Logfmt::new(), bytes, add)
}

pub(super) fn slices(bytes: &[u8]) -> Done {
    ways::slices(&Logfmt::new(), bytes, add)
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
