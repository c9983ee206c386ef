//! `cargo xtask sanitize`: the tests of the crates that hold `unsafe`, watched by others.

use anyhow::{Context, Result, ensure};
use cargo_metadata::{Artifact, Message};
use xshell::{Shell, cmd};

use crate::workspace;

/// The tests of `zc-io` that map memory, handle signals or call the kernel.
const TESTS: [&str; 7] =
    ["guard", "guarded_input", "input_options", "kernel_map", "residency", "sealed", "transfer"];

/// Those that valgrind can follow: it stands between the process and the kernel, and so has its
/// own idea of signals that a test sends itself and of pages that vanish.
const FOLLOWED: [&str; 2] = ["sealed", "vectored"];

/// Runs the tests under `AddressSanitizer` and valgrind.
pub(crate) fn run() -> Result<()> {
    let sh = workspace::shell()?;
    address_sanitizer(&sh)?;
    valgrind(&sh)
}

/// Needs a nightly compiler, which alone takes `-Zsanitizer`.
fn address_sanitizer(sh: &Shell) -> Result<()> {
    let is_there = cmd!(sh, "cargo +nightly --version").quiet().ignore_stderr().read().is_ok();
    ensure!(is_there, "there is no nightly compiler; run `rustup toolchain install nightly`");
    let tests = TESTS.map(|test| ["--test", test]).concat();
    let target = host(sh)?;
    // A target that is named keeps build scripts out of it. The sanitizer would take `SIGBUS`, which
    // the tests of the guard are about, for a failure.
    // Two tests are about the memory of their process, most of which is the sanitizer's then.
    let skip = ["--", "--skip", "gibibyte"];
    cmd!(sh, "cargo +nightly test --package zc-io --target {target} --lib {tests...} {skip...}")
        .env("RUSTFLAGS", "-Zsanitizer=address")
        .env("ASAN_OPTIONS", "handle_sigbus=0")
        .env("CARGO_TARGET_DIR", workspace::root().join("target/sanitize"))
        .run()
        .context("a test failed under AddressSanitizer; see above")
}

fn valgrind(sh: &Shell) -> Result<()> {
    let is_there = cmd!(sh, "valgrind --version").quiet().ignore_stderr().read().is_ok();
    ensure!(is_there, "valgrind is not installed");
    for program in test_programs(sh)? {
        cmd!(sh, "valgrind --quiet --error-exitcode=9 {program} --test-threads=1")
            .run()
            .context("a test failed under valgrind; see above")?;
    }
    Ok(())
}

/// Builds the tests that valgrind follows, and says where they lie.
fn test_programs(sh: &Shell) -> Result<Vec<String>> {
    let tests = FOLLOWED.map(|test| ["--test", test]).concat();
    let built = cmd!(sh, "cargo test --no-run --package zc-io {tests...} --message-format=json");
    let built = built.read().context("the tests do not build")?;
    let messages = Message::parse_stream(built.as_bytes());
    let programs: Vec<_> = messages.filter_map(|message| program(message.ok()?)).collect();
    ensure!(programs.len() == FOLLOWED.len(), "cargo built {programs:?}");
    Ok(programs)
}

fn program(message: Message) -> Option<String> {
    let Message::CompilerArtifact(Artifact { executable, target, .. }) = message else {
        return None;
    };
    target.is_test().then_some(executable?.into_string())
}

/// The target that the compiler builds for by itself.
fn host(sh: &Shell) -> Result<String> {
    let version = cmd!(sh, "rustc --version --verbose").quiet().read()?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not say what it builds for")?.to_owned())
}
