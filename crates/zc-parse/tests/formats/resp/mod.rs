//! Tests of RESP: what values an input holds, and what is refused and where.

mod aggregates;
mod arriving;
mod limits;
mod naive;
mod simple;
mod tree;

use std::fmt::Write;

use zc_core::{FrameError, Framer, Incomplete};
use zc_parse::resp::{Item, Resp, RespFramer, Value};
use zc_parse::{Error, Grammar, Records};

use crate::framers;

/// A value in a notation of its own: what it is, and what is in it.
fn show(item: Item<'_, &[u8]>) -> String {
    let mut shown = String::new();
    let text = |text: &[u8]| format!("{:?}", String::from_utf8_lossy(text));
    let attributes: Vec<_> =
        item.attributes().map(|(key, value)| format!("{}={}", show(key), show(value))).collect();
    if !attributes.is_empty() {
        write!(shown, "|{}| ", attributes.join(" ")).unwrap();
    }
    let all = || item.children().map(show).collect::<Vec<_>>().join(" ");
    let entries = || {
        let entries = item.entries().map(|(key, value)| format!("{}={}", show(key), show(value)));
        entries.collect::<Vec<_>>().join(" ")
    };
    shown
        + &match *item.value() {
            Value::Simple(string) => format!("+{}", text(string)),
            Value::Error(error) => format!("-{}", text(error)),
            Value::Integer(integer) => integer.to_string(),
            Value::Bulk(string) => text(string),
            Value::BulkError(error) => format!("!{}", text(error)),
            Value::Verbatim { format, text: string } => {
                format!("{}:{}", String::from_utf8_lossy(&format), text(string))
            }
            Value::Null(form) => format!("{form:?}"),
            Value::Boolean(boolean) => boolean.to_string(),
            Value::Double(_) => format!("{:?}", item.value().to_f64().unwrap()),
            Value::BigNumber(digits) => format!("({}", String::from_utf8_lossy(digits)),
            Value::Array(count) => format!("{count}[{}]", all()),
            Value::Set(count) => format!("{count}~[{}]", all()),
            Value::Push(count) => format!("{count}>[{}]", all()),
            Value::Map(count) => format!("{count}{{{}}}", entries()),
            Value::Chunks(count) => format!("{count}<{}>", all()),
            Value::Chunk(chunk) => format!(";{}", text(chunk)),
            ref other => panic!("{other:?} is no value of its own"),
        }
}

/// The values of `input`, and the errors of what is none.
fn read(input: &[u8]) -> Vec<Result<String, String>> {
    let records = Records::new(Resp::new(), input);
    records.map(|tree| Ok(show(tree.map_err(|e| e.to_string())?.root().unwrap()))).collect()
}

/// Asserts what the one value of `input` is, that it is incomplete wherever it is cut, and that it
/// is framed alike however it arrives.
#[track_caller]
fn check(input: &str, expected: &str) {
    let input = input.replace(' ', "\r\n").replace('_', " ").replace('\u{2423}', "_");
    check_bytes(input.as_bytes(), expected);
}

#[track_caller]
fn check_bytes(input: &[u8], expected: &str) {
    let (tree, rest) = Resp::new().parse_one(input).unwrap();
    assert_eq!((show(tree.root().unwrap()).as_str(), rest), (expected, &b""[..]));
    assert_eq!(read(&input.repeat(3)), vec![Ok(expected.to_owned()); 3]);
    for end in 0..input.len() {
        check_incomplete(&input[..end], input.len());
    }
    framers::check(&Resp::new().framer(), &input.repeat(2), &(0..input.len()).collect::<Vec<_>>());
}

/// Asserts that `input` needs more, but no more than to `whole`, and what the grammar says of it.
#[track_caller]
fn check_incomplete(input: &[u8], whole: usize) {
    let Err(FrameError::Incomplete(Incomplete { needed })) = framer().frame(input) else {
        panic!("{:?} is no whole value", String::from_utf8_lossy(input));
    };
    assert!(0 < needed && input.len() + needed <= whole, "{needed} at {}", input.len());
    let error = Resp::new().parse_one(input).unwrap_err();
    assert_eq!(error.position().offset, input.len() as u64);
    assert!(error.reason().to_string().starts_with("found the end of the input; expected "));
}

fn framer() -> RespFramer {
    Resp::new().framer()
}

/// Asserts where `input` fails, and why, and that the framer says the same.
#[track_caller]
fn check_bad(input: &[u8], offset: u64, reason: &str) {
    check_bad_by(Resp::new(), input, offset, reason);
}

#[track_caller]
fn check_bad_by(grammar: Resp, input: &[u8], offset: u64, reason: &str) {
    let error = grammar.parse_one(input).unwrap_err();
    assert_eq!((error.position().offset, error.reason().to_string()), (offset, reason.to_owned()));
    check_same_error(&grammar, input, &error);
    let offset = usize::try_from(offset).unwrap();
    let before = grammar.framer().frame(&input[..offset]).unwrap_err();
    assert!(before.is_incomplete(), "the error is found at its byte, not before");
    framers::check(&grammar.framer(), input, &(0..input.len()).collect::<Vec<_>>());
}

/// Asserts that the framer fails where the grammar does, with the same expectation.
#[track_caller]
fn check_same_error(grammar: &Resp, input: &[u8], error: &Error) {
    let Err(FrameError::Malformed(mismatch)) = grammar.framer().frame(input) else {
        panic!("the framer takes what the grammar refuses: {error}");
    };
    assert_eq!(mismatch.offset as u64, error.position().offset);
    let reason = error.reason().to_string();
    assert!(reason.ends_with(&format!("; expected {}", mismatch.expected)), "{reason}");
}
