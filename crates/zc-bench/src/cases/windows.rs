//! Lines on masks, window by window: what is gained if memory is asked for the next window while one
//! is walked, or if windows are short.

use std::hint::black_box;

use zc_core::mask::{Find, MaskBuffer, StopSet, prefetch};

use crate::answer::{Answer, Done};
use crate::case::{Case, Figure};
use crate::corpus::Corpus;
use crate::engine::Engine;

pub(super) const CASES: &[Case] = &[case("windows", "64MiB"), case("windows-l2", "256KiB")];

const fn case(name: &'static str, size: &'static str) -> Case {
    Case {
        row: None,
        name,
        what: "mark newlines and walk them, window by window",
        corpus: Corpus::access_log(size),
        item: "line",
        figure: Figure::Rate,
        engines: ENGINES,
        expected: |input| {
            let mut answer = Answer::default();
            let lines = input.bytes.split_inclusive(|byte| *byte == b'\n');
            let whole = lines.filter(|line| line.ends_with(b"\n"));
            whole.for_each(|line| answer.add(line.len() as u64));
            answer
        },
        targets: &[],
    }
}

const ENGINES: &[Engine] = &[
    Engine::bytes("16 KiB, a hint", |bytes| walk(bytes, MaskBuffer::WINDOW, prefetch)),
    Engine::bytes("16 KiB", |bytes| walk(bytes, MaskBuffer::WINDOW, |_| {})),
    Engine::bytes("16 KiB, a load", |bytes| walk(bytes, MaskBuffer::WINDOW, load)),
    Engine::bytes("4 KiB", |bytes| walk(bytes, 4 << 10, |_| {})),
];

/// Calls `ahead` with as much of the next window as each line takes of this one.
#[inline(always)]
fn walk(bytes: &[u8], window_len: usize, ahead: impl Fn(&[u8])) -> Done {
    const STOPS: &[StopSet] = &[StopSet::of(b"\n")];
    let (mut answer, mut masks) = (Answer::default(), MaskBuffer::new());
    // Bytes of the line at hand that lay in earlier windows.
    let (mut rest, mut carried) = (bytes, 0);
    while !rest.is_empty() {
        let (window, next) = rest.split_at(window_len.min(rest.len()));
        let marked = masks.scan(STOPS, window, window.len());
        let mut start = 0;
        for stop in marked.stops(window, 0, 0) {
            answer.add((carried + stop + 1 - start) as u64);
            ahead(next.get(start..=stop).unwrap_or_default());
            (start, carried) = (stop + 1, 0);
        }
        carried += window.len() - start;
        rest = next;
    }
    answer.into()
}

/// Reads a byte of each pair of lines of the cache, in the place of a hint.
#[inline(always)]
fn load(bytes: &[u8]) {
    bytes.iter().step_by(128).for_each(|byte| {
        black_box(*byte);
    });
}
