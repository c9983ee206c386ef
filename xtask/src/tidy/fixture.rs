//! [`Fixture`]: a small workspace in a temporary directory, tidy until a test breaks it.

use std::fs;

use cargo_metadata::Package;
use tempfile::TempDir;

use super::findings;
use super::tree::Tree;
use crate::workspace;

const ROOT: &str = "\
[workspace]
resolver = '3'
members = ['crates/*', 'xtask']

[workspace.package]
rust-version = '1.89'

[workspace.lints.rust]
unsafe_code = 'deny'

[workspace.dependencies]
zc-core = { path = 'crates/zc-core' }
zc-parse = { path = 'crates/zc-parse' }
";

const MANIFEST: &str = "\
[package]
name = 'NAME'
version = '0.1.0'
rust-version.workspace = true
description = 'Bytes'
keywords = ['bytes']
categories = ['parsing']

[package.metadata.docs.rs]
all-features = true

[lints]
workspace = true

";

const XTASK: &str = "\
[package]
name = 'xtask'
rust-version.workspace = true
publish = false

[lints]
workspace = true

";

pub(crate) struct Fixture {
    directory: TempDir,
}

impl Fixture {
    /// A tidy workspace of zc-core, zc-parse and xtask.
    pub(crate) fn new() -> Self {
        let mut fixture = Self { directory: TempDir::new().unwrap() };
        fixture.write("Cargo.toml", ROOT);
        fixture.add_crate("zc-core");
        fixture.add_crate("zc-parse");
        fixture.write("xtask/Cargo.toml", XTASK);
        fixture.write("xtask/src/main.rs", "//! A program.\nfn main() {}\n");
        fixture
    }

    pub(super) fn add_crate(&mut self, name: &str) {
        self.write(&format!("crates/{name}/Cargo.toml"), &MANIFEST.replace("NAME", name));
        self.write(&format!("crates/{name}/README.md"), "# A crate\n");
        let root = "//! A crate.\n\n#![forbid(unsafe_code)]\n";
        self.write(&format!("crates/{name}/src/lib.rs"), root);
    }

    pub(super) fn write(&mut self, path: &str, text: &str) {
        let path = self.directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn append(&mut self, path: &str, text: &str) {
        let old = fs::read_to_string(self.directory.path().join(path)).unwrap();
        self.write(path, &(old + text));
    }

    #[track_caller]
    pub(super) fn replace(&mut self, path: &str, old: &str, new: &str) {
        let text = fs::read_to_string(self.directory.path().join(path)).unwrap();
        assert!(text.contains(old), "{path} does not hold {old:?}");
        self.write(path, &text.replace(old, new));
    }

    pub(super) fn remove(&mut self, path: &str) {
        fs::remove_file(self.directory.path().join(path)).unwrap();
    }

    /// The metadata of the crate called `name`.
    pub(crate) fn package(&self, name: &str) -> Package {
        let metadata = workspace::metadata(self.directory.path()).unwrap();
        metadata.packages.into_iter().find(|package| package.name == name).unwrap()
    }

    pub(super) fn tree(&self) -> Tree {
        Tree::load(self.directory.path()).unwrap()
    }

    /// Asserts what all checks together find.
    #[track_caller]
    pub(super) fn check(&self, expected: &[&str]) {
        let findings: Vec<_> = findings(&self.tree()).iter().map(ToString::to_string).collect();
        assert_eq!(findings, expected);
    }
}
