//! A standard descriptor that was closed when the tool began is an error, where it is needed.

mod run;

use std::fs;
use std::process::Command;

use run::Outcome;

/// Runs the tool by a shell that closes descriptors as `closing` says.
fn run_closing(closing: &str, args: &[&str]) -> Outcome {
    let script = format!("exec \"$0\" \"$@\" {closing}");
    let mut shell = Command::new("sh");
    shell.args(["-c", &script, env!("CARGO_BIN_EXE_zc")]).args(args);
    Outcome::from(shell.output().expect("there is a shell"))
}

#[track_caller]
fn check(closing: &str, args: &[&str], status: i32, stderr: &str) {
    let outcome = run_closing(closing, args);
    assert_eq!((outcome.status, outcome.stderr.as_str()), (status, stderr), "{args:?} {closing}");
}

#[test]
fn what_cannot_be_written_since_standard_output_is_closed_is_an_error() {
    let message = "zc: standard output: Bad file descriptor\n";
    let file = tempfile::NamedTempFile::new().expect("room for a file");
    fs::write(file.path(), "a=b\n").expect("room for a line");
    let path = file.path().to_str().expect("it is text");
    for args in [
        &["count", path][..],
        &["parse", "kv", path],
        &["copy", path, "-"],
        &["man"],
        &["completions", "bash"],
        &["--help"],
        &["parse", "--help"],
        &["--version"],
    ] {
        check(">&-", args, 2, message);
        check("<&- >&- 2>&-", args, 2, "");
    }
}

#[test]
fn what_cannot_be_read_since_standard_input_is_closed_is_an_error() {
    let message = "zc: -: Bad file descriptor\n";
    check("<&-", &["count"], 2, message);
    check("<&-", &["parse", "kv"], 2, message);
    check("<&-", &["copy", "-", "-"], 2, message);
}

#[test]
fn what_is_not_needed_may_be_closed() {
    let folder = tempfile::tempdir().expect("room for a folder");
    let [from, to] = ["from", "to"].map(|name| folder.path().join(name));
    fs::write(&from, "content").expect("room for a word");
    let [from, to] = [&from, &to].map(|path| path.to_str().expect("it is text"));
    check("<&- >&-", &["copy", from, to], 0, "");
    assert_eq!(fs::read(to).expect("it was written"), b"content");
    check("<&- >/dev/null", &["count", from], 0, "");
    check("</dev/null 2>&-", &["count", from], 0, "");
}
