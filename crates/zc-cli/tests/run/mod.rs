//! Runs the tool as a user does.

#![allow(dead_code, reason = "not every test looks at everything")]

use std::io::Write;
use std::process::{Command, Output, Stdio};

/// What a run printed, and its exit status.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) status: i32,
}

/// Whether strace is not there, which is said, and allowed unless tools are required.
pub(crate) fn lacks_strace() -> bool {
    let is_missing = Command::new("strace").arg("-V").output().is_err();
    if is_missing {
        assert!(std::env::var_os("ZC_REQUIRE_TOOLS").is_none(), "strace is not installed");
        println!("skipped: strace is not installed");
    }
    is_missing
}

/// The tool, to be given arguments.
pub(crate) fn zc() -> Command {
    Command::new(env!("CARGO_BIN_EXE_zc"))
}

/// Runs the tool with `stdin` in a pipe.
pub(crate) fn run(args: &[&str], stdin: &[u8]) -> Outcome {
    let mut child = zc()
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the tool was built");
    let mut pipe = child.stdin.take().expect("a pipe was asked for");
    let stdin = stdin.to_vec();
    let writer = std::thread::spawn(move || pipe.write_all(&stdin));
    let output = child.wait_with_output().expect("the tool ends");
    // A run that ends early closes the pipe.
    let _ = writer.join().expect("the writer does not panic");
    Outcome::from(output)
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
