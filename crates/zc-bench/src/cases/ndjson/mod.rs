//! Lines of JSON: all ten fields of each, or two of them, one of which is nested.
//!
//! No line of the corpus is bad; an engine that meets one stops there, and its answer is wrong.
//! Every engine would see a mistake wherever it lies, except `sonic-rs get_many`, which need not
//! look behind the last field that it seeks.

mod naive;
mod ours;
#[cfg(feature = "rivals")]
mod rivals;

use serde::Deserialize;

use super::glance::glance;
use crate::answer::{Answer, Done};
use crate::case::{Case, Figure};
use crate::corpus::Corpus;
use crate::engine::Engine;
use crate::target::Target;

const LINES: Corpus = Corpus::data("ndjson", "64MiB");

pub(super) const CASES: &[Case] = &[
    Case {
        row: Some(9),
        name: "ndjson",
        what: "NDJSON to a struct of ten fields",
        corpus: LINES,
        item: "line",
        figure: Figure::Rate,
        engines: &[
            Engine::bytes("zc", ours::all),
            Engine::bytes("zc by line", ours::all_by_line),
            Engine::bytes("serde_json", |bytes| each_line(bytes, naive::all)),
            #[cfg(feature = "rivals")]
            Engine::bytes("sonic-rs", |bytes| each_line(bytes, rivals::all_by_sonic)),
            #[cfg(feature = "rivals")]
            Engine::bytes("simd-json", rivals::all_by_simd_json),
            Engine::bytes("copying", |bytes| each_line(bytes, naive::all_copied)),
        ],
        expected: |input| each_line(&input.bytes, naive::all_of_tree).answer,
        targets: &[Target::at_least(1.25, "serde_json").why_missed(WHY_NO_FASTER).next(NEXT)],
    },
    Case {
        row: Some(10),
        name: "ndjson-fields",
        what: "two fields of ten of NDJSON",
        corpus: LINES,
        item: "line",
        figure: Figure::Rate,
        engines: &[
            Engine::bytes("zc", ours::two),
            Engine::bytes("zc by line", ours::two_by_line),
            Engine::bytes("serde_json", |bytes| each_line(bytes, naive::two)),
            #[cfg(feature = "rivals")]
            Engine::bytes("sonic-rs", |bytes| each_line(bytes, rivals::two_by_sonic)),
            #[cfg(feature = "rivals")]
            Engine::bytes("sonic-rs get_many", rivals::two_by_get_many),
            #[cfg(feature = "rivals")]
            Engine::bytes("simd-json", rivals::two_by_simd_json),
            Engine::bytes("copying", |bytes| each_line(bytes, naive::two_of_tree)),
        ],
        expected: |input| each_line(&input.bytes, naive::two_of_tree).answer,
        targets: &[
            Target::at_least(1.3, "sonic-rs"),
            Target::at_least(1.3, "sonic-rs get_many"),
            Target::at_least(2.0, "serde_json"),
        ],
    },
];

const NEXT: &str = "strings that end where the masks of the block say, as those of `Fields` do";

const WHY_NO_FASTER: &str = "nine tenths of a line's instructions are those of serde_json, which over text that \
     is known to be UTF-8 needs three quarters of what it needs otherwise";

/// A line, whose texts borrow where they have no escapes.
#[derive(Deserialize)]
struct Entry<T, P> {
    time: T,
    level: T,
    service: T,
    host: T,
    user: T,
    request: Request<T, P>,
    bytes: u64,
    duration_ms: f64,
    cached: Option<bool>,
    message: P,
}

#[derive(Deserialize)]
struct Request<T, P> {
    method: T,
    path: P,
    status: u64,
}

/// A line, with what is not asked for passed over.
#[derive(Deserialize)]
struct Pair<'a> {
    level: &'a str,
    request: Status,
}

#[derive(Deserialize)]
struct Status {
    status: u64,
}

impl<T: AsRef<str>, P: AsRef<str>> Entry<T, P> {
    #[inline(always)]
    fn weight(&self) -> u64 {
        let Request { method, path, status } = &self.request;
        let texts = [&self.time, &self.level, &self.service, &self.host, &self.user, method];
        let texts: u64 = texts.into_iter().map(|text| glance(text.as_ref().as_bytes())).sum();
        let long = glance(path.as_ref().as_bytes()) + glance(self.message.as_ref().as_bytes());
        let cached = self.cached.map_or(2, u64::from);
        texts + long + status + 7 * self.bytes + 3 * cached + (self.duration_ms.to_bits() >> 20)
    }
}

impl Pair<'_> {
    #[inline(always)]
    fn weight(&self) -> u64 {
        weight(self.level.as_bytes(), self.request.status)
    }
}

/// What the two fields that are sought count for.
#[inline(always)]
fn weight(level: &[u8], status: u64) -> u64 {
    glance(level) + 7 * status
}

/// Reads the lines of `bytes` one by one with `read`, up to the first that it cannot read.
#[inline(always)]
fn each_line<'i>(bytes: &'i [u8], mut read: impl FnMut(&'i [u8]) -> Option<u64>) -> Done {
    let mut answer = Answer::default();
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', bytes) {
        let Some(weight) = read(&bytes[start..end]) else { break };
        answer.add(weight);
        start = end + 1;
    }
    answer.into()
}
