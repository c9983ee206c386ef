//! Any number of threads gives the same bytes, messages and counts, on good and on damaged input.

mod run;

use std::fs::{self, File};
use std::io;
use std::process::Stdio;

use run::{Outcome, entries, run, zc};
use tempfile::NamedTempFile;

/// Numbers that look random, the same ones in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits fit") % bound
    }
}

/// One record of a format, of which no two are the same.
fn record(format: &str, number: usize) -> String {
    let (status, word) = ([200, 404, 500][number % 3], ["a", "b c", "déjà", "x\"y"][number % 4]);
    match format {
        "kv" => format!("key{number}={word}\n"),
        "command" => format!("GET /{number}?q={word}\n"),
        "common" => format!("::1 - - [now] \"GET /{number} HTTP/1.1\" {status} {number}\n"),
        "combined" => {
            format!("::1 - u{number} [now] \"GET / HTTP/1.1\" {status} 5 \"-\" \"agent\"\r\n")
        }
        "logfmt" => format!("level=info n={number} text=\"two words\" flag e=\"a\\tb\"\n"),
        "csv" => format!("{number},{status},\"{}\",\"multi\n,line\"\n", word.replace('"', "\"\"")),
        "ndjson" => {
            let word = word.replace('"', "\\\"");
            format!("{{\"id\":{number},\"status\":{status},\"in\":{{\"w\":\"{word}\"}}}}\n")
        }
        "http" => format!("GET /{number} HTTP/1.1\r\nHost: h\r\n\r\n"),
        _ => format!("*2\r\n$3\r\nGET\r\n:{number}\r\n"),
    }
}

/// An input of about so many bytes, whose records are good but for `damages` bytes.
fn input(format: &str, len: usize, damages: usize) -> Vec<u8> {
    let mut bytes = if format == "csv" { b"id,status,word,note\n".to_vec() } else { Vec::new() };
    let mut number = 0;
    while bytes.len() < len {
        bytes.extend_from_slice(record(format, number).as_bytes());
        number += 1;
    }
    let mut random = Random(len as u64);
    let begin = bytes.iter().position(|byte| *byte == b'\n').expect("a line ends");
    for _ in 0..damages {
        let at = begin + random.below(bytes.len() - begin);
        bytes[at] = b"\"\",\n\r\0\xff{}[]\\ :x$*"[random.below(17)];
    }
    bytes
}

fn arguments(format: &str) -> Vec<Vec<&'static str>> {
    let field = match format {
        "kv" => "value",
        "command" => "path",
        "logfmt" => "n",
        "http" | "resp" => "missing",
        _ => "status",
    };
    let filter: &[&str] = match format {
        "kv" => &["--where", "value = a"],
        "command" => &["--where", "path ~ 99"],
        "logfmt" => &["--where", "n > 4000"],
        "http" | "resp" => &[],
        _ => &["--where", "status >= 500"],
    };
    let mut all = vec![
        vec![],
        vec!["--to", "csv"],
        vec!["--on-error", "stop", "--to", "msgpack"],
        vec!["--max-record", "40", "--to", "raw"],
    ];
    if !matches!(format, "http" | "resp") {
        all.push(vec!["--count-by", field]);
        all.push([filter, &["--to", "raw"]].concat());
        all.push([filter, &["--to", "table"]].concat());
    }
    all
}

/// What a run says, whatever the input is called.
fn said(outcome: Outcome, label: &str) -> (i32, String, String) {
    (outcome.status, outcome.stdout, outcome.stderr.replace(label, "-"))
}

/// Runs with several numbers of threads, and with the same bytes in a pipe.
#[track_caller]
fn check(format: &str, input: &[u8]) {
    let file = NamedTempFile::new().expect("a temporary file");
    fs::write(file.path(), input).expect("room for it");
    let path = file.path().to_str().expect("a path of ASCII");
    for args in arguments(format) {
        let args = [&["parse", format][..], &args].concat();
        let expected = said(run(&args, input), "-");
        assert!(expected.0 < 2, "{args:?}: {}", expected.2);
        let threads = if args.len() == 2 { &["1", "2"][..] } else { &["3"] };
        for threads in threads {
            let divided = run(&[&args[..], &["--threads", threads, path]].concat(), b"");
            let divided = said(divided, path);
            assert!(
                divided == expected,
                "{args:?} --threads {threads}: {} and {}",
                divided.2,
                expected.2
            );
        }
    }
}

#[test]
fn records_that_are_lines_are_read_by_any_number_of_threads() {
    for format in ["kv", "command", "common", "combined", "logfmt", "ndjson"] {
        check(format, &input(format, 1_100_000, 0));
        check(format, &input(format, 1_100_000, 60));
    }
}

#[test]
fn rows_whose_quotes_span_lines_are_read_by_any_number_of_threads() {
    check("csv", &input("csv", 1_100_000, 0));
    check("csv", &input("csv", 1_100_000, 60));
}

#[test]
fn heads_and_replies_are_read_as_by_one_thread() {
    for format in ["http", "resp"] {
        check(format, &input(format, 1_100_000, 3));
    }
}

