//! What each manifest must say: inherited lints and toolchain, and what the registry shows.

use cargo_metadata::Package;

use super::Finding;
use super::tree::Tree;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in tree.packages() {
        let directory = tree.directory(package);
        let path = format!("{directory}Cargo.toml");
        let manifest = tree.text(&path).unwrap_or_default();
        if !has_line(&manifest, "[lints]", "workspace = true") {
            let mend = "add `[lints]` with `workspace = true`";
            findings.push(Finding::new(&path, "does not inherit the lints", mend));
        }
        if !has_line(&manifest, "[package]", "rust-version.workspace = true") {
            let mend = "add `rust-version.workspace = true` to `[package]`";
            findings.push(Finding::new(&path, "does not inherit the rust-version", mend));
        }
        if is_published(package) {
            let has_readme = tree.text(&format!("{directory}README.md")).is_some();
            findings.extend(missing(package, has_readme).map(|(what, mend)| {
                Finding::new(&path, format!("{} has no {what}", package.name), mend)
            }));
        }
    }
    findings
}

/// Whether `line` stands in the section of `manifest` under `header`, blanks aside.
fn has_line(manifest: &str, header: &str, line: &str) -> bool {
    let lines = manifest.lines().map(str::trim);
    let section = lines.skip_while(|it| *it != header).skip(1);
    section.take_while(|it| !it.starts_with('[')).any(|it| it == line)
}

fn is_published(package: &Package) -> bool {
    package.publish.as_ref().is_none_or(|registries| !registries.is_empty())
}

/// What people who find the crate would look for in vain, each with its mend.
fn missing(
    package: &Package,
    has_readme: bool,
) -> impl Iterator<Item = (&'static str, &'static str)> {
    let has_description = package.description.as_ref().is_some_and(|it| !it.is_empty());
    let has_docs_rs = package.metadata.pointer("/docs/rs").is_some();
    [
        (has_readme, "README.md", "write one: what it is, when not, the shortest example"),
        (has_description, "description", "add one sentence to `[package]`"),
        (!package.keywords.is_empty(), "keywords", "add up to five to `[package]`"),
        (!package.categories.is_empty(), "categories", "add some to `[package]`"),
        (has_docs_rs, "docs.rs metadata", "add `[package.metadata.docs.rs]`"),
    ]
    .into_iter()
    .filter_map(|(is_there, what, mend)| (!is_there).then_some((what, mend)))
}

#[cfg(test)]
mod tests {
    use crate::tidy::fixture::Fixture;

    #[track_caller]
    fn check(old: &str, new: &str, expected: &[&str]) {
        let mut fixture = Fixture::new();
        fixture.replace("crates/zc-core/Cargo.toml", old, new);
        fixture.check(expected);
    }

    #[test]
    fn lints_that_are_not_inherited_are_found() {
        let expected = "crates/zc-core/Cargo.toml: does not inherit the lints; add `[lints]` with \
                        `workspace = true`";
        check("[lints]\nworkspace = true\n", "", &[expected]);
        check("[lints]\nworkspace = true\n", "[lints.rust]\nmissing_docs = 'warn'\n", &[expected]);
    }

    #[test]
    fn a_rust_version_of_its_own_is_found() {
        check(
            "rust-version.workspace = true",
            "rust-version = '1.85'",
            &["crates/zc-core/Cargo.toml: does not inherit the rust-version; add \
               `rust-version.workspace = true` to `[package]`"],
        );
    }

    #[test]
    fn what_the_registry_would_not_show_is_found() {
        check(
            "description = 'Bytes'\nkeywords = ['bytes']\ncategories = ['parsing']\n",
            "",
            &[
                "crates/zc-core/Cargo.toml: zc-core has no categories; add some to `[package]`",
                "crates/zc-core/Cargo.toml: zc-core has no description; add one sentence to \
                 `[package]`",
                "crates/zc-core/Cargo.toml: zc-core has no keywords; add up to five to `[package]`",
            ],
        );
        check(
            "[package.metadata.docs.rs]\nall-features = true\n",
            "",
            &["crates/zc-core/Cargo.toml: zc-core has no docs.rs metadata; add \
               `[package.metadata.docs.rs]`"],
        );
    }

    #[test]
    fn a_missing_readme_is_found() {
        let mut fixture = Fixture::new();
        fixture.remove("crates/zc-core/README.md");
        fixture
            .check(&["crates/zc-core/Cargo.toml: zc-core has no README.md; write one: what it \
                         is, when not, the shortest example"]);
    }
}
