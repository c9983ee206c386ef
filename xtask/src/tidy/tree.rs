//! [`Tree`]: a workspace as the checks see it, all of it read once.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use cargo_metadata::{Metadata, Package};

use super::code;
use crate::workspace;

/// A workspace: its metadata and its Rust files.
#[derive(Debug)]
pub(super) struct Tree {
    metadata: Metadata,
    /// Every Rust file but build output, sorted by path.
    pub(super) files: Vec<RustFile>,
    /// Every page of Markdown, likewise.
    pub(super) pages: Vec<Page>,
}

/// A page of Markdown of a [`Tree`].
#[derive(Debug)]
pub(super) struct Page {
    /// The path from the root, with `/` between its parts.
    pub(super) path: String,
    pub(super) text: String,
}

/// A Rust file of a [`Tree`].
#[derive(Debug)]
pub(super) struct RustFile {
    /// The path from the root, with `/` between its parts.
    pub(super) path: String,
    pub(super) text: String,
    /// The text with its comments and the contents of its literals blotted out.
    pub(super) code: String,
}

impl Tree {
    pub(super) fn load(root: &Path) -> Result<Self> {
        let metadata = workspace::metadata(root)?;
        let mut tree = Self { metadata, files: Vec::new(), pages: Vec::new() };
        tree.collect(root, "")?;
        tree.files.sort_by(|a, b| a.path.cmp(&b.path));
        tree.pages.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(tree)
    }

    /// The members of the workspace.
    pub(super) fn packages(&self) -> Vec<&Package> {
        self.metadata.workspace_packages()
    }

    /// The path of the directory of `package` from the root, with a `/` at its end.
    pub(super) fn directory(&self, package: &Package) -> String {
        let manifest = &package.manifest_path;
        let path = manifest.strip_prefix(&self.metadata.workspace_root).unwrap_or(manifest);
        path.as_str().trim_end_matches("Cargo.toml").to_owned()
    }

    /// The text of the file at `path` from the root, or nothing if there is no such file.
    pub(super) fn text(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.metadata.workspace_root.join(path)).ok()
    }

    /// Whether there is a file or a directory at `path` from the root.
    pub(super) fn exists(&self, path: &str) -> bool {
        self.metadata.workspace_root.join(path).exists()
    }
}

impl Tree {
    /// Adds the Rust files and pages under `root` joined with `prefix`, except those of build
    /// output, of hidden directories, and behind links.
    fn collect(&mut self, root: &Path, prefix: &str) -> Result<()> {
        let directory = root.join(prefix);
        let is_package = directory.join("Cargo.toml").exists();
        let entries = fs::read_dir(&directory).with_context(|| directory.display().to_string())?;
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{prefix}{name}");
            if entry.file_type()?.is_dir() {
                let is_output = is_package && name == "target";
                if !is_output && !name.starts_with('.') {
                    self.collect(root, &format!("{path}/"))?;
                }
            } else if entry.file_type()?.is_file() {
                self.add(path, &entry.path())?;
            }
        }
        Ok(())
    }

    /// Adds the file at `place`, if it is Rust or a page.
    fn add(&mut self, path: String, place: &Path) -> Result<()> {
        let is_rust = path.ends_with(".rs");
        if !is_rust && !path.ends_with(".md") {
            return Ok(());
        }
        let bytes = fs::read(place).with_context(|| path.clone())?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if is_rust {
            let code = code::blot(&text);
            self.files.push(RustFile { path, text, code });
        } else {
            self.pages.push(Page { path, text });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::tidy::fixture::Fixture;

    #[test]
    fn build_output_is_not_read_but_a_module_called_target_is() {
        let mut fixture = Fixture::new();
        fixture.write("target/debug/build/out.rs", "");
        fixture.write("crates/zc-core/fuzz/Cargo.toml", "");
        fixture.write("crates/zc-core/fuzz/target/out.rs", "");
        fixture.write("crates/zc-core/fuzz/fuzz_targets/lines.rs", "//! Lines.\n");
        fixture.write("crates/zc-core/src/target/mod.rs", "//! Targets.\n");
        let files = fixture.tree().files;
        let paths: Vec<_> = files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "crates/zc-core/fuzz/fuzz_targets/lines.rs",
                "crates/zc-core/src/lib.rs",
                "crates/zc-core/src/target/mod.rs",
                "crates/zc-parse/src/lib.rs",
                "xtask/src/main.rs",
            ]
        );
    }
}
