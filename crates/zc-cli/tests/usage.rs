//! What scripts rely on, command by command: statuses, which descriptor is written to, `-`, the
//! ledger, and what becomes of outputs that take nothing.

mod run;

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use run::{Outcome, ledger, run, zc};

/// Commands that read files and write to standard output, with all that they need but a file.
const READERS: [&[&str]; 3] = [&["count"], &["parse", "kv"], &["parse", "kv", "--to", "raw"]];

const COMMANDS: [&str; 9] =
    ["count", "parse", "copy", "echo", "proxy", "serve", "doctor", "completions", "man"];

struct Folder(tempfile::TempDir);

impl Folder {
    fn with(name: &str, content: &[u8]) -> Self {
        let folder = Self(tempfile::tempdir().expect("a temporary folder"));
        fs::write(folder.path(name), content).expect("room for a small file");
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_str().expect("names of temporary files are text").to_owned()
    }
}

#[track_caller]
fn check_wrong_usage(args: &[&str], message: &str) {
    let outcome = run(args, b"");
    assert_eq!((outcome.status, &*outcome.stdout), (2, ""), "{args:?}");
    assert!(outcome.stderr.contains(message), "{args:?}: {}", outcome.stderr);
}

#[test]
fn wrong_usage_is_status_2_with_a_word_on_standard_error_alone() {
    for command in COMMANDS {
        check_wrong_usage(&[command, "--no-such-flag"], "unexpected argument '--no-such-flag'");
    }
    check_wrong_usage(&[], "Usage: zc <COMMAND>");
    check_wrong_usage(&["no-such-command"], "unrecognized subcommand 'no-such-command'");
    check_wrong_usage(&["parse"], "FORMAT");
    check_wrong_usage(&["parse", "no-such-format"], "[possible values: kv, command");
    check_wrong_usage(&["copy", "one"], "DST");
    check_wrong_usage(&["proxy", "--listen", "127.0.0.1:0"], "--to");
    for server in [&["echo"][..], &["serve", "."], &["proxy", "--to", "127.0.0.1:1"]] {
        check_wrong_usage(server, "--listen");
        let args = [server, &["--listen", "no address"]].concat();
        check_wrong_usage(&args, "zc: cannot ");
    }
    check_wrong_usage(&["serve", "/no/such/directory", "--listen", "127.0.0.1:0"], "cannot serve");
}

