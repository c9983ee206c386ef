//! The ledger is counted: what it says is what the kernel saw.

mod run;

use std::fs;
use std::process::Command;

use run::{Outcome, run};
use serde_json::Value;

const LINE: &str = "::1 - - [now] \"GET / HTTP/1.1\" 200 5 \"-\" \"curl/8\"\n";

fn ledger(stderr: &str) -> Value {
    let line = stderr.lines().last().expect("a line of statistics");
    serde_json::from_str(line).expect("one JSON object on one line")
}

#[test]
fn stages_and_fields_add_up() {
    let input = LINE.repeat(1000) + "bad\n";
    let outcome = run(&["parse", "combined", "--stats=json"], input.as_bytes());
    let ledger = ledger(&outcome.stderr);
    let number = |name: &str| ledger[name].as_u64().unwrap_or_else(|| panic!("no {name}"));
    assert_eq!(number("bytes_in"), input.len() as u64);
    assert_eq!(number("bytes_out"), outcome.stdout.len() as u64);
    assert_eq!((number("records"), number("bad_records")), (1000, 1));
    assert_eq!(number("copied_read"), number("bytes_in"));
    assert_eq!(number("copied_decode"), 0);
    assert_eq!(number("copied_encode"), number("bytes_out"));
    assert_eq!(number("copied_write"), number("bytes_out"));
    assert_eq!(number("fields_borrowed"), 6 * 1000);
    assert_eq!(number("fields_converted"), 2 * 1000);
    assert_eq!(number("fields_copied"), 0);
    assert_eq!((&ledger["input"], &ledger["output"]), (&"stream".into(), &"ndjson".into()));
    let sum = number("bytes_in") + 2 * number("bytes_out");
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let expected = sum as f64 / number("bytes_in") as f64;
    assert_eq!(ledger["copies_per_byte"].as_f64(), Some(expected));
}

#[test]
fn escapes_that_are_undone_are_copies() {
    let input = b"{\"a\":\"plain\"}\n{\"a\":\"tab\\t\"}\n";
    let outcome = run(&["parse", "ndjson", "--to", "csv", "--stats=json"], input);
    let ledger = ledger(&outcome.stderr);
    assert_eq!(ledger["fields_borrowed"], 1);
    assert_eq!(ledger["fields_copied"], 1);
    assert_eq!(ledger["copied_decode"], "tab\t".len());
}

#[test]
fn what_is_unescaped_for_a_filter_or_a_key_is_a_copy() {
    let input = b"{\"\\u006bey\":\"a\\tb\"}\n";
    let filtered = run(&["parse", "ndjson", "--where", "key ~ b", "--stats=json"], input);
    assert_eq!(ledger(&filtered.stderr)["copied_decode"], "key".len() + "a\tb".len());
    assert_eq!(ledger(&filtered.stderr)["fields_copied"], 2);
}

#[test]
fn long_raw_runs_are_not_copied_into_a_buffer() {
    let input = LINE.repeat(10_000);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log");
    fs::write(&file, &input).unwrap();
    let args = ["parse", "combined", file.to_str().unwrap(), "--to", "raw", "--stats=json"];
    let outcome = run(&args, b"");
    let ledger = ledger(&outcome.stderr);
    assert!(outcome.stdout == input);
    // The last window may hold a short run.
    assert!(ledger["copied_encode"].as_u64().unwrap() < 32 << 10, "{ledger}");
    assert_eq!(ledger["copied_write"], input.len());
}

#[test]
fn the_number_of_allocations_does_not_grow_with_the_records() {
    let allocations = |count| {
        let outcome = run(&["parse", "combined", "--stats=json"], LINE.repeat(count).as_bytes());
        ledger(&outcome.stderr)["allocations"].as_u64().unwrap()
    };
    let (few, many) = (allocations(10), allocations(50_000));
    assert!(many < few + 50, "{few} for 10 records, {many} for 50,000");
}

#[test]
fn the_ledger_for_people_has_a_line_for_each_entry() {
    let outcome = run(&["parse", "kv", "--stats"], b"a=1\n");
    let names: Vec<_> =
        outcome.stderr.lines().map(|line| line.split(' ').next().unwrap()).collect();
    let json = run(&["parse", "kv", "--stats=json"], b"a=1\n").stderr;
    assert!(names.iter().all(|name| json.contains(&format!("\"{name}\":"))), "{names:?}");
    assert_eq!(names.first(), Some(&"bytes_in"));
    let count = run(&["count", "--stats=json"], b"a=1\n").stderr;
    assert_eq!(ledger(&count)["records"], 1);
}

#[test]
fn strace_sees_the_bytes_that_the_ledger_says() {
    if run::lacks_strace() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (file, trace) = (folder.path().join("log"), folder.path().join("trace"));
    // The longer file is mapped.
    for (lines, form, is_read) in [
        (10_000, "ndjson", true),
        (10_000, "csv", true),
        (10_000, "raw", true),
        (100_000, "raw", false),
    ] {
        let input = LINE.repeat(lines) + "bad\n";
        fs::write(&file, &input).unwrap();
        let mut strace = Command::new("strace");
        strace.args(["-f", "-y", "-s", "0", "-e", "trace=read,pread64,readv,write,writev"]);
        strace.arg("-o").arg(&trace).arg(env!("CARGO_BIN_EXE_zc"));
        strace.args(["parse", "combined", "--stats=json", "--to", form]).arg(&file);
        let outcome = Outcome::from(strace.output().unwrap());
        let ledger = ledger(&outcome.stderr);
        let trace = fs::read_to_string(&trace).unwrap();
        let read = transferred(&trace, |call| call.contains("/log>"));
        let written =
            transferred(&trace, |call| call.starts_with("write(") && !call.contains("(2<"));
        assert_eq!(ledger["copied_read"], read, "{form}");
        assert_eq!(read, if is_read { input.len() as u64 } else { 0 });
        assert_eq!(ledger["copied_write"], written, "{form}");
        assert_eq!(written, outcome.stdout.len() as u64);
    }
}

/// The sum of what the system calls returned that `is_meant` picks.
fn transferred(trace: &str, is_meant: fn(&str) -> bool) -> u64 {
    let calls = trace.lines().filter_map(|line| line.split_once(' ')).map(|(_, call)| call.trim());
    let returned = calls.filter(|call| is_meant(call)).filter_map(|call| call.rsplit_once("= "));
    returned.filter_map(|(_, count)| count.parse::<u64>().ok()).sum()
}
