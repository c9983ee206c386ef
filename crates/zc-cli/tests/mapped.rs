//! Files that are long enough are mapped, and give what the same bytes in a pipe give.

mod run;

use std::fs;
use std::io::Read;
use std::process::Stdio;

use run::{ledger, run, zc};

const LINE: &str =
    "203.0.113.9 - - [10/Oct/2025:13:55:36 +0000] \"GET /a HTTP/1.1\" 200 512 \"-\" \"curl\"\n";

#[test]
fn a_mapped_file_gives_what_a_pipe_gives_and_copies_nothing_in() {
    let file = tempfile::NamedTempFile::new().unwrap();
    // More than two windows of a map, and a bad line on the edge of each.
    let mut input = String::new();
    while input.len() < 17 << 20 {
        input += &LINE.repeat(1000);
        input += "bad\n";
    }
    input += "the last line is bad and has no end";
    fs::write(file.path(), &input).unwrap();
    let path = file.path().to_str().unwrap();
    for args in [&["parse", "combined", "--to", "raw"][..], &["count"]] {
        let piped = run(&[args, &["-"]].concat(), input.as_bytes());
        let mapped = run(&[args, &[path, "--stats=json"]].concat(), b"");
        let renamed = mapped.stdout.replace(path, "-");
        assert!(renamed.split_whitespace().eq(piped.stdout.split_whitespace()), "{args:?}");
        assert_eq!(mapped.status, piped.status);
        let ledger = ledger(&mapped);
        assert_eq!((&ledger["input"], &ledger["copied_read"]), (&"map".into(), &0.into()));
        assert_eq!(ledger["bytes_in"], input.len());
        let messages = |stderr: &str| -> Vec<String> {
            let lines = stderr.lines().filter(|line| !line.starts_with('{'));
            lines.map(|line| line.replace(path, "-")).collect()
        };
        assert_eq!(messages(&mapped.stderr), messages(&piped.stderr));
    }
}

#[test]
fn of_a_file_that_is_cut_nothing_is_written_that_it_never_held() {
    for form in ["raw", "ndjson", "csv", "table", "msgpack"] {
        for threads in ["1", "2", "5"] {
            check_cut("combined", LINE, &["--to", form, "--threads", threads]);
        }
    }
    let line = "{\"status\":200,\"te\\nxt\":\"a\\tb\",\"list\":[1,2,3]}\n";
    for form in ["raw", "ndjson", "csv", "table", "msgpack"] {
        check_cut("ndjson", line, &["--to", form, "--threads", "3", "--stats"]);
    }
}

/// Cuts a file of many such lines while the tool waits for somebody to read on.
#[track_caller]
fn check_cut(format: &str, line: &str, args: &[&str]) {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    let input = line.repeat((8 << 20) / line.len());
    fs::write(file.path(), &input).expect("room for it");
    let mut zc = zc();
    zc.args(["parse", format]).args(args).arg(file.path());
    let mut child = zc.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it was built");
    // The pipe is full long before the end: the tool waits.
    let mut stdout = child.stdout.take().expect("a pipe");
    let mut written = vec![0; 1000];
    stdout.read_exact(&mut written).expect("it is written");
    file.as_file().set_len(0).expect("it is ours");
    stdout.read_to_end(&mut written).expect("a pipe");
    let outcome = child.wait_with_output().expect("it ends");
    let stderr = String::from_utf8(outcome.stderr).expect("messages are text");
    assert_eq!(outcome.status.code(), Some(2), "{args:?}: {stderr}");
    let path = file.path().display();
    let message = format!("zc: {path}: the file changed while it was mapped: ");
    assert!(stderr.starts_with(&message), "{args:?}: {stderr}");
    assert_eq!(stderr.lines().count(), 1, "{args:?}: {stderr}");
    if !args.contains(&"msgpack") {
        assert!(!written.contains(&0), "{args:?}");
    }
    if args.contains(&"raw") {
        assert!(input.as_bytes().starts_with(&written), "{args:?}");
    }
}

#[test]
fn standard_input_is_consumed_however_long_it_is() {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), LINE.repeat(50_000)).unwrap();
    let stdin = fs::File::open(file.path()).unwrap();
    let output = zc().args(["count", "-l", "-", "-"]).stdin(stdin).output().unwrap();
    let numbers: Vec<_> = std::str::from_utf8(&output.stdout)
        .unwrap()
        .lines()
        .map(|line| line.split_whitespace().next().unwrap().to_owned())
        .collect();
    assert_eq!(numbers, ["50000", "0", "50000"]);
}
