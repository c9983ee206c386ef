//! `zc parse ndjson` against `serde_json`, which decides what is a record and what is in it.

mod run;

use std::collections::HashMap;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestCaseResult;
use run::{Outcome, run, run_in_pieces};
use serde_json::Value;
use serde_json::value::RawValue;

/// The most bytes of a line, so that some are longer.
const LIMIT: usize = 120;

/// Names as they are typed, and the keys on the way down.
const NAMES: [(&str, &[&str]); 6] = [
    ("a", &["a"]),
    ("b", &["b"]),
    ("a.b", &["a", "b"]),
    ("\"a.b\"", &["a.b"]),
    ("a.a.b", &["a", "a", "b"]),
    ("é", &["é"]),
];

const OPERATORS: [&str; 7] = ["=", "!=", "<", "<=", ">", ">=", "~"];
const VALUES: [&str; 9] = ["1", "12", "1.0", "-3", "true", "null", "", "café", "{"];

#[derive(Debug, Clone)]
struct Filter {
    keys: &'static [&'static str],
    operator: &'static str,
    value: &'static str,
    typed: String,
}

fn value() -> impl Strategy<Value = String> {
    const NUMBERS: &[&str] =
        &["0", "1", "1.0", "12", "-3", "1e1", "0.5", "12345678901234567890", "-0.0"];
    const TEXTS: &[&str] =
        &["\"\"", "\"1\"", "\"caf\\u00e9\"", "\"café\"", "\"say \\\"hi\\\", {\"", "\"12x\""];
    const WORDS: &[&str] = &["null", "true", "false", "[]", "{}", "[1, {\"a\":\"]\"}]"];
    let leaf = prop_oneof![select(NUMBERS), select(TEXTS), select(WORDS)].prop_map(str::to_owned);
    leaf.prop_recursive(3, 12, 4, |inner| object(inner.boxed()))
}

fn object(value: BoxedStrategy<String>) -> impl Strategy<Value = String> {
    const KEYS: &[&str] = &["\"a\"", "\"b\"", "\"a.b\"", "\"\\u0061\"", "\"é\"", "\"other key\""];
    const SPACES: &[&str] = &["", "", " ", "\t", "  "];
    let member = (select(KEYS), select(SPACES), value, select(SPACES));
    prop::collection::vec(member, 0..5).prop_map(|members| {
        let members = members.iter().map(|(key, before, value, after)| {
            format!("{before}{key}{after}:{before}{value}{after}")
        });
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    })
}

/// A line with its ending: mostly an object, and now and then another value, damaged, or blank.
fn line() -> impl Strategy<Value = Vec<u8>> {
    let good = object(value().boxed()).prop_map(String::into_bytes).boxed();
    let damaged = (good.clone(), any::<prop::sample::Index>(), select(&b"x\"{},\\\xff"[..]))
        .prop_map(|(mut line, at, byte)| {
            let at = at.index(line.len());
            line[at] = byte;
            line
        });
    let cut = (good.clone(), any::<prop::sample::Index>())
        .prop_map(|(line, at)| line[..at.index(line.len())].to_vec());
    let other = value().prop_map(String::into_bytes);
    let blank = select(&["", " ", "\t ", "\r"][..]).prop_map(|line| line.as_bytes().to_vec());
    let text = prop_oneof![6 => good, 1 => damaged, 1 => cut, 1 => other, 1 => blank];
    (text, select(&["\n", "\n", "\r\n", " \n"][..]))
        .prop_map(|(line, ending)| [&line, ending.as_bytes()].concat())
}

fn filter() -> impl Strategy<Value = Filter> {
    (select(&NAMES[..]), select(&OPERATORS[..]), select(&VALUES[..])).prop_map(
        |((name, keys), operator, value)| {
            let typed = format!("{name} {operator} '{value}'");
            Filter { keys, operator, value, typed }
        },
    )
}

/// The raw value below some keys, of members that share a name the last.
fn find<'j>(json: &'j str, keys: &[&str]) -> Option<&'j str> {
    let Some((first, below)) = keys.split_first() else { return Some(json) };
    let members: HashMap<String, &'j RawValue> = serde_json::from_str(json).ok()?;
    find(members.get(*first)?.get(), below)
}

