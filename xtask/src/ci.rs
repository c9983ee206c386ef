//! `cargo xtask ci`: everything that must hold before a change goes in, step by step.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use clap::Args;
use xshell::{Shell, cmd};

use crate::test::{self, Part};
use crate::{api, bench, portable, tidy, workspace};

/// The version of cargo-deny that `.ci/run` installs.
const CARGO_DENY: &str = "0.20.2";

#[derive(Debug, Args)]
pub(crate) struct Flags {
    /// `cargo test --workspace` has just passed: do not run it again
    #[arg(long)]
    tested: bool,
}

/// Runs the steps in order and stops at the first that fails, with its name.
pub(crate) fn run(flags: &Flags) -> Result<()> {
    let sh = workspace::shell()?;
    let part = if flags.tested { Part::BeyondCargoTest } else { Part::All };
    step("fmt", "run `cargo fmt --all`", || fmt(&sh))?;
    step("clippy", "follow its advice", || clippy(&sh))?;
    step("doc", "mend the doc comments it names", || doc(&sh))?;
    step("api", "run `cargo xtask api` alone", || api::run(&api::Flags::default()))?;
    step("test", "run `cargo xtask test` alone", || test::run(part))?;
    step("codes", "see which code the compiler gives instead", || codes(&sh))?;
    step("bench --test", "run `cargo xtask bench --test --no-rivals` alone", bench::test)?;
    step("portable", "try it with `cargo check --target TARGET`", portable::run)?;
    step("tidy", "run `cargo xtask tidy` alone", tidy::run)?;
    step("deny", "see deny.toml for what is allowed and why", || deny(&sh))
}

fn step(name: &str, mend: &str, action: impl FnOnce() -> Result<()>) -> Result<()> {
    println!("ci: {name}");
    let start = Instant::now();
    action().with_context(|| format!("the step `{name}` failed; {mend}"))?;
    println!("ci: {name} took {:.1} s", start.elapsed().as_secs_f64());
    Ok(())
}

fn fmt(sh: &Shell) -> Result<()> {
    Ok(cmd!(sh, "cargo fmt --all -- --check").run()?)
}

fn clippy(sh: &Shell) -> Result<()> {
    Ok(cmd!(sh, "cargo clippy --workspace --all-targets --all-features -- -D warnings").run()?)
}

/// With all features and with those that are on by themselves, so that no page links what is not
/// there.
fn doc(sh: &Shell) -> Result<()> {
    for features in [&["--all-features"][..], &[]] {
        let doc = cmd!(sh, "cargo doc --workspace --no-deps {features...}");
        doc.env("RUSTDOCFLAGS", "-D warnings").run()?;
    }
    Ok(())
}

/// That what must not compile fails for the reason that it names: a stable rustdoc does not look at
/// the code behind `compile_fail`.
fn codes(sh: &Shell) -> Result<()> {
    // The directory of `cargo xtask api`, for the same reason.
    let target = workspace::root().join("target/api");
    let crates = ["zc-core", "zc-parse", "zc-serde", "zc-io", "zc-guide"];
    let packages = crates.map(|name| ["--package", name]).concat();
    let test =
        cmd!(sh, "cargo test --quiet --doc --all-features --target-dir {target} {packages...}");
    Ok(test.env("RUSTC_BOOTSTRAP", "1").run()?)
}

fn deny(sh: &Shell) -> Result<()> {
    let installed = cmd!(sh, "cargo deny --version").quiet().ignore_stderr().read().is_ok();
    ensure!(
        installed,
        "cargo-deny is not installed; run `cargo install --locked cargo-deny@{CARGO_DENY}`"
    );
    Ok(cmd!(sh, "cargo deny check bans licenses sources").run()?)
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::{CARGO_DENY, step};
    use crate::workspace;

    #[test]
    fn a_failing_step_is_named_with_its_mend_and_its_cause() {
        let error = step("fmt", "run `cargo fmt`", || Err(anyhow!("not formatted"))).unwrap_err();
        assert_eq!(format!("{error:#}"), "the step `fmt` failed; run `cargo fmt`: not formatted");
    }

    #[test]
    fn the_script_installs_the_same_version_of_cargo_deny() {
        let script = std::fs::read_to_string(workspace::root().join(".ci/run")).unwrap();
        assert!(script.contains(&format!("cargo-deny@{CARGO_DENY}")));
    }
}
