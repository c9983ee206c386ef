//! `cargo xtask bench --against REVISION`: two revisions by the instructions that they take, which
//! do not depend on what else the machine does.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use xshell::{Shell, cmd};

use crate::workspace;

/// Rows that work in memory, which are compared unless others are named.
const ROWS: [&str; 10] = ["3", "4", "5", "6", "7", "8", "9", "10", "11", "12"];

/// Builds the bench here and at `revision`, without rivals, and compares the engines that both
/// have.
pub(crate) fn run(revision: &str, cases: &[String]) -> Result<()> {
    let sh = workspace::shell()?;
    if cmd!(sh, "valgrind --version").quiet().ignore_stdout().ignore_stderr().run().is_err() {
        println!("skipped: valgrind, which counts instructions, is not installed");
        return Ok(());
    }
    let other = other(&sh, revision)?;
    let cases: Vec<&str> =
        if cases.is_empty() { ROWS.to_vec() } else { cases.iter().map(String::as_str).collect() };
    let bench = cmd!(sh, "cargo run --quiet --package zc-bench --release -- against {other}");
    Ok(bench.args(cases).run()?)
}

/// The bench of `revision`, built unless it is there already.
fn other(sh: &Shell, revision: &str) -> Result<PathBuf> {
    let name = format!("{revision}^{{commit}}");
    let commit = cmd!(sh, "git rev-parse --short --verify {name}").read();
    let commit = commit.with_context(|| format!("`{revision}` is no revision"))?;
    let against = workspace::root().join("target/against");
    let bench = against.join(format!("zc-bench-{commit}"));
    if !bench.exists() {
        let tree = Tree::add(sh, against.join(&commit), &commit)?;
        let target = against.join("target");
        build(sh, &tree.path, &target)
            .with_context(|| format!("the bench of {commit} does not build; see above"))?;
        fs::copy(target.join("release/zc-bench"), &bench)?;
    }
    Ok(bench)
}

fn build(sh: &Shell, tree: &Path, target: &Path) -> Result<()> {
    let _there = sh.push_dir(tree);
    let build = cmd!(sh, "cargo build --quiet --package zc-bench --release");
    Ok(build.env("CARGO_TARGET_DIR", target).run()?)
}

/// A worktree of git, which goes when it is dropped.
struct Tree<'s> {
    sh: &'s Shell,
    path: PathBuf,
}

impl<'s> Tree<'s> {
    fn add(sh: &'s Shell, path: PathBuf, commit: &str) -> Result<Self> {
        // What a run that was ended has left behind.
        drop(Self { sh, path: path.clone() });
        cmd!(sh, "git worktree add --quiet --detach {path} {commit}").run()?;
        Ok(Self { sh, path })
    }
}

impl Drop for Tree<'_> {
    fn drop(&mut self) {
        let Self { sh, path } = self;
        let remove = cmd!(sh, "git worktree remove --force {path}").quiet().ignore_stderr();
        // It need not be there.
        let _ = remove.run();
    }
}
