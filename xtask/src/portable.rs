//! Whether the libraries build for systems on which no test runs.

use std::path::Path;

use anyhow::{Context, Result};
use xshell::{Shell, cmd};

use crate::workspace;

/// A system of each kind that the libraries make a difference for.
const TARGETS: [&str; 3] =
    ["aarch64-apple-darwin", "x86_64-pc-windows-gnu", "x86_64-unknown-freebsd"];

const LIBRARIES: [&str; 5] = ["zc-core", "zc-parse", "zc-serde", "zc-io", "zc-net"];

/// Checks the libraries for each target, as far as the standard library for it is installed.
pub(crate) fn run() -> Result<()> {
    let sh = workspace::shell()?;
    let packages = LIBRARIES.map(|library| ["--package", library]).concat();
    for target in TARGETS {
        if !has_standard_library(&sh, target)? {
            println!("skipped: no standard library; run `rustup target add {target}`");
            continue;
        }
        let build = cmd!(sh, "cargo clippy --quiet --target {target} --all-features");
        build
            .args(&packages)
            .args(["--", "-D", "warnings"])
            .run()
            .with_context(|| format!("a library does not build for {target}; see above"))?;
    }
    Ok(())
}

fn has_standard_library(sh: &Shell, target: &str) -> Result<bool> {
    let directory = cmd!(sh, "rustc --print target-libdir --target {target}").quiet().read()?;
    Ok(Path::new(&directory).is_dir())
}

#[cfg(test)]
mod tests {
    use super::TARGETS;
    use crate::workspace;

    #[test]
    fn the_script_installs_the_same_targets() {
        let script = std::fs::read_to_string(workspace::root().join(".ci/run")).unwrap();
        assert!(script.contains(&format!("rustup target add {}", TARGETS.join(" "))));
    }
}
