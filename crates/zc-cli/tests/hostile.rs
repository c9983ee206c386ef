//! Input that is meant to hurt: each ends in time, within a bound of memory, with a clear word.

mod run;

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};

use run::{run, zc};
use serde_json::Value;

#[test]
fn a_line_of_100_mb_is_a_bad_record_and_memory_stays_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long");
    let mut file = File::create(&path).unwrap();
    file.write_all(b"a=1\nlong=").unwrap();
    (0..100).for_each(|_| file.write_all(&vec![b'x'; 1 << 20]).unwrap());
    file.write_all(b"\nb=2\n").unwrap();
    let outcome = run(&["parse", "kv", path.to_str().unwrap(), "--stats=json"], b"");
    assert_eq!(outcome.status, 1);
    let keys = outcome.stdout.lines().filter(|line| line.len() < 30).count();
    assert_eq!((keys, outcome.stdout.lines().count()), (2, 2));
    assert!(outcome.stderr.contains("long:2:1: found a longer record"), "{}", outcome.stderr);
    let ledger: Value = serde_json::from_str(outcome.stderr.lines().last().unwrap()).unwrap();
    let peak = ledger["peak_memory_bytes"].as_u64().unwrap();
    assert!(peak < 64 << 20, "{peak} bytes");
}

#[test]
fn escapes_of_a_long_value_do_not_fill_memory() {
    // Each of these bytes is six in JSON.
    let line = [b"k=", &b"\x01".repeat(15 << 20)[..], b"\n"].concat();
    let rows = [b"k\n", &line[2..]].concat();
    for (format, input) in [("kv", &line), ("logfmt", &line), ("csv", &rows)] {
        for form in ["ndjson", "csv", "table"] {
            let args = ["parse", format, "--to", form, "--stats=json"];
            let outcome = run(&args, input);
            let ledger: Value =
                serde_json::from_str(outcome.stderr.lines().last().unwrap()).unwrap();
            let peak = ledger["peak_memory_bytes"].as_u64().unwrap();
            assert_eq!((outcome.status, &ledger["records"]), (0, &1.into()), "{format} {form}");
            assert!(peak < 64 << 20, "{format} {form}: {peak} bytes");
        }
    }
}

#[test]
fn lists_of_long_values_do_not_fill_memory() {
    // Each of these bytes is six in JSON, or a replacement character of three.
    let control = b"\x01".repeat(12 << 20);
    let bulk = [format!("${}\r\n", control.len()).as_bytes(), &control, b"\r\n"].concat();
    let map = [b"%1\r\n+k\r\n", &bulk[..]].concat();
    let key = [b"%1\r\n", &bulk[..], b":1\r\n"].concat();
    let item = [b"$1000\r\n", &control[..1000], b"\r\n"].concat();
    let list = [b"%1\r\n+k\r\n*12000\r\n", &item.repeat(12_000)[..]].concat();
    let head = [b"GET / HTTP/1.1\r\nx: ", &b"\xff".repeat(15 << 20)[..], b"\r\n\r\n"].concat();
    check_memory("resp", (&bulk, &["ndjson", "raw"]));
    check_memory("resp", (&map, &["csv", "table"]));
    check_memory("resp", (&list, &["ndjson", "csv", "table"]));
    check_memory("resp", (&key, &["ndjson", "csv", "table", "msgpack"]));
    check_memory("http", (&head, &["ndjson", "csv", "table"]));
}

#[test]
fn numbers_that_become_longer_do_not_fill_memory() {
    // Each of these three bytes is nine in MessagePack.
    let line = format!("{{\"k\":[{}0]}}\n", "-0,".repeat(5 << 20));
    check_memory("ndjson", (line.as_bytes(), &["msgpack"]));
    let selected = ["parse", "ndjson", "--to", "msgpack", "--select", "k,none", "--stats=json"];
    let outcome = run(&selected, line.as_bytes());
    let [out, peak] = run::entries(&outcome, ["bytes_out", "peak_memory_bytes"]);
    // A map of two, `k`, an array of 2^32 values at most; a float each; a zero, `none` and null.
    assert_eq!(out, 1 + 2 + 5 + 9 * (5 << 20) + 1 + 5 + 1);
    assert!(peak < 64 << 20, "{peak} bytes");
}

#[test]
fn comparing_lists_of_long_values_does_not_fill_memory() {
    let item = [b"$1000\r\n", &b"\x01".repeat(1000)[..], b"\r\n"].concat();
    let list = [b"%1\r\n+k\r\n*12000\r\n", &item.repeat(12_000)[..]].concat();
    for (filter, written) in [
        ("k ~ zz", 0),
        ("k ~ 01\",\"\\u00", 1),
        ("k = zz", 0),
        ("k != zz", 1),
        ("k > [\"\\u0001", 1),
        ("k < [\"\\u0001", 0),
    ] {
        let args = ["parse", "resp", "--where", filter, "--to", "raw", "--stats=json"];
        let outcome = run(&args, &list);
        let [out, peak] = run::entries(&outcome, ["bytes_out", "peak_memory_bytes"]);
        assert_eq!((outcome.status, out), (0, written * list.len() as u64), "{filter}");
        assert!(peak < 64 << 20, "{filter}: {peak} bytes");
    }
}

#[track_caller]
fn check_memory(format: &str, (input, forms): (&[u8], &[&str])) {
    for form in forms {
        let outcome = run(&["parse", format, "--to", form, "--stats=json"], input);
        let [records, peak] = run::entries(&outcome, ["records", "peak_memory_bytes"]);
        assert_eq!((outcome.status, records), (0, 1), "{format} {form}");
        assert!(peak < 64 << 20, "{format} {form}: {peak} bytes");
    }
}

