//! The examples print what they say.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use zc_core::Copies;
use zc_io::Output;

#[path = "../examples/every_other_byte.rs"]
#[expect(dead_code, reason = "`main` is for the program")]
mod every_other_byte;
#[path = "../examples/lending.rs"]
#[expect(dead_code, reason = "`main` is for the program")]
mod lending;

#[track_caller]
fn check_every_other_byte(content: &[u8], expected: &[u8]) {
    let file = tempfile::NamedTempFile::new().expect("a temporary file can be made");
    fs::write(file.path(), content).expect("it can be written");
    let mut output = Output::new(Vec::new());
    every_other_byte::run(file.path(), &mut output).expect("a vector takes everything");
    let half = content.len().div_ceil(2) as u64;
    assert_eq!(output.copies(), Copies { encode: half, write: half, ..Copies::default() });
    assert_eq!(output.finish().expect("a vector takes everything"), expected);
}

#[test]
fn every_other_byte_of_a_mapped_file_is_written() {
    check_every_other_byte(b"", b"");
    check_every_other_byte(b"a", b"a");
    check_every_other_byte(b"abcdefg", b"aceg");
    let long: Vec<u8> = (0..=250).cycle().take(300_001).collect();
    let half: Vec<u8> = long.iter().copied().step_by(2).collect();
    check_every_other_byte(&long, &half);
}

#[test]
fn a_lending_iterator_shows_each_window_once() {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), "ten bytes\n".repeat(1000)).unwrap();
    let mut out = Vec::new();
    lending::run(file.path(), &mut out).unwrap();
    let expected = "4096 bytes at 0\n4096 bytes at 4096\n1808 bytes at 8192\n1000 newlines\n";
    assert_eq!(str::from_utf8(&out), Ok(expected));
}

/// The program of an example, which lies beside those of the tests, if it was built with them.
fn program(name: &str) -> Option<PathBuf> {
    let test = std::env::current_exe().ok()?;
    let profile = test.parent()?.parent()?;
    let program = profile.join("examples").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    program.exists().then_some(program)
}

#[test]
fn newlines_of_a_mapped_file_are_counted() {
    let Some(program) = program("newlines") else {
        assert!(std::env::var_os("ZC_REQUIRE_TOOLS").is_none(), "the examples are not built");
        return println!("skipped: the examples are not built; run `cargo test` for all targets");
    };
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), "one\ntwo\n\nfour").unwrap();
    let output = Command::new(program).arg(file.path()).output().unwrap();
    assert!(output.status.success());
    let expected = format!("3 {}\n", file.path().display());
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
}
