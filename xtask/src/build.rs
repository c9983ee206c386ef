//! `cargo xtask build`: how long a build takes that begins with nothing but the sources of what is
//! needed.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
use xshell::{Shell, cmd};

use crate::workspace;

/// What is built, each from nothing, and how cargo is told.
const BUILDS: [(&str, &[&str]); 3] = [
    ("zc-core without features", &["--package", "zc-core", "--no-default-features"]),
    ("zc-parse", &["--package", "zc-parse"]),
    ("the tool, zc", &["--package", "zc-cli"]),
];

/// Builds each for release, and prints how long that took by the clock on the wall.
pub(crate) fn run() -> Result<()> {
    let sh = workspace::shell()?;
    cmd!(sh, "cargo fetch --locked").quiet().run()?;
    let target = workspace::root().join("target/from-nothing");
    let mut lines = Vec::new();
    for (name, packages) in BUILDS {
        let seconds = timed(&sh, packages, &target)?.as_secs_f64();
        lines.push(format!("{name}: {seconds:.1} s"));
    }
    let cores = thread::available_parallelism()?;
    println!("{}\non {cores} cores, for release, from nothing", lines.join("\n"));
    Ok(())
}

/// How long one build takes into `target`, which is not there before, nor afterwards.
fn timed(sh: &Shell, packages: &[&str], target: &Path) -> Result<Duration> {
    if target.exists() {
        fs::remove_dir_all(target)?;
    }
    let begun = Instant::now();
    let build = cmd!(sh, "cargo build --quiet --locked --release --target-dir {target}");
    build.args(packages).run()?;
    let took = begun.elapsed();
    fs::remove_dir_all(target)?;
    Ok(took)
}
