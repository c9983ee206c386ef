//! The example of a transfer moves a file and says how.

#![cfg(unix)]
#![forbid(unsafe_code)]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// The program of the example, which lies beside those of the tests, if it was built with them.
fn program() -> Option<PathBuf> {
    let test = std::env::current_exe().ok()?;
    let program = test.parent()?.parent()?.join("examples").join("transfer");
    program.exists().then_some(program)
}

#[test]
fn a_file_is_moved_over_a_longer_one_by_a_way_that_is_named() {
    let Some(program) = program() else {
        assert!(std::env::var_os("ZC_REQUIRE_TOOLS").is_none(), "the examples are not built");
        return println!("skipped: the examples are not built; run `cargo test` for all targets");
    };
    let dir = tempfile::tempdir().unwrap();
    let (from, to) = (dir.path().join("from"), dir.path().join("to"));
    fs::write(&from, "content").unwrap();
    fs::write(&to, "longer than it").unwrap();
    let output = Command::new(&program).args([&from, &to]).arg("read").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(fs::read_to_string(&to).unwrap(), "content");
    let said = String::from_utf8(output.stderr).unwrap();
    let expected = "7 bytes by read, 0 of holes\nread 7, decode 0, encode 0, write 7 bytes\n";
    assert_eq!(said, expected);

    let output = Command::new(&program).args([&from]).arg("-").output().unwrap();
    assert_eq!(output.stdout, b"content");
    assert!(Command::new(&program).status().unwrap().success());
}
