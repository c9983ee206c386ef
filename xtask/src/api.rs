//! `cargo xtask api`: the public surface of each library, kept as text under docs/api, so that a
//! change to it is seen and reviewed; and whether examples show all of it.
//!
//! The text is what rustdoc says in JSON, a format of its own for each release of Rust: it is
//! checked with the release that wrote it, which is that of the continuous integration, and passed
//! over with any other.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use cargo_metadata::Package;
use clap::Args;
use xshell::{Shell, cmd};

use crate::{examples, workspace};

/// The release of Rust whose format the crate `public-api` reads.
const RUST: &str = "1.95";

#[derive(Debug, Default, Args)]
pub(crate) struct Flags {
    /// Write the text anew
    #[arg(long)]
    bless: bool,
}

/// Compares the surface of each library with its text, or writes it.
pub(crate) fn run(flags: &Flags) -> Result<()> {
    let sh = workspace::shell()?;
    let version = cmd!(sh, "rustc --version").quiet().read()?;
    if !is_of_release(&version) {
        println!("skipped: docs/api is what Rust {RUST} says, and this is {version}");
        return Ok(());
    }
    let metadata = workspace::metadata(&workspace::root())?;
    let (mut changed, mut lacking) = (Vec::new(), Vec::new());
    for package in metadata.workspace_packages().into_iter().filter(is_published) {
        let rustdoc = rustdoc(&sh, package)?;
        lacking.extend(lacking_in(&rustdoc)?);
        if !is_as_kept(&package.name, &rustdoc, flags)? {
            changed.push(package.name.as_str());
        }
    }
    ensure!(
        changed.is_empty(),
        "the public surface of {} is not what docs/api says; if it shall change, run `cargo xtask \
         api --bless` and commit what it writes",
        changed.join(", ")
    );
    ensure!(
        lacking.is_empty(),
        "{}\nshow each in a short example that asserts something",
        lacking.join("\n")
    );
    Ok(())
}

fn is_published(package: &&Package) -> bool {
    workspace::is_library(package) && package.publish.as_deref() != Some(&[])
}

/// Whether the surface of a library is the one that is kept, or is from now on.
fn is_as_kept(name: &str, rustdoc: &Path, flags: &Flags) -> Result<bool> {
    let (surface, path) = (surface(name, rustdoc)?, path(name));
    if flags.bless {
        write(&path, &surface)?;
        return Ok(true);
    }
    let Some(difference) = difference(&read(&path)?, &surface) else { return Ok(true) };
    println!("{}:\n{difference}", path.display());
    Ok(false)
}

/// What the examples in the docs of a library do not show.
fn lacking_in(rustdoc: &Path) -> Result<Vec<String>> {
    Ok(examples::lacking(&serde_json::from_slice(&fs::read(rustdoc)?)?))
}

fn is_of_release(version: &str) -> bool {
    version.strip_prefix("rustc ").is_some_and(|it| it.starts_with(&format!("{RUST}.")))
}

fn path(package: &str) -> PathBuf {
    workspace::root().join("docs/api").join(format!("{package}.txt"))
}

/// Where rustdoc put what it says of a library with all its features.
fn rustdoc(sh: &Shell, package: &Package) -> Result<PathBuf> {
    let name = package.name.as_str();
    // A directory of its own: the variable would have much of the usual one built again.
    let target = workspace::root().join("target/api");
    cmd!(sh, "cargo rustdoc --quiet --package {name} --lib --all-features --target-dir {target}")
        .args(["--", "-Zunstable-options", "--output-format=json", "--cap-lints=allow"])
        .env("RUSTC_BOOTSTRAP", "1")
        .run()
        .with_context(|| format!("the docs of {name} do not build; see above"))?;
    Ok(target.join("doc").join(format!("{}.json", name.replace('-', "_"))))
}

/// The public items of a library, a line each, sorted.
fn surface(name: &str, rustdoc: &Path) -> Result<String> {
    let surface = public_api::Builder::from_rustdoc_json(rustdoc)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .omit_auto_derived_impls(true)
        .build()
        .with_context(|| format!("what rustdoc says of {name} cannot be read"))?;
    Ok(surface.to_string())
}

/// The text that is kept; none if the library is new.
fn read(path: &Path) -> Result<String> {
    if path.exists() { Ok(fs::read_to_string(path)?) } else { Ok(String::new()) }
}

fn write(path: &Path, surface: &str) -> Result<()> {
    fs::create_dir_all(path.parent().expect("it lies in docs/api"))?;
    fs::write(path, surface).with_context(|| path.display().to_string())
}

/// The items that are gone and those that are new; nothing if they are the same.
fn difference(kept: &str, surface: &str) -> Option<String> {
    let (old, new): (BTreeSet<_>, BTreeSet<_>) =
        (kept.lines().collect(), surface.lines().collect());
    let gone = old.difference(&new).map(|line| format!("- {line}"));
    let added = new.difference(&old).map(|line| format!("+ {line}"));
    let lines: Vec<_> = gone.chain(added).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::{RUST, difference, is_of_release};
    use crate::workspace;

    #[test]
    fn what_is_gone_and_what_is_new_is_shown() {
        let kept = "pub fn a::f()\npub fn a::g()\n";
        assert_eq!(difference(kept, kept), None);
        assert_eq!(
            difference(kept, "pub fn a::f()\npub fn a::g(u8)\n").as_deref(),
            Some("- pub fn a::g()\n+ pub fn a::g(u8)")
        );
    }

    #[test]
    fn only_one_release_of_rust_says_it_like_this() {
        assert!(is_of_release("rustc 1.95.3 (59807616e 2026-04-14)"));
        assert!(!is_of_release("rustc 1.950.0"));
        assert!(!is_of_release("rustc 1.96.0-nightly"));
    }

    #[test]
    fn the_continuous_integration_has_that_release() {
        let ci = workspace::root().join(".github/workflows/ci.yml");
        let ci = std::fs::read_to_string(ci).unwrap();
        assert!(ci.contains(&format!("RUSTUP_TOOLCHAIN: \"{RUST}.")));
    }
}
