//! The dependencies of each crate, held against the layer table.

use cargo_metadata::{Dependency, DependencyKind, Package};

use super::Finding;
use super::layers::{Layer, Row};
use super::tree::Tree;

const TABLE_PATH: &str = "xtask/src/tidy/layers.rs";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in tree.packages() {
        let path = format!("{}Cargo.toml", tree.directory(package));
        let Some(row) = Row::of(&package.name) else {
            let what = format!("{} is not in the layer table", package.name);
            findings.push(Finding::new(&path, what, format!("add a row to {TABLE_PATH}")));
            continue;
        };
        for dependency in &package.dependencies {
            let breach = match Row::of(&dependency.name) {
                Some(other) => check_edge(row, other, dependency),
                None => None,
            };
            let breach = breach.or_else(|| check_allowed(row, package, dependency));
            findings.extend(breach.map(|(what, mend)| Finding::new(&path, what, mend)));
        }
    }
    findings
}

/// What is wrong, and its mend.
type Breach = (String, String);

/// A crate of the workspace may see those of lower layers, and its tests also those of its own.
fn check_edge(row: &Row, other: &Row, dependency: &Dependency) -> Option<Breach> {
    let edge = format!("{} depends on {}", standing(row), standing(other));
    if dependency.path.is_none() {
        let mend = "write `workspace = true` instead of a version".to_owned();
        return Some((format!("{edge} of a registry"), mend));
    }
    let (Layer::At(from), Layer::At(to)) = (row.layer, other.layer) else {
        return Some((edge, "drop it: what stands apart sees no other crate".to_owned()));
    };
    if to < from {
        return None;
    }
    if dependency.kind == DependencyKind::Development {
        let mend = "move the test or example up".to_owned();
        return (to > from).then(|| (format!("{edge} in its tests"), mend));
    }
    Some((edge, "move what both need down, or the code up".to_owned()))
}

fn standing(row: &Row) -> String {
    match row.layer {
        Layer::At(layer) => format!("{} (layer {layer})", row.name),
        Layer::Apart => format!("{} (apart)", row.name),
    }
}

/// A normal dependency must be in the table, and optional by just the feature the table says.
fn check_allowed(row: &Row, package: &Package, dependency: &Dependency) -> Option<Breach> {
    let name = &dependency.name;
    if dependency.kind == DependencyKind::Development {
        return None;
    }
    let Some(feature) = row.feature_of(name) else {
        if !row.always.contains(name) {
            let what = format!("{} depends on {name}, which the layer table forbids", row.name);
            return Some((what, format!("do without it, or allow it in {TABLE_PATH}")));
        }
        let is_plain = !dependency.optional || matches!(row.always, super::layers::Allowed::Any);
        let what = || format!("{name} is optional, but the layer table gives it no feature");
        let mend = || format!("make it a plain dependency, or give it a feature in {TABLE_PATH}");
        return (!is_plain).then(|| (what(), mend()));
    };
    if !dependency.optional {
        let what = format!("{name} is not optional, but belongs to the feature `{feature}`");
        let mend = format!("add `optional = true`, and `dep:{name}` to the feature `{feature}`");
        return Some((what, mend));
    }
    let features = features_of(package, dependency);
    if features == [feature] {
        return None;
    }
    let found = match features.as_slice() {
        [] => "no feature".to_owned(),
        _ => format!("`{}`", features.join("`, `")),
    };
    let what = format!("{name} is switched on by {found} instead of just `{feature}`");
    Some((what, format!("write `{feature} = [\"dep:{name}\"]`, and `{name}?/…` elsewhere")))
}

