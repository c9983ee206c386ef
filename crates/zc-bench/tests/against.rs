//! Two revisions are compared by their instructions; here one with itself.

use std::env;
use std::process::Command;

#[test]
fn a_revision_takes_as_many_instructions_as_itself() {
    if Command::new("valgrind").arg("--version").output().is_err() {
        assert!(env::var_os("ZC_REQUIRE_TOOLS").is_none(), "valgrind is not installed");
        println!("skipped: valgrind is not installed");
        return;
    }
    let bench = env!("CARGO_BIN_EXE_zc-bench");
    let output = Command::new(bench).args(["against", bench, "count-byte"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let ratios: Vec<f64> = text.lines().skip(2).filter_map(ratio).collect();
    assert!(ratios.len() >= 2, "{text}");
    assert!(ratios.iter().all(|ratio| (0.99..=1.01).contains(ratio)), "{text}");
}

/// The last number of a line of the table.
fn ratio(line: &str) -> Option<f64> {
    line.split_whitespace().last()?.parse().ok()
}