impl Filter {
    fn holds(&self, json: &str) -> bool {
        let raw = find(json, self.keys).filter(|raw| *raw != "null");
        let Some(raw) = raw else { return self.operator == "!=" };
        let text = serde_json::from_str(raw).unwrap_or_else(|_| raw.to_owned());
        let number = |text: &str| serde_json::from_str::<f64>(text).ok();
        let order = match (number(&text), number(self.value)) {
            (Some(field), Some(value)) => field.partial_cmp(&value).expect("JSON has no NaN"),
            _ => text.as_bytes().cmp(self.value.as_bytes()),
        };
        match self.operator {
            "=" => order.is_eq(),
            "!=" => order.is_ne(),
            "<" => order.is_lt(),
            "<=" => order.is_le(),
            ">" => order.is_gt(),
            ">=" => order.is_ge(),
            _ => text.contains(self.value),
        }
    }
}

/// The lines that pass, and the numbers of those that are bad.
fn expected<'i>(input: &'i [u8], filters: &[Filter]) -> (Vec<(&'i str, &'i [u8])>, Vec<usize>) {
    let (mut passed, mut bad) = (Vec::new(), Vec::new());
    for (index, raw) in input.split_inclusive(|byte| *byte == b'\n').enumerate() {
        // Alone at the end of the input, a carriage return ends no line.
        let line = match raw.strip_suffix(b"\n") {
            Some(line) => line.strip_suffix(b"\r").unwrap_or(line),
            None => raw,
        };
        let is_object = serde_json::from_slice::<Value>(line).is_ok_and(|json| json.is_object());
        if line.len() > LIMIT || !(is_object || line.trim_ascii().is_empty()) {
            bad.push(index + 1);
        } else if is_object {
            let text = std::str::from_utf8(line).expect("JSON is UTF-8");
            if filters.iter().all(|filter| filter.holds(text)) {
                passed.push((text, raw));
            }
        }
    }
    (passed, bad)
}

fn check_outcome(outcome: &Outcome, stdout: &str, bad: &[usize]) -> TestCaseResult {
    let numbers: Vec<usize> = outcome
        .stderr
        .lines()
        .filter_map(|line| line.strip_prefix("-:")?.split(':').next()?.parse().ok())
        .collect();
    prop_assert_eq!(numbers, &bad[..bad.len().min(10)], "{}", outcome.stderr);
    prop_assert_eq!(&*outcome.stdout, stdout);
    prop_assert_eq!(outcome.status, i32::from(!bad.is_empty()));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn what_passes_and_what_is_bad_is_what_serde_json_says(
        lines in prop::collection::vec(line(), 0..40),
        has_end in any::<bool>(),
        filters in prop::collection::vec(filter(), 0..3),
        names in prop::sample::subsequence(NAMES.to_vec(), 1..4),
        piece in 1..300_usize,
    ) {
        let mut input = lines.concat();
        if !has_end {
            input.pop_if(|byte| *byte == b'\n');
        }
        let (passed, bad) = expected(&input, &filters);
        let limit = LIMIT.to_string();
        let wheres = filters.iter().flat_map(|filter| ["--where", &filter.typed]);
        let args: Vec<_> = ["parse", "ndjson", "--max-record", &limit].into_iter().chain(wheres).collect();
        let list = names.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(",");
        let rows: String = passed.iter().map(|(json, _)| {
            let members = names.iter().map(|(_, keys)| {
                format!("\"{}\":{}", keys.join("."), find(json, keys).unwrap_or("null"))
            });
            format!("{{{}}}\n", members.collect::<Vec<_>>().join(","))
        }).collect();
        if names.iter().filter(|(_, keys)| keys.join(".") == "a.b").count() < 2 {
            let selected = [&args[..], &["--select", &list]].concat();
            check_outcome(&run_in_pieces(&selected, &input, piece), &rows, &bad)?;
        }
        if !filters.is_empty() {
            let raw: Vec<u8> = passed.iter().flat_map(|(_, raw)| raw.iter().copied()).collect();
            let raw = String::from_utf8(raw).expect("JSON is UTF-8");
            let outcome = run_in_pieces(&[&args[..], &["--to", "raw"]].concat(), &input, piece);
            check_outcome(&outcome, &raw, &bad)?;
        }
    }
}

const SCALARS: &[u8] = b"1\n{\"a\":1}\n [2]\nnull\n{\"a\":2}\n";

