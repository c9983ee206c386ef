//! `zc copy` moves bytes as they are, by the way that was named or the best one.

mod run;

use std::fs;
use std::io::{Seek, SeekFrom};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use run::{Outcome, ledger, run, zc};

/// The ways from a file to a file that every file system has.
const WAYS: [&str; 5] = ["auto", "copy_file_range", "sendfile", "splice", "read"];

fn content(len: usize) -> Vec<u8> {
    (0..=250).cycle().take(len).collect()
}

fn text(path: &Path) -> &str {
    path.to_str().expect("names of temporary files are text")
}

#[track_caller]
fn check_fails(outcome: &Outcome, message: &str) {
    assert_eq!((outcome.status, &*outcome.stdout), (2, ""));
    assert!(outcome.stderr.contains(message), "{}", outcome.stderr);
}

#[test]
fn each_way_gives_the_same_bytes() {
    let directory = tempfile::tempdir().unwrap();
    let (source, target) = (directory.path().join("source"), directory.path().join("target"));
    for len in [0, 1, 4096, 300_001] {
        fs::write(&source, content(len)).unwrap();
        for way in WAYS {
            fs::write(&target, content(400_000)).unwrap();
            let outcome = run(&["copy", text(&source), text(&target), "--via", way], b"");
            assert_eq!((outcome.status, &*outcome.stderr), (0, ""), "{way}");
            assert!(fs::read(&target).unwrap() == content(len), "{len} bytes by {way}");
        }
    }
}

#[test]
fn the_way_is_explained_and_stands_in_the_ledger() {
    let directory = tempfile::tempdir().unwrap();
    let (source, target) = (directory.path().join("source"), directory.path().join("target"));
    fs::write(&source, content(300_001)).unwrap();
    for (way, copied) in [("sendfile", 0), ("read", 300_001)] {
        let args =
            ["copy", text(&source), text(&target), "--via", way, "--explain", "--stats=json"];
        let outcome = run(&args, b"");
        assert!(outcome.stderr.contains(&format!("300001 bytes by {way}")), "{}", outcome.stderr);
        let ledger = ledger(&outcome);
        assert_eq!(ledger["mechanism"], way);
        for (entry, expected) in [
            ("bytes_in", 300_001),
            ("bytes_out", 300_001),
            ("copied_read", copied),
            ("copied_write", copied),
        ] {
            assert_eq!(ledger[entry], expected, "{way}: {entry}");
        }
    }
}

#[test]
fn streams_are_copied_from_and_to() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    let stdin = content(200_000);
    assert_eq!(run(&["copy", "-", text(&file)], &stdin).status, 0);
    assert!(fs::read(&file).unwrap() == stdin);
    fs::write(&file, "a\nb\n").unwrap();
    for way in WAYS.into_iter().filter(|way| *way != "copy_file_range") {
        let outcome = run(&["copy", text(&file), "-", "--via", way], b"");
        assert_eq!((outcome.status, &*outcome.stdout), (0, "a\nb\n"), "{way}: {}", outcome.stderr);
    }
    assert_eq!(run(&["copy", "-", "-"], b"text").stdout, "text");
}

#[test]
fn standard_output_keeps_what_it_holds_around_the_copy() {
    let directory = tempfile::tempdir().unwrap();
    let (source, into) = (directory.path().join("source"), directory.path().join("into"));
    fs::write(&source, "new").unwrap();
    for way in ["auto", "read"] {
        fs::write(&into, "0123456789").unwrap();
        let mut stdout = fs::OpenOptions::new().write(true).open(&into).unwrap();
        stdout.seek(SeekFrom::Start(2)).unwrap();
        let args = ["copy", text(&source), "-", "--via", way];
        assert!(zc().args(args).stdout(stdout).status().unwrap().success());
        assert_eq!(fs::read(&into).unwrap(), b"01new56789", "{way}");
        let stdout = fs::OpenOptions::new().append(true).open(&into).unwrap();
        assert!(zc().args(args).stdout(stdout).status().unwrap().success());
        assert_eq!(fs::read(&into).unwrap(), b"01new56789new", "{way}");
    }
}

#[test]
fn a_file_without_a_size_is_copied_whole() {
    let version = fs::read_to_string("/proc/version").unwrap();
    assert_eq!(run(&["copy", "/proc/version", "-"], b"").stdout, version);
}

#[test]
fn in_a_directory_the_copy_gets_the_name_of_the_source_and_its_mode() {
    let directory = tempfile::tempdir().unwrap();
    let (source, into) = (directory.path().join("source"), directory.path().join("into"));
    fs::create_dir(&into).unwrap();
    fs::write(&source, "content").unwrap();
    fs::set_permissions(&source, fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!(run(&["copy", text(&source), text(&into)], b"").status, 0);
    let copy = into.join("source");
    assert_eq!(fs::read(&copy).unwrap(), b"content");
    assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o700);
    check_fails(&run(&["copy", "-", text(&into)], b""), "the source has no name");
}

#[test]
fn a_file_is_not_copied_onto_itself() {
    let directory = tempfile::tempdir().unwrap();
    let (file, link) = (directory.path().join("file"), directory.path().join("link"));
    fs::write(&file, "content").unwrap();
    fs::hard_link(&file, &link).unwrap();
    for target in [&file, &link] {
        check_fails(&run(&["copy", text(&file), text(target)], b""), "are the same file");
    }
    assert_eq!(fs::read(&file).unwrap(), b"content");
}

#[test]
fn a_way_that_is_refused_leaves_the_target_as_it_was() {
    let directory = tempfile::tempdir().unwrap();
    let target = directory.path().join("target");
    fs::write(&target, "content").unwrap();
    for way in ["reflink", "copy_file_range", "sendfile"] {
        let outcome = run(&["copy", "-", text(&target), "--via", way], b"from a pipe");
        assert_eq!(outcome.status, 2, "{way}");
        assert_eq!(fs::read(&target).unwrap(), b"content", "{way}");
    }
}

#[test]
fn what_cannot_be_copied_says_why() {
    let directory = tempfile::tempdir().unwrap();
    let (none, target) = (directory.path().join("none"), directory.path().join("target"));
    check_fails(&run(&["copy", text(&none), text(&target)], b""), "No such file or directory");
    check_fails(&run(&["copy", "/proc", text(&target)], b""), "/proc: is a directory");
    assert!(!target.exists());
    fs::write(&target, content(10)).unwrap();
    check_fails(&run(&["copy", text(&target), "/dev/full"], b""), "No space left on device");
    let args = ["copy", "-", text(&none), "--via", "copy_file_range"];
    check_fails(&run(&args, b"from a pipe"), "copy_file_range");
}