#[test]
fn records_longer_than_a_part_are_read_by_any_number_of_threads() {
    let mut bytes = Vec::new();
    for (number, len) in [10, 300_000, 70_000, 700_000].into_iter().enumerate() {
        let line = format!("{{\"status\":{number},\"text\":\"{}\"}}\n", "x\\n".repeat(len / 3));
        bytes.extend_from_slice(line.as_bytes());
        bytes.extend_from_slice(&record("ndjson", number).repeat(300).into_bytes());
    }
    check("ndjson", &bytes);
    check("kv", &bytes);
    check("csv", &[b"id,status,word,note\n", &bytes[..]].concat());
}

#[test]
fn the_ledger_of_many_threads_is_that_of_one() {
    let names = [
        "bytes_in",
        "records",
        "bad_records",
        "bytes_out",
        "copied_read",
        "copied_decode",
        "fields_borrowed",
        "fields_copied",
        "fields_converted",
        "replaced",
    ];
    for format in ["combined", "logfmt", "ndjson", "csv"] {
        let file = NamedTempFile::new().unwrap();
        fs::write(file.path(), input(format, 1_100_000, 30)).unwrap();
        for args in [
            &["--to", "csv"][..],
            &["--to", "table", "--select", "status"],
            &["--to", "msgpack", "--where", "status != 404"],
            &["--to", "raw"],
            &["--count-by", "status"],
            &["--on-error", "stop"],
        ] {
            let ledger = |threads| {
                let path = file.path().to_str().unwrap();
                let given = ["parse", format, path, "--stats=json", "--threads", threads];
                entries(&run(&[&given[..], args].concat(), b""), names)
            };
            assert_eq!(ledger("4"), ledger("1"), "{format} {args:?}");
        }
    }
}

/// Forms of which each has a way of its own to standard output.
const FORMS: [&str; 5] = ["ndjson", "csv", "table", "msgpack", "raw"];

/// Runs with several numbers of threads and an output that `stdout` makes; returns what was said.
fn with_output(input: &[u8], form: &str, mut stdout: impl FnMut() -> Stdio) -> Vec<Outcome> {
    let file = NamedTempFile::new().expect("a temporary file");
    fs::write(file.path(), input).expect("room for it");
    let run = |threads| {
        let mut zc = zc();
        zc.args(["parse", "combined", "--to", form, "--threads", threads]).arg(file.path());
        zc.stdout(stdout()).stderr(Stdio::piped()).output().expect("the tool was built").into()
    };
    ["1", "2", "7"].map(run).into()
}

#[test]
fn an_output_that_takes_nothing_is_reported_once_by_any_number_of_threads() {
    let Ok(full) = File::options().write(true).open("/dev/full") else {
        println!("skipped: there is no /dev/full");
        return;
    };
    let input = input("combined", 1_100_000, 0);
    for form in FORMS {
        for outcome in with_output(&input, form, || full.try_clone().expect("it is open").into()) {
            let message = "zc: standard output: No space left on device\n";
            assert_eq!((outcome.status, &*outcome.stderr), (2, message), "{form}");
        }
    }
}

#[test]
fn a_closed_pipe_ends_any_number_of_threads_quietly() {
    let input = input("combined", 1_100_000, 0);
    for form in FORMS {
        for outcome in with_output(&input, form, || io::pipe().expect("a pipe").1.into()) {
            assert_eq!((outcome.status, &*outcome.stderr), (0, ""), "{form}");
        }
    }
}

#[test]
fn no_thread_at_all_is_refused_and_very_many_do_what_one_does() {
    let refused = run(&["parse", "kv", "--threads", "0"], b"");
    assert_eq!(refused.status, 2);
    let file = NamedTempFile::new().unwrap();
    fs::write(file.path(), input("logfmt", 3_000_000, 30)).unwrap();
    let path = file.path().to_str().unwrap();
    let read = |threads| {
        let args = ["parse", "logfmt", path, "--threads", threads, "--to", "csv", "--stats=json"];
        let outcome = run(&args, b"");
        let [records, memory] = entries(&outcome, ["records", "peak_memory_bytes"]);
        assert!(memory < 64 << 20, "{memory} bytes");
        (outcome.status, outcome.stdout, records)
    };
    assert!(read("1000000") == read("1"));
}

#[test]
fn what_other_threads_format_is_not_copied_once_more() {
    let file = NamedTempFile::new().unwrap();
    fs::write(file.path(), input("combined", 3_000_000, 0)).unwrap();
    let path = file.path().to_str().unwrap();
    let args = ["parse", "combined", path, "--stats=json", "--threads", "2"];
    let some = ["--where", "status = 500", "--select", "status"];
    for flags in [&some[..], &["--to", "csv"]] {
        let outcome = run(&[&args[..], flags].concat(), b"");
        let [formatted, written] = entries(&outcome, ["copied_encode", "bytes_out"]);
        // The title of CSV, and the last part, may be short.
        assert!(formatted < written + 5_000, "{flags:?}: {formatted} for {written}");
    }
}
