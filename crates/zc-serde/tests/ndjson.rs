//! Lines and records agree with `serde_json` on each line, and with `Position` on where it is.

mod twins;

use proptest::prelude::*;
use serde::Deserialize;
use serde_json::Value;
use zc_core::{Position, assert_borrows};
use zc_serde::ndjson::{self, Feed, Line, Lines, Records};
use zc_serde::{ErrorKind, Text};

use twins::naive_lines;

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    count: u64,
    #[serde(borrow, default)]
    tags: Option<Vec<Text<'a>>>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct OwnedEntry {
    name: String,
    count: u64,
    #[serde(default)]
    tags: Option<Vec<String>>,
}

impl From<Entry<'_>> for OwnedEntry {
    fn from(entry: Entry<'_>) -> Self {
        let tags = entry.tags.map(|tags| tags.into_iter().map(Text::into_owned).collect());
        Self { name: entry.name.into_owned(), count: entry.count, tags }
    }
}

fn check_lines(input: &[u8], start: Position) -> Result<(), TestCaseError> {
    let naive = naive_lines(input, start);
    let mut lines = Lines::starting_at(input, start);
    prop_assert_eq!(lines.by_ref().collect::<Vec<_>>(), naive.clone());
    prop_assert_eq!(lines.position(), start.after(input));
    for line in &naive {
        assert_borrows!(input, line.bytes, line.raw);
    }
    for split in (0..=input.len()).filter(|&at| at == 0 || input[at - 1] == b'\n') {
        let (head, tail) = input.split_at(split);
        let mut first = Lines::starting_at(head, start);
        let mut all: Vec<_> = first.by_ref().collect();
        all.extend(Lines::starting_at(tail, first.position()));
        prop_assert_eq!(&all, &naive, "split at {}", split);
    }
    Ok(())
}

fn check_records(input: &[u8]) -> Result<(), TestCaseError> {
    let records = ndjson::from_slice::<Entry>(input);
    let values = ndjson::from_slice::<Value>(input);
    let lines = naive_lines(input, Position::START);
    prop_assert_eq!(records.clone().count(), lines.len());
    for ((line, record), value) in lines.into_iter().zip(records).zip(values) {
        let expected = serde_json::from_slice::<OwnedEntry>(line.bytes);
        prop_assert_eq!(expected.is_ok(), record.is_ok());
        match (expected, record) {
            (Ok(expected), Ok(record)) => {
                prop_assert_eq!(record.line, line);
                prop_assert_eq!(OwnedEntry::from(record.value), expected);
            }
            (Err(expected), Err(error)) => check_error(line, &expected, &error)?,
            _ => unreachable!("compared above"),
        }
        match (serde_json::from_slice::<Value>(line.bytes), value) {
            (Ok(expected), Ok(value)) => prop_assert_eq!(value.value, expected),
            (Err(expected), Err(error)) => check_error(line, &expected, &error)?,
            (expected, value) => prop_assert!(false, "{:?}, but {:?}", expected, value),
        }
    }
    Ok(())
}

fn check_error(
    line: Line<'_>,
    expected: &serde_json::Error,
    error: &zc_serde::Error,
) -> Result<(), TestCaseError> {
    let at = error.position();
    let in_line = usize::try_from(at.offset - line.position.offset).expect("it lies in the line");
    prop_assert!(in_line <= line.bytes.len());
    prop_assert_eq!(error.is_eof(), in_line == line.bytes.len());
    prop_assert_eq!(at, line.position.after(&line.bytes[..in_line]));
    prop_assert!(in_line <= expected.column());
    let kind = match expected.classify() {
        serde_json::error::Category::Syntax => ErrorKind::Syntax,
        serde_json::error::Category::Eof => ErrorKind::Eof,
        _ => ErrorKind::Data,
    };
    prop_assert_eq!(error.kind(), kind);
    prop_assert!(!error.message().contains(" at line "));
    Ok(())
}

