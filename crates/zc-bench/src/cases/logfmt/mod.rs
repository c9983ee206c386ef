//! Lines of logfmt: every key and the text of every value.
//!
//! A value without escapes is borrowed wherever an engine can; one with escapes is undone into
//! memory of its own. No line of the corpus is bad: an engine that meets one stops there, and its
//! answer is wrong.

mod by_hand;
#[cfg(feature = "rivals")]
mod logfmt_crate;
pub(super) mod naive;
mod nom_grammar;
pub(super) mod ours;

use std::borrow::Cow;

use zc_core::mask::Level;

use super::glance::glance;
use crate::answer::{Answer, Done};
use crate::case::{Case, Figure};
use crate::corpus::Corpus;
use crate::engine::Engine;
use crate::target::Target;

pub(super) const CASES: &[Case] = &[Case {
    row: Some(8),
    name: "logfmt",
    what: "logfmt, keys and texts of values",
    corpus: Corpus::data("logfmt", "64MiB"),
    item: "pair",
    figure: Figure::Rate,
    engines: &[
        Engine::bytes("zc", |bytes| ours::bulk(bytes, Level::Detected)),
        Engine::bytes("zc Records", ours::records),
        Engine::bytes("zc slices", ours::slices),
        Engine::bytes("nom", |bytes| each_line(bytes, nom_grammar::read)),
        #[cfg(feature = "rivals")]
        Engine::bytes("logfmt crate", |bytes| each_line(bytes, logfmt_crate::read)),
        Engine::bytes("byte loop", |bytes| each_line(bytes, by_hand::read)),
        Engine::bytes("copying", by_hand::read_all_owned),
    ],
    expected: |input| each_line(&input.bytes, naive::read).answer,
    targets: &[
        Target::at_least(2.2, "nom").why_missed(WHY_NO_FASTER).next(NEXT),
        Target::at_least(12.0, "logfmt crate").why_missed(WHY_NO_FASTER).next(NEXT),
    ],
}];

const NEXT: &str = "entries of offsets instead of slices, which store less than half as many bytes";

const WHY_NO_FASTER: &str = "of some 155 instructions a pair 30 are the checksum, and a quoted value is searched for \
     by itself; and nom takes 270 or 360 a pair, as the compiler inlines its grammar in one build or not \
     in another";

/// Reads the lines of `bytes` one by one with `read`, up to the first that it cannot read.
#[inline(always)]
fn each_line<'i>(
    bytes: &'i [u8],
    mut read: impl FnMut(&'i [u8], &mut Answer) -> Option<()>,
) -> Done {
    let mut answer = Answer::default();
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', bytes) {
        if read(&bytes[start..end], &mut answer).is_none() {
            break;
        }
        start = end + 1;
    }
    answer.into()
}

/// What a key and its value count for; a bare key has no value.
#[inline(always)]
fn weight(key: &[u8], value: Option<&[u8]>) -> u64 {
    glance(key) + value.map_or(0, |value| 1 + 3 * glance(value))
}

/// Undoes the escapes of a value. Those of the corpus are quotes, which every engine knows.
fn unescape(value: &[u8]) -> Cow<'_, [u8]> {
    let mut text = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        text.extend_from_slice(&rest[..at]);
        text.extend(rest.get(at + 1));
        rest = rest.get(at + 2..).unwrap_or_default();
    }
    text.extend_from_slice(rest);
    Cow::Owned(text)
}
