//! Runs the tool as a user does.

#![allow(dead_code, reason = "not every test looks at everything")]

pub(crate) mod server;
pub(crate) mod site;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use expect_test::Expect;

/// What a run printed, and its exit status.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) status: i32,
}

/// Whether strace is not there, which is said, and allowed unless tools are required.
pub(crate) fn lacks_strace() -> bool {
    lacks("strace")
}

/// The same for any program that says its version.
pub(crate) fn lacks(program: &str) -> bool {
    let is_missing = Command::new(program).arg("--version").output().is_err();
    if is_missing {
        assert!(std::env::var_os("ZC_REQUIRE_TOOLS").is_none(), "{program} is not installed");
        println!("skipped: {program} is not installed");
    }
    is_missing
}

/// The trace at `path`, once strace has written its last line, which it does after the tool has
/// ended.
#[track_caller]
pub(crate) fn finished_trace(path: &Path) -> String {
    for _ in 0..6000 {
        let trace = std::fs::read_to_string(path).expect("strace writes it");
        if trace.ends_with("+++ exited with 0 +++\n") {
            return trace;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("the tracer does not end");
}

/// A script for bash, which finds the tool under its name.
pub(crate) fn in_bash(script: &str) -> Command {
    let tool = Path::new(env!("CARGO_BIN_EXE_zc"));
    let folder = tool.parent().expect("it lies in a folder").to_owned();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder).chain(std::env::split_paths(&path));
    let mut bash = Command::new("bash");
    bash.args(["-c", script]).stdin(Stdio::null());
    bash.env("PATH", std::env::join_paths(folders).expect("folders without a colon"));
    bash
}

/// The tool, to be given arguments.
pub(crate) fn zc() -> Command {
    Command::new(env!("CARGO_BIN_EXE_zc"))
}

/// Runs the tool with `stdin` in a pipe.
pub(crate) fn run(args: &[&str], stdin: &[u8]) -> Outcome {
    run_in_pieces(args, stdin, stdin.len().max(1))
}

/// The same with the bytes of `stdin` written so many at a time.
pub(crate) fn run_in_pieces(args: &[&str], stdin: &[u8], len: usize) -> Outcome {
    let mut child = zc()
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the tool was built");
    let mut pipe = child.stdin.take().expect("a pipe was asked for");
    let stdin = stdin.to_vec();
    let writer = std::thread::spawn(move || {
        stdin.chunks(len).try_for_each(|piece| {
            // Whoever waits for more is given the time to take the piece by itself.
            std::thread::yield_now();
            pipe.write_all(piece)
        })
    });
    let output = child.wait_with_output().expect("the tool ends");
    // A run that ends early closes the pipe.
    let _ = writer.join().expect("the writer does not panic");
    Outcome::from(output)
}

/// Runs `zc parse` on good input, and compares what it writes.
#[track_caller]
pub(crate) fn check(args: &[&str], stdin: &str, expected: &Expect) {
    let outcome = run(&[&["parse"], args].concat(), stdin.as_bytes());
    assert_eq!((outcome.status, &*outcome.stderr), (0, ""));
    expected.assert_eq(&outcome.stdout);
}

/// Runs `zc parse` in a way that it refuses: exit status 2, nothing on standard output. Returns
/// what it says.
#[track_caller]
pub(crate) fn refused(args: &[&str], stdin: &str) -> String {
    let outcome = run(&[&["parse"], args].concat(), stdin.as_bytes());
    assert_eq!((outcome.status, &*outcome.stdout), (2, ""));
    outcome.stderr
}

/// The ledger that `--stats=json` printed last.
#[track_caller]
pub(crate) fn ledger(outcome: &Outcome) -> serde_json::Value {
    let line = outcome.stderr.lines().last().expect("a line of statistics");
    serde_json::from_str(line).expect("one JSON object on one line")
}

/// The entries of a ledger with these names, in their order.
#[track_caller]
pub(crate) fn entries<const N: usize>(outcome: &Outcome, names: [&str; N]) -> [u64; N] {
    let ledger = ledger(outcome);
    names.map(|name| ledger[name].as_u64().unwrap_or_else(|| panic!("no {name} in {ledger}")))
}

impl From<Output> for Outcome {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        Self {
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
            status: output.status.code().expect("the tool ends by itself"),
        }
    }
}