fn json_line() -> impl Strategy<Value = String> {
    let text = r#"([ -!#-\[\]-~é€]|\\n|\\"|\\\\|\\u00e9|\\ud83d\\ude00|\\ud800){0,6}"#;
    prop_oneof![
        6 => (text, any::<u64>(), proptest::option::of(proptest::collection::vec(text, 0..3)))
            .prop_map(|(name, count, tags)| match tags {
                Some(tags) if tags.is_empty() => format!(r#"{{"name":"{name}","count":{count},"tags":[]}}"#),
                Some(tags) => format!(
                    r#" {{"count":{count}, "name": "{name}","x":{{"y":[1.5e3,null]}},"tags":["{}"]}}"#,
                    tags.join("\",\""),
                ),
                None => format!(r#"{{"name":"{name}","count":{count}}}"#),
            }),
        2 => proptest::sample::select(vec![
            "", " ", "\t", "{}", "[1,]", "1e999", "-", "nul", "{\"name\":1}", "[[{", "\u{feff}{}",
            r#"{"name":"a","name":"b","count":1}"#, r#"{"name":"a","count":-1}"#, r#"["a",1,null]"#,
            r#"{"name":["a"],"count":1}"#, r#"{"name":"a","count":{}}"#, r#"{"name":"\u12"#, "\r",
        ])
        .prop_map(str::to_owned),
    ]
}

fn input() -> impl Strategy<Value = Vec<u8>> {
    let ending = proptest::sample::select(vec!["\n", "\r\n", "\n\n"]);
    (proptest::collection::vec((json_line(), ending), 0..8), any::<bool>()).prop_map(
        |(lines, ends)| {
            let mut input: String = lines.into_iter().flat_map(|(l, e)| [l, e.into()]).collect();
            if !ends {
                input.truncate(input.trim_end_matches(['\r', '\n']).len());
            }
            input.into_bytes()
        },
    )
}

fn damaged_input() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        proptest::sample::select(b"{}[]\",:\\\n\r u0-.e\x01\xff\xe2".to_vec()),
        any::<u8>(),
    ];
    let damage = proptest::collection::vec((any::<proptest::sample::Index>(), byte, 0..3), 1..6);
    (input(), damage).prop_map(|(mut input, damage)| {
        for (index, byte, how) in damage {
            let at = index.index(input.len() + 1);
            match how {
                0 => input.insert(at, byte),
                1 => input.truncate(at.max(1)),
                _ if at < input.len() => input[at] = byte,
                _ => input.push(byte),
            }
        }
        input
    })
}

fn start() -> impl Strategy<Value = Position> {
    (0..1000u64, 1..10u64, 1..10u64).prop_map(|(offset, line, column)| Position {
        offset,
        line,
        column,
    })
}

proptest! {
    #[test]
    fn lines_are_those_of_the_naive_way_at_every_split(input in input(), start in start()) {
        check_lines(&input, start)?;
    }

    #[test]
    fn lines_of_damaged_input_are_those_of_the_naive_way(input in damaged_input(), start in start()) {
        check_lines(&input, start)?;
    }

    #[test]
    fn records_agree_with_serde_json_line_by_line(input in input()) {
        check_records(&input)?;
    }

    #[test]
    fn records_of_damaged_input_agree_with_serde_json_line_by_line(input in damaged_input()) {
        check_records(&input)?;
    }

    #[test]
    fn every_way_gives_the_same_records(input in damaged_input()) {
        twins::ndjson::<Value>(&input);
        twins::ndjson::<OwnedEntry>(&input);
    }
}

#[test]
fn records_borrow_from_the_input() {
    let input = b"{\"name\":\"a\",\"count\":1,\"tags\":[\"b\"]}\n";
    let record = ndjson::from_slice::<Entry>(input).next().unwrap().unwrap();
    let tags = record.value.tags.unwrap();
    assert_borrows!(&input[..], record.value.name, tags[0], record.line.bytes, record.line.raw);
    let parsed: Entry = record.line.parse().unwrap();
    assert_borrows!(&input[..], parsed.name);
}