/// The features that switch on an optional dependency by naming it.
fn features_of<'p>(package: &'p Package, dependency: &Dependency) -> Vec<&'p str> {
    let name = dependency.rename.as_ref().unwrap_or(&dependency.name);
    let switches = |value: &String| {
        value.strip_prefix("dep:") == Some(name)
            || value.split_once('/').is_some_and(|(package, _)| package == name)
    };
    let features = package.features.iter().filter(|(_, values)| values.iter().any(switches));
    features.map(|(feature, _)| feature.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use crate::tidy::fixture::Fixture;

    /// Adds `lines` to the manifest of `name` in a tidy tree.
    #[track_caller]
    fn check(name: &str, lines: &str, expected: &[&str]) {
        let directory = if name == "xtask" { "xtask" } else { &format!("crates/{name}") };
        let mut fixture = Fixture::new();
        fixture.append(&format!("{directory}/Cargo.toml"), lines);
        fixture.check(expected);
    }

    #[test]
    fn a_crate_may_see_those_of_lower_layers() {
        check("zc-parse", "[dependencies]\nzc-core.workspace = true\nnom = '8'\n", &[]);
    }

    #[test]
    fn an_edge_upward_is_found() {
        check(
            "zc-core",
            "[dependencies]\nzc-parse.workspace = true\n",
            &["crates/zc-core/Cargo.toml: zc-core (layer 0) depends on zc-parse (layer 1); move \
                 what both need down, or the code up"],
        );
    }

    #[test]
    fn an_edge_upward_is_found_in_tests_and_for_one_target_only() {
        check(
            "zc-core",
            "[dev-dependencies]\nzc-parse.workspace = true\n",
            &["crates/zc-core/Cargo.toml: zc-core (layer 0) depends on zc-parse (layer 1) in \
                 its tests; move the test or example up"],
        );
        check(
            "zc-core",
            "[target.'cfg(unix)'.build-dependencies]\nzc-parse.workspace = true\n",
            &["crates/zc-core/Cargo.toml: zc-core (layer 0) depends on zc-parse (layer 1); move \
                 what both need down, or the code up"],
        );
    }

    #[test]
    fn crates_of_one_layer_see_each_other_in_tests_only() {
        let mut fixture = Fixture::new();
        fixture.add_crate("zc-serde");
        fixture.append(
            "crates/zc-serde/Cargo.toml",
            "[dev-dependencies]\nzc-parse.workspace = true\n",
        );
        fixture.check(&[]);
        fixture.append("crates/zc-serde/Cargo.toml", "[dependencies]\nzc-parse.workspace = true\n");
        fixture.check(&[
            "crates/zc-serde/Cargo.toml: zc-serde (layer 1) depends on zc-parse (layer 1); move \
             what both need down, or the code up",
        ]);
    }

    #[test]
    fn xtask_sees_no_crate_and_no_crate_sees_it() {
        check(
            "xtask",
            "[dev-dependencies]\nzc-core.workspace = true\n",
            &["xtask/Cargo.toml: xtask (apart) depends on zc-core (layer 0); drop it: what \
                 stands apart sees no other crate"],
        );
        check(
            "zc-core",
            "[dependencies]\nxtask = { path = '../../xtask' }\n",
            &["crates/zc-core/Cargo.toml: zc-core (layer 0) depends on xtask (apart); drop it: \
                 what stands apart sees no other crate"],
        );
    }

    #[test]
    fn a_stranger_with_the_name_of_a_crate_is_found() {
        check(
            "zc-parse",
            "[dependencies]\nzc-core = '0.1'\n",
            &["crates/zc-parse/Cargo.toml: zc-parse (layer 1) depends on zc-core (layer 0) of a \
                 registry; write `workspace = true` instead of a version"],
        );
    }

    #[test]
    fn a_dependency_that_is_not_in_the_table_is_found() {
        check(
            "zc-core",
            "[dependencies]\nserde = '1'\n[dev-dependencies]\nproptest = '1'\n",
            &["crates/zc-core/Cargo.toml: zc-core depends on serde, which the layer table \
                 forbids; do without it, or allow it in xtask/src/tidy/layers.rs"],
        );
    }

    #[test]
    fn a_crate_that_is_not_in_the_table_is_found() {
        let mut fixture = Fixture::new();
        fixture.add_crate("zc-new");
        fixture
            .check(&["crates/zc-new/Cargo.toml: zc-new is not in the layer table; add a row to \
             xtask/src/tidy/layers.rs"]);
    }

    #[test]
    fn a_feature_may_pass_on_what_its_dependency_offers() {
        check(
            "zc-core",
            "[features]\nstd = ['fearless_simd?/std']\nmask = ['dep:fearless_simd']\n\
             [dependencies]\nfearless_simd = { version = '1', optional = true }\n",
            &[],
        );
    }

    #[test]
    fn an_optional_dependency_belongs_to_just_its_feature() {
        check(
            "zc-core",
            "[features]\nstd = ['fearless_simd/std']\nmask = ['dep:fearless_simd']\n\
             [dependencies]\nfearless_simd = { version = '1', optional = true }\n",
            &["crates/zc-core/Cargo.toml: fearless_simd is switched on by `mask`, `std` instead \
                 of just `mask`; write `mask = [\"dep:fearless_simd\"]`, and `fearless_simd?/…` \
                 elsewhere"],
        );
        check(
            "zc-core",
            "[dependencies]\nfearless_simd = '1'\n",
            &["crates/zc-core/Cargo.toml: fearless_simd is not optional, but belongs to the \
                 feature `mask`; add `optional = true`, and `dep:fearless_simd` to the feature \
                 `mask`"],
        );
        check(
            "zc-core",
            "[dependencies]\nmemchr = { version = '2', optional = true }\n",
            &["crates/zc-core/Cargo.toml: memchr is optional, but the layer table gives it no \
                 feature; make it a plain dependency, or give it a feature in \
                 xtask/src/tidy/layers.rs"],
        );
    }
}
