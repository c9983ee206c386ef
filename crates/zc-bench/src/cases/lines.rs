//! Iterating the lines of a slice, each for its length.

use std::io::BufRead;

use zc_core::mask::Level;
use zc_core::{Copies, SliceExt};
use zc_parse::{Lines, Records};

use super::ways;
use crate::answer::{Answer, Done};
use crate::case::{Case, Figure};
use crate::corpus::Corpus;
use crate::engine::Engine;
use crate::target::Target;

const WHY_NO_FASTER: &str =
    "from main memory zc runs at nearly its bandwidth; `lines-l2` compares them without it";

pub(super) const CASES: &[Case] = &[
    Case {
        row: Some(4),
        name: "lines",
        what: "iterate lines in memory",
        corpus: Corpus::access_log("64MiB"),
        item: "line",
        figure: Figure::Rate,
        engines: ENGINES,
        expected: |input| split(&input.bytes).answer,
        targets: &[Target::at_least(1.35, "memchr_iter").why_missed(WHY_NO_FASTER)],
    },
    Case {
        row: None,
        name: "lines-l2",
        what: "iterate lines in L2",
        corpus: Corpus::access_log("256KiB"),
        item: "line",
        figure: Figure::Rate,
        engines: ENGINES,
        expected: |input| split(&input.bytes).answer,
        targets: &[],
    },
];

const ENGINES: &[Engine] = &[
    Engine::bytes("zc", each_line),
    Engine::bytes("zc Bulk", |bytes| bulk(bytes, Level::Detected)),
    Engine::bytes("zc Records", records),
    Engine::bytes("zc SliceExt", |bytes| sum(SliceExt::lines(bytes))),
    Engine::bytes("memchr_iter", memchr_iter),
    Engine::bytes("slice::split", split),
    Engine::bytes("read_until", read_until),
];

fn sum<'i>(lines: impl Iterator<Item = &'i [u8]>) -> Done {
    let mut answer = Answer::default();
    for line in lines {
        answer.add(line.len() as u64);
    }
    answer.into()
}

fn each_line(bytes: &[u8]) -> Done {
    let mut answer = Answer::default();
    zc_core::mask::for_each_line(bytes, |line| answer.add(line.len() as u64));
    answer.into()
}

pub(super) fn bulk(bytes: &[u8], level: Level) -> Done {
    ways::bulk(Lines, bytes, level, |answer, line| answer.add(line.len() as u64))
}

fn records(bytes: &[u8]) -> Done {
    sum(Records::new(Lines, bytes).filter_map(Result::ok))
}

fn memchr_iter(bytes: &[u8]) -> Done {
    let mut start = 0;
    sum(memchr::memchr_iter(b'\n', bytes).map(|end| {
        let line = &bytes[start..end];
        start = end + 1;
        line
    }))
}

/// Every line of a corpus ends with a newline, behind which there is no other.
fn split(bytes: &[u8]) -> Done {
    let lines = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    sum(lines.split(|&byte| byte == b'\n'))
}

/// The copying way: each line into a buffer that is used again.
fn read_until(mut bytes: &[u8]) -> Done {
    let mut answer = Answer::default();
    let mut line = Vec::new();
    let mut decode = 0;
    while bytes.read_until(b'\n', &mut line).is_ok_and(|len| len > 0) {
        decode += line.len() as u64;
        answer.add(line.trim_line_ending().len() as u64);
        line.clear();
    }
    Done::with_copies(answer, Copies { decode, ..Copies::default() })
}