#[test]
fn a_bad_line_costs_no_good_one() {
    let input = b"1\n{\n\n2\r\n\"\xff\"\n3";
    let mut records: Records<u32> = ndjson::from_slice(input);
    let mut seen = Vec::new();
    for record in records.by_ref() {
        seen.push(record.map(|record| record.value).map_err(|error| error.to_string()));
    }
    let wrong_type = "line 2, column 1 (byte 2): invalid type: map, expected u32";
    let not_utf8 = "line 5, column 2 (byte 9): invalid unicode code point";
    let expected = [Ok(1), Err(wrong_type.into()), Ok(2), Err(not_utf8.into()), Ok(3)];
    assert_eq!(seen, expected);
    assert_eq!(records.position(), Position::START.after(input));
    assert!(records.next().is_none());
}

#[test]
fn a_byte_order_mark_is_refused_as_serde_json_refuses_it() {
    let error = ndjson::from_slice::<Value>(b"\xef\xbb\xbf{}\n").next().unwrap().unwrap_err();
    assert_eq!(error.to_string(), "line 1, column 1 (byte 0): expected value");
}

#[test]
fn lines_across_many_blocks_and_parts_are_read_as_alone() {
    let line = |at: usize| match at % 500 {
        7 => b"{\"a\":nope}\n".to_vec(),
        11 => b"{\"a\":\"\xff\"}\r\n".to_vec(),
        13 => b"  \n".to_vec(),
        17 => format!("{{\"a\":\"{}\"}}\n", "é".repeat(at)).into_bytes(),
        _ => format!("{{\"a\":{at},\"b\":\"some text of a line\"}}\n").into_bytes(),
    };
    let input: Vec<u8> = (0..20_000).flat_map(line).collect();
    assert!(input.len() > 3 * (256 << 10));
    let lines = naive_lines(&input, Position::START);
    let expected: Vec<_> = lines.iter().map(Line::parse::<Value>).collect();
    let records = ndjson::from_slice::<Value>(&input);
    assert!(records.map(|record| record.map(|record| record.value)).eq(expected.iter().cloned()));
    for threads in [1, 2, 3, 8] {
        let mut all = Vec::new();
        let work = |part: Lines<'_>| {
            let records = part.records::<Value>();
            Ok::<_, ()>(records.map(|record| record.map(|record| record.value)).collect::<Vec<_>>())
        };
        ndjson::for_each_part(
            &Lines::new(&input),
            threads.try_into().unwrap(),
            || work,
            |part| {
                all.extend(part);
                Ok(())
            },
        )
        .unwrap();
        assert_eq!(all, expected);
    }
}

#[test]
fn the_first_error_in_order_ends_the_parts() {
    let input = "1\n".repeat(1 << 20);
    for threads in [1, 4] {
        let mut consumed = 0;
        let outcome = ndjson::for_each_part(
            &Lines::new(input.as_bytes()),
            threads.try_into().unwrap(),
            || |part: Lines<'_>| Ok(part.position().line),
            |line| {
                consumed += 1;
                if consumed == 3 { Err(line) } else { Ok(()) }
            },
        );
        assert_eq!((consumed, outcome), (3, Err(1 + 2 * (128 << 10))));
    }
}

#[test]
fn a_panic_of_a_worker_is_passed_on() {
    let input = "1\n".repeat(1 << 18);
    let work = |_: Lines<'_>| -> Result<(), ()> { panic!("a worker") };
    let threads = 2.try_into().unwrap();
    let panicked = std::panic::catch_unwind(|| {
        ndjson::for_each_part(&Lines::new(input.as_bytes()), threads, || work, |()| Ok(()))
    });
    assert_eq!(panicked.unwrap_err().downcast_ref(), Some(&"a worker"));
}