#[test]
fn a_line_that_is_no_object_is_bad_only_where_fields_are_needed() {
    let whole = run(&["parse", "ndjson"], SCALARS);
    assert_eq!((whole.status, &*whole.stdout), (0, "1\n{\"a\":1}\n[2]\nnull\n{\"a\":2}\n"));
    let raw = run(&["parse", "ndjson", "--to", "raw"], SCALARS);
    assert_eq!((raw.status, raw.stdout.as_bytes()), (0, SCALARS));
    for (args, stdout) in [
        (&["--to", "csv"][..], "a\n1\n2\n"),
        (&["--to", "csv", "--select", "a"], "a\n1\n2\n"),
        (&["--select", "a"], "{\"a\":1}\n{\"a\":2}\n"),
        (&["--where", "a != 1"], "{\"a\":2}\n"),
    ] {
        let outcome = run(&[&["parse", "ndjson"], args].concat(), SCALARS);
        assert_eq!((outcome.status, &*outcome.stdout), (1, stdout), "{args:?}");
        let bad = "-:1:1: found `1`; expected an object\n\
                   -:3:2: found `[`; expected an object\n\
                   -:4:1: found `n`; expected an object\n";
        assert_eq!(outcome.stderr, bad);
    }
}

#[test]
fn a_line_over_the_limit_is_told_as_in_other_formats() {
    let input = format!("{{\"a\":1}}\n{{\"a\":\"{}\"}}\n{{\"a\":3}}\n", "x".repeat(3_000_000));
    for (limit, bad) in [("1M", "at most 1048576 bytes"), ("9", "at most 9 bytes")] {
        let args = ["parse", "ndjson", "--max-record", limit, "--select", "a"];
        for len in [input.len(), 65_536] {
            let outcome = run_in_pieces(&args, input.as_bytes(), len);
            assert_eq!((outcome.status, &*outcome.stdout), (1, "{\"a\":1}\n{\"a\":3}\n"));
            assert_eq!(outcome.stderr, format!("-:2:1: found a longer record; expected {bad}\n"));
        }
    }
}

#[test]
fn a_carriage_return_counts_where_no_newline_follows() {
    let args = ["parse", "ndjson", "--max-record", "7"];
    for (input, status) in [(&b"{\"a\":1}\r\n"[..], 0), (b"{\"a\":1}", 0), (b"{\"a\":1}\r", 1)] {
        assert_eq!(run(&args, input).status, status, "{input:?}");
    }
}

#[test]
fn a_run_that_stops_says_how_far_it_read() {
    let outcome =
        run(&["parse", "ndjson", "--on-error", "stop", "--stats=json"], b"{}\r\n\n[1\n{}\n");
    assert_eq!((outcome.status, &*outcome.stdout), (1, "{}\n"));
    assert_eq!(run::entries(&outcome, ["bytes_in", "records"]), [8, 1]);
}

#[test]
fn the_number_of_allocations_does_not_grow_with_the_lines() {
    let allocations = |count, args: &[&str]| {
        let lines = "{\"id\":1,\"user\":{\"name\":\"ann\"}}\n".repeat(count);
        let args = [&["parse", "ndjson", "--stats=json"], args].concat();
        run::entries(&run(&args, lines.as_bytes()), ["allocations"])[0]
    };
    for args in [&["--select", "user.name,id"][..], &["--where", "id = 1", "--to", "raw"], &[]] {
        let (few, many) = (allocations(10, args), allocations(20_000, args));
        assert!(many < few + 200, "{few} for 10 lines, {many} for 20,000: {args:?}");
    }
}

#[test]
fn the_ledger_knows_fields_by_their_address() {
    let input = b"{\"a\":1,\"b\":\"x\\ty\",\"c\":[1]}\n{\"\\u0061\":null}\n";
    let names = ["fields_borrowed", "fields_copied", "fields_converted", "copied_decode"];
    for (args, expected) in [
        (&["--select", "a,b"][..], [3, 1, 0, 1]),
        (&["--to", "raw"], [4, 1, 0, 1]),
        (&["--to", "csv", "--select", "b"], [0, 2, 0, 4]),
        (&["--where", "b ~ x", "--to", "csv", "--select", "a"], [1, 2, 0, 4]),
    ] {
        let outcome = run(&[&["parse", "ndjson", "--stats=json"], args].concat(), input);
        assert_eq!(run::entries(&outcome, names), expected, "{args:?}");
    }
}
