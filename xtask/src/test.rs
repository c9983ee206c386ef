//! `cargo xtask test`: all tests, each feature of each library alone, and every example.

use std::io::BufReader;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use cargo_metadata::{Artifact, Message, Package, TargetKind};
use xshell::{Shell, cmd};

use crate::workspace;

/// How long one example may run.
const EXAMPLE_LIMIT: Duration = Duration::from_secs(60);

/// How much of the tests to run.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part {
    All,
    /// All but `cargo test --workspace`, which has passed already.
    BeyondCargoTest,
}

/// Runs the tests, the feature matrix and the examples.
pub(crate) fn run(part: Part) -> Result<()> {
    let sh = workspace::shell()?;
    if matches!(part, Part::All) {
        cmd!(sh, "cargo test --workspace").run()?;
    }
    check_features(&sh)?;
    run_examples()
}

fn check_features(sh: &Shell) -> Result<()> {
    let metadata = workspace::metadata(&workspace::root())?;
    let packages = metadata.workspace_packages();
    for package in packages.into_iter().filter(|package| workspace::is_library(package)) {
        let name = package.name.as_str();
        for flags in feature_flags(package) {
            let check = cmd!(sh, "cargo check --quiet --package {name}").args(&flags);
            check.run().with_context(|| {
                format!("{name} does not build alone with `{}`; see above", flags.join(" "))
            })?;
        }
    }
    Ok(())
}

/// The ways to build a package: with no feature, with each of them alone, and with all.
fn feature_flags(package: &Package) -> Vec<Vec<String>> {
    let none = "--no-default-features".to_owned();
    let features = package.features.keys().filter(|feature| *feature != "default");
    let alone = features.map(|feature| vec![none.clone(), format!("--features={feature}")]);
    let mut flags = vec![vec![none.clone()]];
    flags.extend(alone);
    if !package.features.is_empty() {
        flags.push(vec!["--all-features".to_owned()]);
    }
    flags
}

fn run_examples() -> Result<()> {
    for example in build_examples()? {
        let name = &example.target.name;
        let path = example.executable.as_ref().expect("an example is a program");
        println!("example {name}");
        let child = Command::new(path)
            .current_dir(workspace::root())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {path}"))?;
        wait(child, EXAMPLE_LIMIT).with_context(|| {
            format!("the example {name} failed; run it with `cargo run --example {name}`")
        })?;
    }
    Ok(())
}

fn build_examples() -> Result<Vec<Artifact>> {
    let mut build = Command::new("cargo")
        .args(["build", "--workspace", "--examples", "--all-features"])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(workspace::root())
        .stdout(Stdio::piped())
        .spawn()?;
    let stdout = build.stdout.take().expect("standard output was piped");
    let mut examples = Vec::new();
    for message in Message::parse_stream(BufReader::new(stdout)) {
        match message? {
            Message::CompilerArtifact(it) if it.target.kind == [TargetKind::Example] => {
                examples.push(it);
            }
            _ => {}
        }
    }
    ensure!(build.wait()?.success(), "the examples do not build; see above");
    examples.sort_by(|a, b| a.target.name.cmp(&b.target.name));
    Ok(examples)
}

/// Waits until `child` ends with success, and ends it when it takes longer than `limit`.
fn wait(mut child: Child, limit: Duration) -> Result<()> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            ensure!(status.success(), "it ended with {status}");
            return Ok(());
        }
        if start.elapsed() >= limit {
            child.kill()?;
            child.wait()?;
            bail!("it did not end within {} s", limit.as_secs());
        }
        thread::sleep(Duration::from_millis(5));
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::time::Duration;

    use super::{EXAMPLE_LIMIT, feature_flags, wait};
    use crate::tidy::fixture::Fixture;

    #[track_caller]
    fn check(features: &str, expected: &[&str]) {
        let mut fixture = Fixture::new();
        fixture.append("crates/zc-core/Cargo.toml", features);
        let flags = feature_flags(&fixture.package("zc-core"));
        let flags: Vec<_> = flags.iter().map(|flags| flags.join(" ")).collect();
        assert_eq!(flags, expected);
    }

    #[test]
    fn every_feature_is_built_alone_and_with_all_others() {
        check(
            "[features]\ndefault = ['std']\nstd = []\nmask = []\n",
            &[
                "--no-default-features",
                "--no-default-features --features=mask",
                "--no-default-features --features=std",
                "--all-features",
            ],
        );
    }

    #[test]
    fn a_crate_without_features_is_built_once() {
        check("", &["--no-default-features"]);
    }

    #[test]
    fn a_program_that_does_not_end_is_ended() {
        let child = Command::new("sleep").arg("600").spawn().unwrap();
        let error = wait(child, Duration::ZERO).unwrap_err();
        assert_eq!(error.to_string(), "it did not end within 0 s");
    }

    #[test]
    fn a_program_that_fails_is_an_error() {
        let child = Command::new("false").spawn().unwrap();
        let error = wait(child, EXAMPLE_LIMIT).unwrap_err();
        assert_eq!(error.to_string(), "it ended with exit status: 1");
    }
}