#[track_caller]
fn check_limit(input: &str, limit: usize, expected: &[Result<u32, &str>]) {
    let expected: Vec<_> = expected.iter().map(|read| read.map_err(str::to_owned)).collect();
    for len in 1..=input.len() {
        let (mut feed, mut window, mut all) =
            (Feed::new().with_limit(limit), Vec::new(), Vec::new());
        let mut read = |lines: Lines<'_>| {
            let records = lines.records::<u32>();
            all.extend(records.map(|r| r.map(|r| r.value).map_err(|error| error.to_string())));
        };
        for piece in input.as_bytes().chunks(len) {
            window.extend_from_slice(piece);
            let cut = feed.feed(&window);
            read(cut.lines);
            let used = cut.used;
            window.drain(..used);
            assert!(window.len() <= limit + 1, "what is left is bounded");
        }
        read(feed.finish(&window).lines);
        assert_eq!(all, expected, "{len} bytes at a time");
        assert_eq!(feed.position(), Position::START.after(input.as_bytes()));
    }
    let whole = ndjson::Lines::new(input.as_bytes()).with_limit(limit).records::<u32>();
    let whole: Vec<_> = whole.map(|r| r.map(|r| r.value).map_err(|e| e.to_string())).collect();
    assert_eq!(whole, expected);
    let shared = ndjson::from_bytes::<u32>(input.to_owned().into()).with_limit(limit);
    let shared: Vec<_> = shared.map(|r| r.map(|r| r.value).map_err(|e| e.to_string())).collect();
    assert_eq!(shared, expected);
}

#[test]
fn a_line_over_the_limit_is_one_error_wherever_the_windows_end() {
    let long = "line 2, column 4 (byte 7): the line is longer than 3 bytes";
    check_limit("111\n2222\n333\r\n4\n", 3, &[Ok(111), Err(long), Ok(333), Ok(4)]);
    let blank = "line 2, column 4 (byte 5): the line is longer than 3 bytes";
    check_limit("1\n         2\n3\n", 3, &[Ok(1), Err(blank), Ok(3)]);
    let last = "line 3, column 4 (byte 7): the line is longer than 3 bytes";
    check_limit("1\n\r\n12345", 3, &[Ok(1), Err(last)]);
}

/// Looked at again for each byte, this line would take half a minute.
#[test]
fn a_line_that_comes_byte_by_byte_is_searched_once() {
    let line = format!("\"{}\"\n1\n", "x".repeat(2 << 20));
    let mut feed = Feed::new();
    let uses = |feed: &mut Feed, len| feed.feed(&line.as_bytes()[..len]).used;
    let whole = line.len() - 2;
    assert!((0..whole).all(|len| uses(&mut feed, len) == 0));
    assert_eq!(uses(&mut feed, whole), whole);
    assert_eq!(feed.finish(b"1\n").lines.records::<u32>().count(), 1);
    assert_eq!(feed.position(), Position::START.after(line.as_bytes()));
}

#[test]
fn shared_records_are_slices_of_the_input_and_count_what_they_are() {
    use zc_serde::shared::SharedStr;

    let input = bytes::Bytes::from("\"one\"\n\n\"t\\u0077o\"\r\n\"\n\"three\"");
    let start = Position { offset: 100, line: 7, column: 1 };
    let mut records = ndjson::from_bytes::<SharedStr>(input.clone()).starting_at(start);
    let one = records.next().unwrap().unwrap();
    assert_eq!((one.position, &one.line[..]), (start, &b"\"one\""[..]));
    let two = records.next().unwrap().unwrap();
    assert_eq!((&*two.value, two.position.line, two.position.offset), ("two", 9, 107));
    let error = records.next().unwrap().unwrap_err();
    assert_eq!((error.position().line, error.is_eof()), (10, true));
    let three = records.next().unwrap().unwrap();
    assert!(records.next().is_none());
    assert_borrows!(input, one.line, one.value, two.line, three.line, three.value);
    assert_eq!((records.shared(), records.copies().decode), (8, 3));
    assert_eq!(records.position(), start.after(&input));
}

#[test]
fn a_type_may_follow_so_many_levels_and_no_more() {
    let nested = |depth: usize| [["["].repeat(depth), ["]"].repeat(depth)].concat().concat();
    let (good, bad) = (nested(ndjson::MAX_DEPTH), nested(ndjson::MAX_DEPTH + 1));
    assert!(ndjson::from_slice::<Value>(good.as_bytes()).next().unwrap().is_ok());
    let error = ndjson::from_slice::<Value>(bad.as_bytes()).next().unwrap().unwrap_err();
    assert_eq!(error.to_string(), "line 1, column 128 (byte 127): recursion limit exceeded");
}