#[test]
fn help_and_version_are_printed_to_standard_output() {
    for command in COMMANDS {
        let outcome = run(&[command, "--help"], b"");
        assert_eq!((outcome.status, &*outcome.stderr), (0, ""), "{command}");
        let begin = outcome.stdout.find("\nExamples:\n  ").map(|at| &outcome.stdout[at..]);
        assert!(
            begin.is_some_and(|examples| examples.contains(&format!("zc {command}"))),
            "{command}"
        );
    }
    let version = run(&["--version"], b"");
    assert_eq!(version.stdout, format!("zc {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn what_cannot_be_opened_is_status_2_and_named() {
    let folder = Folder::with("file", b"a=1\n");
    for reader in READERS {
        for (path, message) in
            [("/no/such/file", "No such file or directory"), (&*folder.text(""), "is a directory")]
        {
            let outcome = run(&[reader, &[path]].concat(), b"");
            assert_eq!(outcome.status, 2, "{reader:?} {path}");
            assert_eq!(outcome.stderr, format!("zc: {path}: {message}\n"), "{reader:?}");
        }
    }
    let (file, folder) = (folder.text("file"), folder.text(""));
    check_wrong_usage(&["copy", "/no/such/file", &file], "zc: /no/such/file: No such file");
    check_wrong_usage(&["copy", &folder, &file], ": is a directory");
    check_wrong_usage(&["copy", &file, "/no/such/directory/file"], "No such file or directory");
}

#[test]
fn a_dash_is_standard_input_and_so_is_nothing() {
    for reader in READERS {
        let nothing = run(reader, b"a=1\nb=2\n");
        let dash = run(&[reader, &["-"]].concat(), b"a=1\nb=2\n");
        assert_eq!((nothing.status, dash.status), (0, 0));
        let without_name = dash.stdout.trim_end().trim_end_matches(" -");
        assert_eq!(nothing.stdout.trim_end(), without_name, "{reader:?}");
    }
    // A file that begins with a dash has a way to be named.
    let folder = Folder::with("-dash", b"a=1\n");
    for reader in READERS {
        let args = [reader, &["--", "-dash"]].concat();
        let output = zc().args(args).current_dir(folder.0.path()).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{reader:?}: {output:?}");
    }
}

#[test]
fn every_command_that_moves_bytes_has_a_ledger_in_both_forms() {
    let folder = Folder::with("file", b"a=1\nb=2\n");
    let (file, target) = (folder.text("file"), folder.text("target"));
    let copy = ["copy", &file, &target];
    let readers = READERS.map(|reader| [reader, &[&*file]].concat());
    for args in readers.iter().map(Vec::as_slice).chain([&copy[..]]) {
        let without = run(args, b"");
        let json = run(&[args, &["--stats=json"]].concat(), b"");
        assert_eq!((json.status, &json.stdout), (0, &without.stdout), "{args:?}");
        assert_eq!(json.stderr.lines().count(), 1);
        let ledger = ledger(&json);
        assert_eq!(ledger["bytes_in"], 8, "{args:?}");
        let parts = ["copied_read", "copied_decode", "copied_encode", "copied_write"];
        let copied: f64 = parts.iter().map(|part| ledger[part].as_f64().unwrap()).sum();
        assert!((ledger["copies_per_byte"].as_f64().unwrap() - copied / 8.0).abs() < 1e-9);
        let text = run(&[args, &["--stats"]].concat(), b"");
        assert_eq!((text.status, &text.stdout), (0, &without.stdout), "{args:?}");
        for entry in ledger.as_object().unwrap().keys() {
            assert!(text.stderr.lines().any(|line| line.starts_with(entry.as_str())), "{entry}");
        }
    }
}

#[test]
fn a_closed_pipe_ends_every_command_quietly() {
    let folder = Folder::with("file", &b"key=value\n".repeat(300_000));
    let file = folder.text("file");
    let copy = ["copy", &file, "-"];
    let doctor = ["doctor", "--up-to", "4K"];
    let readers = READERS.map(|reader| [reader, &[&*file]].concat());
    for args in readers.iter().map(Vec::as_slice).chain([&copy[..], &doctor]) {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = zc().args(args).stdout(writer).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), &*stderr), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn a_full_disk_is_status_2_for_every_command() {
    let Ok(full) = File::options().write(true).open("/dev/full") else {
        println!("skipped: there is no /dev/full");
        return;
    };
    let folder = Folder::with("file", b"a=1\n");
    let file = folder.text("file");
    let readers = READERS.map(|reader| [reader, &[&*file]].concat());
    let copy = ["copy", &file, "-"];
    let doctor = ["doctor", "--up-to", "4K"];
    for args in readers.iter().map(Vec::as_slice).chain([&copy[..], &doctor]) {
        let output = zc().args(args).stdout(full.try_clone().unwrap()).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(stderr.ends_with("No space left on device\n"), "{args:?}: {stderr}");
    }
    let copy = run(&["copy", &file, "/dev/full"], b"");
    assert_eq!(copy.status, 2);
    assert!(copy.stderr.contains("No space left on device"), "{}", copy.stderr);
}

#[test]
fn some_bad_input_is_status_1_and_everything_good_is_written() {
    let outcome = run(&["parse", "kv"], b"a=1\nbad\nb=2\n");
    assert_eq!((outcome.status, outcome.stdout.lines().count()), (1, 2));
    assert!(outcome.stderr.starts_with("-:2:4: found "), "{}", outcome.stderr);
}

#[test]
fn ten_bad_records_are_shown_and_the_others_counted() {
    for (bad, last) in
        [(10, None), (11, Some("-: 1 more bad record")), (30, Some("-: 20 more bad records"))]
    {
        let outcome = run(&["parse", "kv"], &b"bad\n".repeat(bad));
        let lines: Vec<_> =
            outcome.stderr.lines().filter(|line| !line.starts_with("zc:")).collect();
        assert_eq!(lines.iter().filter(|line| line.contains(": found ")).count(), 10);
        assert_eq!(lines.get(10).copied(), last);
    }
}

#[test]
fn an_unknown_field_lists_those_that_there_are() {
    for flag in [["--select", "hots"], ["--where", "hots=a"]] {
        let outcome = run(&[&["parse", "combined"], &flag[..]].concat(), b"");
        assert_eq!(outcome.status, 2);
        let message = "zc: there is no field `hots`; there are host, ident, user, time, method";
        assert!(outcome.stderr.starts_with(message), "{}", outcome.stderr);
    }
}

#[test]
fn a_hint_says_what_the_format_seems_to_be() {
    let outcome = run(&["parse", "kv"], &b"{\"a\":1}\n".repeat(3));
    assert_eq!(outcome.status, 1);
    assert!(outcome.stderr.contains("it seems to be `ndjson`"), "{}", outcome.stderr);
}

#[test]
fn a_hint_is_given_too_where_a_few_records_fit_by_chance_and_not_where_most_do() {
    let line = "{\"a\":1}\n";
    let mostly_bad = run(&["parse", "kv"], ["a=b\n", &line.repeat(9)].concat().as_bytes());
    assert!(
        mostly_bad.stderr.ends_with(
            "zc: -: few records are `kv`; it seems to be `ndjson`, which `zc parse ndjson` reads\n"
        ),
        "{}",
        mostly_bad.stderr
    );
    let mixed = run(&["parse", "kv"], ["a=b\n", line].concat().as_bytes());
    assert_eq!((mixed.status, mixed.stderr.contains("seems")), (1, false));
}

#[test]
fn messages_hold_nothing_that_acts_on_a_terminal() {
    let hostile = "no\u{1b}[31m\nsuch\u{9b}file";
    let shown = "no\\u{1b}[31m\\nsuch\\u{9b}file";
    for args in [
        &["count", hostile][..],
        &["parse", "kv", hostile],
        &["copy", hostile, "x"],
        &["doctor", hostile],
    ] {
        let outcome = run(args, b"");
        assert_eq!(outcome.status, 2, "{args:?}");
        assert_eq!(outcome.stderr, format!("zc: {shown}: No such file or directory\n"), "{args:?}");
    }
    for args in
        [&["parse", "\u{1b}[31m"][..], &["\u{1b}[31m"], &["parse", "csv", "--select", "\u{1b}[31m"]]
    {
        let outcome = run(args, b"a,b\n");
        assert_eq!(outcome.status, 2, "{args:?}");
        assert!(outcome.stderr.contains("\\u{1b}[31m"), "{}", outcome.stderr);
        assert!(!outcome.stderr.contains('\u{1b}'), "{}", outcome.stderr);
    }
    let record = run(&["parse", "kv"], b"\x1b[31mbad\x07\n");
    assert!(!record.stderr.contains(['\u{1b}', '\u{7}']), "{}", record.stderr);
}

#[test]
fn several_files_are_counted_one_after_the_other() {
    let folder = Folder::with("one", b"a b\n");
    fs::write(folder.path("two"), "c\n").unwrap();
    let outcome = run(&["count", "-l", &folder.text("one"), "-", &folder.text("two")], b"x\ny\n");
    let counts: Vec<_> =
        outcome.stdout.lines().map(|line| line.split_whitespace().next()).collect();
    assert_eq!(counts, [Some("1"), Some("2"), Some("1"), Some("4")]);
    check_wrong_usage(&["parse", "kv", "one", "two"], "unexpected argument 'two'");
}

#[test]
fn closed_descriptors_are_errors_and_not_lost_bytes() {
    if run::lacks("bash") {
        return;
    }
    let folder = Folder::with("file", b"a=1\n");
    let file = folder.text("file");
    for (script, stream) in [
        (format!("zc count {file} >&-"), "standard output"),
        (format!("zc parse kv {file} >&-"), "standard output"),
        ("zc doctor --up-to 4K >&-".to_owned(), "standard output"),
        ("zc man >&-".to_owned(), "standard output"),
        ("zc count <&-".to_owned(), "-"),
        ("zc parse kv <&-".to_owned(), "-"),
    ] {
        let outcome = Outcome::from(run::in_bash(&script).output().unwrap());
        assert_eq!(outcome.status, 2, "{script}: {}", outcome.stderr);
        assert_eq!(outcome.stderr, format!("zc: {stream}: Bad file descriptor\n"), "{script}");
    }
    // Nobody is told, and nothing else changes.
    let outcome = Outcome::from(run::in_bash("echo bad | zc parse kv 2>&-").output().unwrap());
    assert_eq!((outcome.status, &*outcome.stdout), (1, ""));
}

#[test]
fn all_that_a_path_may_hold_is_copied_counted_and_parsed() {
    let folder = Folder::with("a\u{1b}[31m\nb \u{fc}", b"a=1\n");
    let path = folder.text("a\u{1b}[31m\nb \u{fc}");
    for reader in READERS {
        assert_eq!(run(&[reader, &[&*path]].concat(), b"").status, 0);
    }
    let target = folder.text("to");
    assert_eq!(run(&["copy", &path, &target], b"").status, 0);
    assert_eq!(fs::read(Path::new(&target)).unwrap(), b"a=1\n");
}
