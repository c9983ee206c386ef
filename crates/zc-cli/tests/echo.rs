//! `zc echo` as scripts see it: its first line, its signals and its exit status.

#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod run;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use nix::sys::signal::Signal;
use run::server::{PATIENCE, Server};
use run::{run, zc};
use serde_json::Value;

const MODES: [&str; 3] = ["std", "tokio", "splice"];

#[track_caller]
fn start(args: &[&str]) -> Server {
    start_as(zc(), args)
}

/// Starts `command`, which is the tool or ends with it.
#[track_caller]
fn start_as(mut command: Command, args: &[&str]) -> Server {
    command.args(["echo", "--listen", "127.0.0.1:0"]).args(args);
    Server::start(command)
}

#[track_caller]
fn round_trip(mut stream: &TcpStream, text: &str) {
    stream.write_all(text.as_bytes()).unwrap();
    let mut answer = vec![0; text.len()];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(answer, text.as_bytes());
}

#[track_caller]
fn close(mut stream: TcpStream) {
    stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(stream.read(&mut [0; 9]).unwrap(), 0);
}

#[test]
fn what_is_sent_comes_back_until_a_signal() {
    for mode in MODES {
        for signal in [Signal::SIGINT, Signal::SIGTERM] {
            let echo = start(&["--mode", mode]);
            assert_ne!(echo.address.port(), 0);
            let stream = echo.connect();
            round_trip(&stream, "hello");
            close(stream);
            echo.send(signal);
            let (status, stderr) = echo.wait();
            assert_eq!((status.code(), stderr.as_str()), (Some(0), ""), "{mode} {signal}");
        }
    }
}

#[test]
fn connections_at_work_finish_and_no_new_ones_are_accepted() {
    for mode in MODES {
        let echo = start(&["--mode", mode, "--grace", "3600"]);
        let stream = echo.connect();
        round_trip(&stream, "before");
        echo.send(Signal::SIGTERM);
        echo.wait_until_refused();
        round_trip(&stream, "after");
        close(stream);
        assert_eq!(echo.wait().0.code(), Some(0), "{mode}");
    }
}

#[test]
fn an_idle_connection_is_ended_after_the_grace_period() {
    for grace in ["0", "0.2"] {
        for mode in MODES {
            let echo = start(&["--mode", mode, "--grace", grace]);
            let mut stream = echo.connect();
            round_trip(&stream, "hello");
            echo.send(Signal::SIGTERM);
            assert_eq!(stream.read(&mut [0; 9]).unwrap(), 0);
            assert_eq!(echo.wait().0.code(), Some(0), "{mode}");
        }
    }
}

#[test]
fn a_second_signal_ends_the_process_at_once() {
    let echo = start(&["--grace", "3600"]);
    let stream = echo.connect();
    round_trip(&stream, "hello");
    echo.send(Signal::SIGTERM);
    echo.wait_until_refused();
    echo.send(Signal::SIGTERM);
    assert_eq!(echo.wait().0.signal(), Some(Signal::SIGTERM as i32));
}

#[test]
fn beyond_the_limit_a_connection_waits() {
    let echo = start(&["--max-connections", "1"]);
    let (first, second) = (echo.connect(), echo.connect());
    round_trip(&first, "first");
    (&second).write_all(b"second").unwrap();
    second.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    assert!((&second).read(&mut [0; 9]).is_err());
    second.set_read_timeout(Some(PATIENCE)).unwrap();
    close(first);
    (&second).read_exact(&mut [0; 6]).unwrap();
    close(second);
    echo.send(Signal::SIGTERM);
    assert_eq!(echo.wait().0.code(), Some(0));
}

