//! Where input comes from and how much of it there is: none, one record, a million; a file, a
//! pipe, a terminal.

mod run;

use std::fs::File;
use std::io::Write;
use std::process::{Command, Stdio};

use run::{Outcome, entries, lacks, run, zc};
use tempfile::NamedTempFile;

/// A file of so many records of 14 bytes and their numbers.
fn records(count: usize) -> NamedTempFile {
    let mut file = NamedTempFile::new().expect("a temporary file");
    let mut text = String::with_capacity(14 * 10_000);
    for first in (0..count).step_by(10_000) {
        text.clear();
        for number in first..(first + 10_000).min(count) {
            text += &format!("key={number:09}\n");
        }
        file.write_all(text.as_bytes()).expect("room for it");
    }
    file
}

#[track_caller]
fn check_count(count: usize) {
    let file = records(count);
    let path = file.path().to_str().expect("a path of ASCII");
    let odd = ["parse", "kv", "--where", "value ~ 7", "--to", "raw", path];
    let expected = (0..count).filter(|number| number.to_string().contains('7')).count();
    let outcome = run(&odd, b"");
    assert_eq!((outcome.status, outcome.stdout.lines().count()), (0, expected));
    let counted = run(&["parse", "kv", "--count-by", "key", "--to", "csv", path], b"");
    let row = if count == 0 { String::new() } else { format!("key,{count}\n") };
    assert_eq!((counted.status, counted.stdout), (0, format!("key,count\n{row}")));
}

#[test]
fn no_record_one_and_a_million() {
    [0, 1, 2, 1_000_000].into_iter().for_each(check_count);
}

/// A format with one record of it, and with what stands before records.
const ONE_OF_EACH: [(&str, &str, &str); 9] = [
    ("kv", "", "a=1\n"),
    ("command", "", "GET /\n"),
    ("common", "", "h - - [t] \"GET / HTTP/1.1\" 200 1\n"),
    ("combined", "", "h - - [t] \"GET / HTTP/1.1\" 200 1 \"-\" \"-\"\n"),
    ("logfmt", "", "a=1 b\n"),
    ("csv", "a,b\n", "1,2\n"),
    ("ndjson", "", "{\"a\":1}\n"),
    ("http", "", "GET / HTTP/1.1\r\nHost: h\r\n\r\n"),
    ("resp", "", "%1\r\n+a\r\n:1\r\n"),
];

#[test]
fn no_record_and_one_in_each_format_and_form() {
    for (format, before, record) in ONE_OF_EACH {
        for form in ["ndjson", "csv", "table", "msgpack", "raw"] {
            let args = ["parse", format, "--to", form, "--stats=json"];
            let none = run(&args, before.as_bytes());
            assert_eq!((none.status, entries(&none, ["records"])), (0, [0]), "{format} {form}");
            let titles = none.stdout.lines().count();
            assert!(titles == 0 || form == "csv" && titles == 1, "{format} {form}");
            let one = run(&args, [before, record].concat().as_bytes());
            assert_eq!((one.status, entries(&one, ["records"])), (0, [1]), "{format} {form}");
            let lines = one.stdout.lines().count();
            match form {
                "raw" => assert_eq!(one.stdout, record),
                "ndjson" => assert_eq!(lines, 1, "{format}"),
                "msgpack" => assert!(!one.stdout.is_empty(), "{format}"),
                _ => assert_eq!(lines, 2, "{format} {form}"),
            }
        }
    }
}

/// `cargo test --release -p zc-cli --test inputs -- --ignored`: it writes 140 MB.
#[test]
#[ignore = "half a minute in a development build"]
fn ten_million_records() {
    check_count(10_000_000);
}

#[test]
fn a_file_a_pipe_and_standard_input_from_a_file_give_the_same() {
    let file = records(100_000);
    let path = file.path().to_str().unwrap();
    let from_file = run(&["parse", "kv", path], b"").stdout;
    assert_eq!(from_file.lines().count(), 100_000);
    assert!(run(&["parse", "kv", "-"], &std::fs::read(path).unwrap()).stdout == from_file);
    let stdin = File::open(path).unwrap();
    let redirected = zc().args(["parse", "kv"]).stdin(stdin).output().unwrap();
    assert!(redirected.stdout == from_file.as_bytes());
}

/// Runs a line in a terminal, in which `typed` is typed.
fn in_terminal(line: &str, typed: &[u8]) -> Outcome {
    let mut child = Command::new("script")
        .args(["-qec", line, "/dev/null"])
        .env_remove("COLUMNS")
        .env_remove("NO_COLOR")
        .env("TERM", "xterm")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it is there");
    child.stdin.take().expect("a pipe was asked for").write_all(typed).expect("it is typed");
    child.wait_with_output().expect("it ends").into()
}

#[test]
fn a_terminal_gets_a_table_with_colours_and_a_pipe_does_not() {
    if lacks("script") {
        return;
    }
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(b"key=1\nlonger=22\n").unwrap();
    let line = format!("{} parse kv {}", env!("CARGO_BIN_EXE_zc"), file.path().display());
    let shown = in_terminal(&line, b"").stdout.replace('\r', "");
    assert_eq!(
        shown,
        "\u{1b}[1mkey\u{1b}[0m     \u{1b}[1mvalue\u{1b}[0m\nkey         1\nlonger     22\n"
    );
    let plain = in_terminal(&format!("NO_COLOR=1 {line}"), b"").stdout.replace('\r', "");
    assert_eq!(plain, "key     value\nkey         1\nlonger     22\n");
    let msgpack = in_terminal(&format!("{line} --to msgpack"), b"");
    assert!(msgpack.stdout.contains("MessagePack is no text"), "{}", msgpack.stdout);
    assert_eq!(msgpack.status, 2);
}

#[test]
fn records_that_are_typed_are_read() {
    if lacks("script") {
        return;
    }
    let line = format!("{} parse kv --to ndjson", env!("CARGO_BIN_EXE_zc"));
    let shown = in_terminal(&line, b"a=1\nbad\n\x04").stdout;
    assert!(shown.contains("{\"key\":\"a\",\"value\":\"1\"}"), "{shown}");
    assert!(shown.contains("-:2:4: found the end of the line"), "{shown}");
}