#[test]
fn long_lists_are_the_same_in_csv_as_in_ndjson() {
    let item = "$9\r\na\"b\u{1},c\u{e4}\n\r\n";
    let list = format!("%1\r\n+k\r\n*5000\r\n{}", item.repeat(5000));
    let json = run(&["parse", "resp"], list.as_bytes());
    let value: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(value["k"], Value::from(vec!["a\"b\u{1},c\u{e4}\n"; 5000]));
    let rows = run(&["parse", "resp", "--to", "csv"], list.as_bytes());
    let back = run(&["parse", "csv"], rows.stdout.as_bytes());
    let field: Value = serde_json::from_str(&back.stdout).unwrap();
    assert_eq!(serde_json::from_str::<Value>(field["k"].as_str().unwrap()).unwrap(), value["k"]);
}

#[test]
fn every_byte_in_every_format_ends_without_a_panic() {
    let every_byte: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let formats =
        ["kv", "command", "common", "combined", "logfmt", "csv", "ndjson", "http", "resp"];
    for format in formats {
        for form in ["ndjson", "csv", "raw"] {
            let outcome = run(&["parse", format, "--to", form], &every_byte);
            assert!(outcome.status < 2, "{format}: {}", outcome.stderr);
            assert!(!outcome.stderr.contains("panicked"), "{}", outcome.stderr);
        }
    }
}

#[test]
fn nested_brackets_are_refused_or_passed_but_never_overflow() {
    for count in [1000, 1_000_000] {
        let open = [b"[".repeat(count), b"\n{\"a\":1}\n".to_vec()].concat();
        let outcome = run(&["parse", "ndjson", "--select", "a"], &open);
        assert_eq!((outcome.status, &*outcome.stdout), (1, "{\"a\":1}\n"));
    }
}

#[test]
fn an_object_of_many_keys_is_written_as_csv_in_linear_time() {
    // A way that compares each key with every other would take minutes.
    let members: Vec<_> = (0..100_000).map(|key| format!("\"k{key}\":{key}")).collect();
    let line = format!("{{{}}}\n", members.join(","));
    let outcome = run(&["parse", "ndjson", "--to", "csv"], line.repeat(2).as_bytes());
    let rows: Vec<_> = outcome.stdout.lines().map(|row| row.split(',').count()).collect();
    assert_eq!((outcome.status, rows), (0, vec![100_000; 3]));
}

#[test]
fn a_file_that_ends_in_the_middle_of_a_line() {
    let outcome = run(&["parse", "kv"], b"a=1\nb=2");
    assert_eq!((outcome.status, outcome.stdout.lines().count()), (0, 2));
    let outcome = run(&["parse", "ndjson"], b"{\"a\":1}\n{\"a\":");
    assert_eq!(outcome.status, 1);
    assert!(outcome.stderr.starts_with("-:2:6: found the end of the input;"), "{}", outcome.stderr);
}

#[test]
fn a_reader_that_has_had_enough_ends_the_run_quietly() {
    let mut child = zc()
        .args(["parse", "kv"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        // Ends when the tool does, which closes its side.
        while stdin.write_all(&b"key=value\n".repeat(1000)).is_ok() {}
    });
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "{\"key\":\"key\",\"value\":\"value\"}\n");
    writer.join().unwrap();
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!((child.wait().unwrap().code(), &*stderr), (Some(0), ""));
}

#[test]
fn records_in_a_pipe_are_answered_while_it_stays_open() {
    let mut child =
        zc().args(["parse", "kv"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for key in ["a", "b"] {
        stdin.write_all(format!("{key}=1\npart=").as_bytes()).unwrap();
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert!(line.starts_with("{\"key\":\""), "{line}");
    }
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn records_before_a_read_error_are_written() {
    if run::lacks_strace() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (file, trace) = (folder.path().join("log"), folder.path().join("trace"));
    std::fs::write(&file, b"a=1\n".repeat(100_000)).unwrap();
    let mut strace = Command::new("strace");
    strace.arg("-o").arg(&trace).arg("-P").arg(&file);
    strace.args(["-e", "trace=read", "-e", "inject=read:error=EIO:when=2"]);
    strace.arg(env!("CARGO_BIN_EXE_zc")).args(["parse", "kv", "--to", "raw"]).arg(&file);
    let outcome = run::Outcome::from(strace.output().unwrap());
    assert_eq!(outcome.status, 2);
    assert_eq!(outcome.stdout.len(), 400_000, "all of the one read that succeeded");
    assert!(outcome.stderr.ends_with("log: Input/output error\n"), "{}", outcome.stderr);
}

#[test]
fn what_was_bad_is_said_also_when_the_pipe_is_closed() {
    let input = [b"bad\n".repeat(12), b"a=1\n".repeat(100_000)].concat();
    let mut child = zc()
        .args(["parse", "kv", "--stats=json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    // The tool may end before it has read everything.
    let _ = child.stdin.take().unwrap().write_all(&input);
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    assert!(stderr.contains("2 more bad records") && stderr.contains("bytes_in"), "{stderr}");
}

#[test]
fn a_full_disk_is_an_error() {
    let Ok(full) = File::options().write(true).open("/dev/full") else {
        println!("skipped: there is no /dev/full");
        return;
    };
    let mut child = zc()
        .args(["parse", "kv"])
        .stdin(Stdio::piped())
        .stdout(full)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"a=1\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "zc: standard output: No space left on device\n"
    );
}
