//! The same work in plain C, C++ and Rust beside the tool: `xtask/compare/work` has the programs.

use super::echo;
use super::whole::{counts, first_number, numbers};
use crate::answer::Answer;
use crate::case::{Case, Figure};
use crate::corpus::Corpus;
use crate::engine::{Engine, Program, Read, Run};

pub(super) const CASES: &[Case] = &[
    Case {
        row: None,
        name: "compare-newlines",
        what: "count newlines, whole process",
        corpus: Corpus::access_log("256MiB"),
        item: "line",
        figure: Figure::Rate,
        engines: &[
            process("zc count -l", Program::Zc, &["count", "-l", "{file}"], first_number),
            process("Rust", Program::Compared("newlines-rs"), &["{file}"], first_number),
            process("C", Program::Compared("newlines-c"), &["{file}"], first_number),
            process("C++", Program::Compared("newlines-cpp"), &["{file}"], first_number),
        ],
        expected: |input| Answer { items: counts(&input.bytes).items, sum: 0 },
        targets: &[],
    },
    Case {
        row: None,
        name: "compare-access-log",
        what: "server errors of an access log and the bytes sent with them, whole process",
        corpus: Corpus::access_log("256MiB"),
        item: "line that passed",
        figure: Figure::Rate,
        engines: &[
            process("zc parse", Program::Zc, SERVER_ERRORS, rows_and_sum),
            process("Rust", Program::Compared("access_log-rs"), &["{file}"], two_numbers),
            process("C", Program::Compared("access_log-c"), &["{file}"], two_numbers),
            process("C++", Program::Compared("access_log-cpp"), &["{file}"], two_numbers),
        ],
        expected: |input| server_errors(&input.bytes),
        targets: &[],
    },
    Case {
        row: None,
        name: "compare-echo",
        what: "echo a stream, processor time of the server",
        corpus: Corpus::Stream { len: 1 << 30 },
        item: "byte",
        figure: Figure::Cpu,
        engines: &[
            echo::server("zc echo std", Program::Zc, |path, input| echo::zc(path, "std", input)),
            echo::server("Rust", Program::Compared("echo-rs"), |path, input| {
                echo::work(path, &[], input)
            }),
            echo::server("C", Program::Compared("echo-c"), |path, input| {
                echo::work(path, &[], input)
            }),
            echo::server("C++", Program::Compared("echo-cpp"), |path, input| {
                echo::work(path, &[], input)
            }),
        ],
        expected: |input| Answer { items: input.len, sum: 0 },
        targets: &[],
    },
];

const SERVER_ERRORS: &[&str] =
    &["parse", "combined", "{file}", "--where", "status>=500", "--select", "bytes", "--to", "csv"];

const fn process(
    name: &'static str,
    program: Program,
    args: &'static [&'static str],
    answer: Read,
) -> Engine {
    Engine { name, run: Run::Process { program, args, answer } }
}

fn two_numbers(output: &[u8]) -> Option<Answer> {
    let mut numbers = numbers(output);
    Some(Answer { items: numbers.next()?, sum: numbers.next()? })
}

/// A header, and a number or nothing a row.
fn rows_and_sum(output: &[u8]) -> Option<Answer> {
    let rows = output.strip_prefix(b"bytes\n")?;
    let items = rows.iter().filter(|&&byte| byte == b'\n').count() as u64;
    Some(Answer { items, sum: numbers(rows).sum() })
}

/// As a plain split finds them, in lines of which no field holds a quote or a space unasked.
fn server_errors(log: &[u8]) -> Answer {
    let mut answer = Answer::default();
    for line in log.split(|&byte| byte == b'\n') {
        let mut numbers =
            line.split(|&byte| byte == b'"').nth(2).map(numbers).into_iter().flatten();
        if let Some(500..) = numbers.next() {
            answer.add(numbers.next().unwrap_or(0));
        }
    }
    answer
}
