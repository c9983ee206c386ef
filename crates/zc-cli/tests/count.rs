//! `zc count` prints what `LC_ALL=C wc` prints.

mod run;

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use run::{Outcome, run, zc};

/// Runs both with the same arguments in `folder`, and `stdin` from a file there.
#[track_caller]
fn check(folder: &Path, args: &[&str], stdin: &str) {
    let outcome = |mut command: Command| {
        command.args(args).current_dir(folder).env("LC_ALL", "C");
        command.stdin(File::open(folder.join(stdin)).expect("a file of this test"));
        Outcome::from(command.output().expect("both were found"))
    };
    let mut count = zc();
    count.arg("count");
    let (ours, theirs) = (outcome(count), outcome(Command::new("wc")));
    assert_eq!(ours.stdout, theirs.stdout, "{args:?} < {stdin}");
    assert_eq!(ours.status, 0);
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let every_byte: Vec<u8> = (0..=255).collect();
    let files: [(&str, &[u8]); 6] = [
        ("empty", b""),
        ("text", b"one two\nthree\n"),
        ("no-newline", b"one two\nthree"),
        ("binary", &every_byte.repeat(1000)),
        ("umlauts", "schöne Grüße\n".as_bytes()),
        ("large", &b"0123456789 abc\n".repeat(200_000)),
    ];
    for (name, content) in files {
        fs::write(folder.path().join(name), content).expect("room for a small file");
    }
    folder
}

#[test]
fn one_file_with_any_numbers() {
    let folder = folder();
    let flags = [&[][..], &["-l"], &["-w"], &["-c"], &["-lw"], &["-c", "-l"], &["-lwc"]];
    for file in ["empty", "text", "no-newline", "binary", "umlauts", "large"] {
        for flags in flags {
            check(folder.path(), &[flags, &[file]].concat(), "text");
            check(folder.path(), flags, file);
        }
    }
    check(folder.path(), &["/proc/cpuinfo"], "text");
    check(folder.path(), &["-l", "/proc/cpuinfo"], "text");
}

#[test]
fn several_files_have_a_total() {
    let folder = folder();
    check(folder.path(), &["text", "large", "empty"], "text");
    check(folder.path(), &["-l", "text", "binary"], "text");
    check(folder.path(), &["text", "/proc/cpuinfo"], "text");
    check(folder.path(), &["text", "-"], "umlauts");
    check(folder.path(), &["-"], "umlauts");
}

#[test]
fn a_pipe_has_no_size_to_derive_the_width_from() {
    assert_eq!(run(&["count"], b"one two\n").stdout, "      1       2       8\n");
    assert_eq!(run(&["count", "-w"], b"one two\n").stdout, "2\n");
    assert_eq!(run(&["count", "-", "-"], b"a\n").stdout.lines().count(), 3);
}

#[test]
fn a_file_that_cannot_be_read_does_not_hide_the_others() {
    let folder = folder();
    let text = folder.path().join("text");
    let outcome = run(&["count", "-l", "/no/such/file", "/", text.to_str().unwrap()], b"");
    assert_eq!(outcome.status, 2);
    assert_eq!(outcome.stdout.lines().last(), Some("      2 total"));
    assert_eq!(
        outcome.stderr,
        "zc: /no/such/file: No such file or directory\nzc: /: is a directory\n"
    );
}

#[test]
fn names_that_would_break_a_line_are_quoted_as_wc_quotes_them() {
    let folder = folder();
    for name in
        ["a\nb", "\n", "\na", "a\n", "it's\n\u{1b}[31m\u{fc} \"x\"\\", "a\n\tb\r\r", "no\rline"]
    {
        fs::write(folder.path().join(name), "one two\n").unwrap();
        check(folder.path(), &[name, "text"], "text");
    }
}

#[test]
fn a_directory_has_a_line_of_its_own() {
    let folder = folder();
    fs::create_dir(folder.path().join("directory")).unwrap();
    let outcome = |command: &mut Command| {
        command.current_dir(folder.path()).env("LC_ALL", "C").args(["directory", "text"]);
        Outcome::from(command.output().expect("both were found"))
    };
    let (ours, theirs) = (outcome(zc().arg("count")), outcome(&mut Command::new("wc")));
    assert_eq!(ours.stdout, theirs.stdout);
    assert_eq!((ours.status, &*ours.stderr), (2, "zc: directory: is a directory\n"));
}

#[test]
fn a_file_without_permission_is_named() {
    let folder = folder();
    let secret = folder.path().join("text");
    fs::set_permissions(&secret, std::os::unix::fs::PermissionsExt::from_mode(0o000)).unwrap();
    if File::open(&secret).is_ok() {
        println!("skipped: permissions do not bind this user");
        return;
    }
    let outcome = run(&["count", secret.to_str().unwrap()], b"");
    assert_eq!(outcome.status, 2);
    assert!(outcome.stderr.ends_with("text: Permission denied\n"), "{}", outcome.stderr);
}

/// Of memory rather than a disk: a hole that is read there stays one, and fills no page cache.
#[test]
#[cfg(target_os = "linux")]
fn ten_gibibytes_of_a_sparse_file_are_counted_within_a_few_mebibytes() {
    use std::os::fd::AsRawFd;

    let memory = rustix::fs::memfd_create("sparse", rustix::fs::MemfdFlags::CLOEXEC);
    let memory = File::from(memory.expect("it takes no memory yet"));
    memory.set_len(10 << 30).expect("it takes no memory yet");
    let path = format!("/proc/{}/fd/{}", std::process::id(), memory.as_raw_fd());
    let outcome = run(&["count", "-lc", &path, "--stats=json"], b"");
    assert_eq!(outcome.stdout, format!("          0 10737418240 {path}\n"), "{}", outcome.stderr);
    let [peak] = run::entries(&outcome, ["peak_memory_bytes"]);
    assert!(peak < 16 << 20, "{peak} bytes of memory");
}
