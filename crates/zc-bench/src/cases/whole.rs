//! Whole processes that count what is in a file, from start to exit.

use crate::answer::Answer;
use crate::case::{Case, Figure};
use crate::corpus::Corpus;
use crate::engine::{Engine, Program, Run};
use crate::target::Target;

const NEXT: &str = "nothing that was found: both cores count, each in parts of one map";

const WHY_NO_FASTER: &str = "256 MiB run at what memory gives here: `input-256MiB` shows it for a map and for reads, and \
     `input-16MiB` the same code at twice the rate in the caches";

pub(super) const CASES: &[Case] = &[
    Case {
        row: Some(1),
        name: "wc-l",
        what: "count newlines, whole process",
        corpus: Corpus::access_log("256MiB"),
        item: "line",
        figure: Figure::Rate,
        engines: &[
            process("zc count -l", Program::Zc, &["count", "-l", "{file}"], first_number),
            process("wc -l", Program::Installed("wc"), &["-l", "{file}"], first_number),
        ],
        expected: |input| Answer { items: counts(&input.bytes).items, sum: 0 },
        targets: &[Target::at_least(2.5, "wc -l").why_missed(WHY_NO_FASTER).next(NEXT)],
    },
    Case {
        row: Some(2),
        name: "wc",
        what: "lines, words and bytes, whole process",
        corpus: Corpus::access_log("256MiB"),
        item: "line",
        figure: Figure::Rate,
        engines: &[
            process("zc count", Program::Zc, &["count", "{file}"], three_numbers),
            process("wc", Program::Installed("wc"), &["{file}"], three_numbers),
        ],
        expected: |input| counts(&input.bytes),
        targets: &[Target::at_least(15.0, "wc")],
    },
];

const fn process(
    name: &'static str,
    program: Program,
    args: &'static [&'static str],
    answer: fn(&[u8]) -> Option<Answer>,
) -> Engine {
    Engine { name, run: Run::Process { program, args, answer } }
}

pub(super) fn first_number(output: &[u8]) -> Option<Answer> {
    Some(Answer { items: numbers(output).next()?, sum: 0 })
}

fn three_numbers(output: &[u8]) -> Option<Answer> {
    let mut numbers = numbers(output);
    let (lines, words, bytes) = (numbers.next()?, numbers.next()?, numbers.next()?);
    Some(answer(lines, words, bytes))
}

pub(super) fn numbers(output: &[u8]) -> impl Iterator<Item = u64> {
    let words = output.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    words.map_while(|word| str::from_utf8(word).ok()?.parse().ok())
}

fn answer(lines: u64, words: u64, bytes: u64) -> Answer {
    Answer { items: lines, sum: (words << 32) ^ bytes }
}

/// As wc counts a file that holds printable characters and white space only.
pub(super) fn counts(bytes: &[u8]) -> Answer {
    let lines = bytes.iter().filter(|&&byte| byte == b'\n').count() as u64;
    let mut words = 0;
    let mut is_between_words = true;
    for byte in bytes {
        let is_space = byte.is_ascii_whitespace();
        words += u64::from(is_between_words && !is_space);
        is_between_words = is_space;
    }
    answer(lines, words, bytes.len() as u64)
}