#[test]
fn the_ledger_counts_bytes_and_connections() {
    for mode in MODES {
        let echo = start(&["--mode", mode, "--stats=json"]);
        let stream = echo.connect();
        round_trip(&stream, "hello");
        close(stream);
        echo.send(Signal::SIGTERM);
        let ledger: Value = serde_json::from_str(&echo.wait().1).unwrap();
        let numbers = ["bytes_in", "bytes_out", "copied_read", "copied_write", "connections"];
        assert_eq!(numbers.map(|name| ledger[name].as_u64().unwrap()), [5, 5, 5, 5, 1], "{mode}");
        assert_eq!(ledger["copies_per_byte"], 2.0, "{mode}");
        let [busy, seconds, rate] = ["busy_seconds", "seconds", "gigabytes_per_second"]
            .map(|it| ledger[it].as_f64().unwrap());
        assert!(busy > 0.0 && busy < seconds, "{mode}: {ledger}");
        assert!((rate - 5e-9 / busy).abs() < rate / 1e6, "{mode}: what waits is not counted");
        assert_eq!(ledger.get("allocations"), None, "{mode}");
    }
}

#[test]
fn strace_sees_the_bytes_that_the_ledger_says() {
    if Command::new("strace").arg("-V").output().is_err() {
        assert!(std::env::var_os("ZC_REQUIRE_TOOLS").is_none(), "strace is not installed");
        println!("skipped: strace is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for mode in MODES {
        let path = folder.path().join(mode);
        // With `-D` the process that is started is the tool, and gets the signal.
        let mut strace = Command::new("strace");
        strace.args(["-D", "-f", "-s", "0", "-e", "trace=read,write,recvfrom,sendto,readv,writev"]);
        strace.arg("-o").arg(&path).arg(env!("CARGO_BIN_EXE_zc"));
        let echo = start_as(strace, &["--mode", mode, "--stats=json"]);
        let stream = echo.connect();
        (1..=300).for_each(|len| round_trip(&stream, &"x".repeat(len)));
        close(stream);
        echo.send(Signal::SIGTERM);
        let ledger: Value = serde_json::from_str(&echo.wait().1).unwrap();
        let trace = finished(&path);
        let copied = [transferred(&trace, "recvfrom"), transferred(&trace, "sendto")];
        assert_eq!(copied, [300 * 301 / 2; 2], "{mode}");
        assert_eq!(["copied_read", "copied_write"].map(|it| ledger[it].as_u64().unwrap()), copied);
    }
}

/// The trace, once the tracer has written its last line, which it does after the tool has ended.
fn finished(path: &Path) -> String {
    for _ in 0..6000 {
        let trace = std::fs::read_to_string(path).unwrap();
        if trace.ends_with("+++ exited with 0 +++\n") {
            return trace;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("the tracer does not end");
}

/// The sum of what the calls of `name` returned.
fn transferred(trace: &str, name: &str) -> u64 {
    let calls = trace.lines().filter(|line| line.contains(name));
    let returned = calls.filter_map(|line| line.rsplit_once("= "));
    returned.filter_map(|(_, count)| count.parse::<u64>().ok()).sum()
}

#[track_caller]
fn check_refused(args: &[&str], expected: &str) {
    let outcome = run(&[&["echo"], args].concat(), b"");
    assert_eq!((outcome.status, outcome.stdout.as_str()), (2, ""), "{args:?}");
    assert!(outcome.stderr.contains(expected), "{}", outcome.stderr);
}

#[test]
fn what_cannot_be_listened_on_is_said() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let expected = format!("zc: cannot listen on {address}: Address already in use\n");
    check_refused(&["--listen", &address], &expected);
    let expected = "zc: cannot listen on nowhere: invalid socket address\n";
    check_refused(&["--listen", "nowhere"], expected);
}

#[test]
fn wrong_usage_is_said() {
    check_refused(&[], "--listen <ADDR>");
    check_refused(
        &["--listen", "127.0.0.1:0", "--mode", "fork"],
        "[possible values: std, tokio, splice]",
    );
    check_refused(&["--listen", "127.0.0.1:0", "--grace=-1"], "negative");
    check_refused(&["--listen", "127.0.0.1:0", "--grace", "soon"], "a number of seconds");
    check_refused(&["--listen", "127.0.0.1:0", "--max-connections", "0"], "between 1 and");
}

#[test]
fn a_closed_standard_output_ends_the_run_quietly() {
    let mut command = zc();
    command.args(["echo", "--listen", "127.0.0.1:0"]).stderr(Stdio::piped());
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = command.stdout(writer).spawn().unwrap().wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}
