//! An interrupt ends a run where a record ends, if somebody reads what is written.

mod run;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use run::zc;
use tempfile::NamedTempFile;

fn file(content: &[u8]) -> NamedTempFile {
    let file = NamedTempFile::new().expect("a temporary file");
    fs::write(file.path(), content).expect("room for it");
    file
}

fn path(file: &NamedTempFile) -> &str {
    file.path().to_str().expect("a path of ASCII")
}

fn start(args: &[&str]) -> (Child, impl Read) {
    let mut child = zc().args(args).stdout(Stdio::piped()).spawn().expect("the tool was built");
    let stdout = child.stdout.take().expect("a pipe was asked for");
    (child, stdout)
}

/// Sends a signal; mostly SIGTERM, since the tests may have been told to ignore SIGINT.
fn send(child: &Child, signal: Signal) {
    let id = i32::try_from(child.id()).expect("a number of a process");
    kill(Pid::from_raw(id), signal).expect("the process was not waited for");
}

#[test]
fn an_interrupt_ends_a_run_at_once_and_leaves_no_half_line() {
    let file = file(&b"key=value\n".repeat(4_000_000));
    for form in ["ndjson", "raw"] {
        for threads in ["1", "2"] {
            let args = ["parse", "kv", path(&file), "--to", form, "--threads", threads];
            let (mut child, mut stdout) = start(&args);
            let mut some = vec![0; 123_457];
            stdout.read_exact(&mut some).unwrap();
            send(&child, Signal::SIGTERM);
            stdout.read_to_end(&mut some).unwrap();
            assert_eq!(child.wait().unwrap().signal(), Some(Signal::SIGTERM as i32), "{args:?}");
            assert!(some.len() < 40_000_000, "{args:?} has gone on");
            let end = String::from_utf8_lossy(&some[some.len() - 60..]);
            assert!(end.ends_with('\n'), "{args:?}: {end}");
        }
    }
}

/// Reads all that a run writes, a little at a time, and sends it so many signals in between.
fn read_slowly(args: &[&str], signals: usize) -> Vec<u8> {
    let (mut child, mut stdout) = start(args);
    let (mut all, mut piece) = (Vec::new(), vec![0; 64 << 10]);
    let mut sent = 0;
    loop {
        let count = stdout.read(&mut piece).expect("a pipe");
        if count == 0 {
            break;
        }
        all.extend_from_slice(&piece[..count]);
        if sent < signals {
            send(&child, Signal::SIGTERM);
            sent += 1;
        }
        sleep(Duration::from_millis(2));
    }
    assert_eq!(child.wait().expect("it ends").signal(), Some(Signal::SIGTERM as i32), "{args:?}");
    all
}

#[test]
fn a_long_record_is_written_to_its_end_for_whoever_reads_it() {
    // Each of these bytes is six in JSON, which is more than a pipe holds.
    let record = [b"key=", &b"\x01".repeat(2 << 20)[..], b"\n"].concat();
    let file = file(&record.repeat(8));
    for form in ["ndjson", "csv", "raw"] {
        for threads in ["1", "2"] {
            let args = ["parse", "kv", path(&file), "--to", form, "--threads", threads];
            let written = read_slowly(&args, 1);
            assert!(written.ends_with(b"\n"), "{args:?}");
            let lines = written.iter().filter(|byte| **byte == b'\n').count();
            assert!(lines < 8, "{args:?} has gone on");
        }
    }
}

#[test]
fn a_second_interrupt_ends_a_run_within_a_record() {
    let file = file(&[b"key=", &b"\x01".repeat(15 << 20)[..], b"\n"].concat());
    let written = read_slowly(&["parse", "kv", path(&file)], 2);
    assert!(written.len() < 80 << 20, "{} bytes", written.len());
}

#[test]
fn an_interrupt_ends_a_run_that_waits_for_input_or_for_its_reader() {
    let file = file(&b"key=value\n".repeat(4_000_000));
    for args in [&["parse", "kv"][..], &["parse", "kv", path(&file)], &["count"]] {
        let mut child =
            zc().args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        // To wait for the end closes it.
        let _open = child.stdin.take();
        // It comes to wait, or ends before it does.
        sleep(Duration::from_millis(100));
        send(&child, Signal::SIGTERM);
        assert!(!child.wait().unwrap().success(), "{args:?}");
    }
}

#[test]
fn a_run_goes_on_where_interrupts_are_ignored_and_ends_at_another_signal() {
    if run::lacks("bash") {
        return;
    }
    let mut bash = run::in_bash("trap '' INT; exec zc parse kv");
    let mut child = bash.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for _ in 0..2 {
        stdin.write_all(b"a=1\n").unwrap();
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert_eq!(line, "{\"key\":\"a\",\"value\":\"1\"}\n");
        send(&child, Signal::SIGINT);
    }
    send(&child, Signal::SIGTERM);
    assert!(!child.wait().unwrap().success());
}

#[test]
fn records_that_were_going_to_be_written_are_still_written_where_the_signal_is_ignored() {
    if run::lacks("bash") {
        return;
    }
    let file = file(&b"key=value\n".repeat(400_000));
    for threads in ["1", "2"] {
        let script =
            format!("trap '' INT; exec zc parse kv {} --to raw --threads {threads}", path(&file));
        let mut child = run::in_bash(&script).stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = child.stdout.take().unwrap();
        let mut all = vec![0; 100_000];
        stdout.read_exact(&mut all).unwrap();
        send(&child, Signal::SIGINT);
        stdout.read_to_end(&mut all).unwrap();
        assert!(child.wait().unwrap().success());
        assert!(all == fs::read(file.path()).unwrap(), "{threads}");
    }
}
