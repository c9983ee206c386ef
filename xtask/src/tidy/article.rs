//! Everything that `docs/article.md` names between backquotes is there: files, tests and items.

use super::Finding;
use super::tree::{RustFile, Tree};

const PAGE: &str = "docs/article.md";

/// What declares an item by the name that follows it.
const KEYWORDS: &[&str] = &["fn", "struct", "enum", "trait", "mod", "macro_rules!"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let page = tree.text(PAGE).unwrap_or_default();
    let mut findings = Vec::new();
    for (index, line) in page.lines().enumerate() {
        for name in quoted(line) {
            findings.extend(missing(tree, name).map(|(what, mend)| {
                Finding::new(PAGE, format!("line {} names `{name}`, {what}", index + 1), mend)
            }));
        }
    }
    findings
}

/// What stands between backquotes in `line`.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// What is wrong with `name`, and its mend; anything but a path, a test or an item of ours is
/// just text.
fn missing(tree: &Tree, name: &str) -> Option<(String, &'static str)> {
    if let Some((path, test)) = name.split_once(".rs::") {
        return missing_test(tree, &format!("{path}.rs"), test);
    }
    if name.starts_with("crates/") || name.ends_with(".rs") {
        let is_there = tree.text(name).is_some();
        return (!is_there)
            .then(|| ("which is no file".into(), "write the file, or mend the path"));
    }
    let (crate_name, path) = name.strip_prefix("zc_")?.split_once("::")?;
    missing_item(tree, crate_name, path)
}

fn missing_test(tree: &Tree, path: &str, test: &str) -> Option<(String, &'static str)> {
    let Some(file) = tree.files.iter().find(|file| file.path == path) else {
        return Some((format!("but {path} is no file"), "write the file, or mend the path"));
    };
    let is_there = declares(file, &["fn"], test);
    (!is_there)
        .then(|| (format!("but no `fn {test}` is there"), "write the test, or mend its name"))
}

/// An item is looked for by its last name, anywhere in its crate.
fn missing_item(tree: &Tree, crate_name: &str, path: &str) -> Option<(String, &'static str)> {
    let src = format!("crates/zc-{}/src/", crate_name.replace('_', "-"));
    let name = path.rsplit("::").next().unwrap_or(path).trim_end_matches(['!', '(', ')']);
    let mut files = tree.files.iter().filter(|file| file.path.starts_with(&src));
    let is_there = files.any(|file| declares(file, KEYWORDS, name));
    (!is_there).then(|| (format!("but nothing in {src} declares it"), "write it, or mend its name"))
}

/// Whether the code of `file` has one of `keywords` in front of `name`.
fn declares(file: &RustFile, keywords: &[&str], name: &str) -> bool {
    keywords.iter().any(|keyword| {
        let declaration = format!("{keyword} {name}");
        let mut ends = file.code.match_indices(&declaration).map(|(at, it)| at + it.len());
        ends.any(|end| !file.code[end..].starts_with(is_word))
    })
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::PAGE;
    use crate::tidy::fixture::Fixture;

    const SOURCE: &str = "//! A file.\n\n// fn commented() {}\npub struct Source<'s>(&'s [u8]);\n\
        impl Source<'_> {\n    pub fn borrows(self) {}\n}\nenum Kind {}\ntrait Owner {}\n\
        mod inner {}\nmacro_rules! assert_borrows { () => {} }\n";
    const TEST: &str = "//! A file.\n\n#[test]\nfn it_borrows() {}\n";

    /// Asserts what is found in a page that names `name` in its third line.
    #[track_caller]
    fn check(name: &str, expected: Option<&str>) {
        let mut fixture = Fixture::new();
        fixture.write("crates/zc-core/src/source.rs", SOURCE);
        fixture.write("crates/zc-core/tests/source.rs", TEST);
        fixture.write(PAGE, &format!("# Page\n\nIt is `code`, and `{name}`.\n"));
        let expected = expected.map(|it| format!("docs/article.md: line 3 names `{name}`, {it}"));
        fixture.check(expected.as_deref().as_slice());
    }

    #[test]
    fn what_is_there_is_not_found() {
        for name in [
            "crates/zc-core/tests/source.rs",
            "crates/zc-core/tests/source.rs::it_borrows",
            "crates/zc-core/README.md",
            "xtask/src/main.rs",
            "zc_core::Source",
            "zc_core::Source::borrows",
            "zc_core::source::Source::borrows()",
            "zc_core::Kind",
            "zc_core::Owner",
            "zc_core::inner",
            "zc_core::assert_borrows!",
        ] {
            check(name, None);
        }
    }

    #[test]
    fn a_missing_file_is_found() {
        let expected = "which is no file; write the file, or mend the path";
        check("crates/zc-core/examples/none.rs", Some(expected));
        check("crates/zc-none/README.md", Some(expected));
        check("examples/none.rs", Some(expected));
    }

    #[test]
    fn a_missing_test_is_found() {
        check(
            "crates/zc-core/tests/source.rs::it_copies",
            Some("but no `fn it_copies` is there; write the test, or mend its name"),
        );
        check(
            "crates/zc-core/tests/source.rs::it_borrow",
            Some("but no `fn it_borrow` is there; write the test, or mend its name"),
        );
        check(
            "crates/zc-core/tests/none.rs::it_borrows",
            Some("but crates/zc-core/tests/none.rs is no file; write the file, or mend the path"),
        );
    }

    #[test]
    fn a_missing_item_is_found() {
        for (name, krate) in [
            ("zc_core::Sink", "zc-core"),
            ("zc_core::Source::copies", "zc-core"),
            ("zc_core::Sourc", "zc-core"),
            ("zc_core::ource", "zc-core"),
            ("zc_core::commented", "zc-core"),
            ("zc_parse::Source", "zc-parse"),
            ("zc_none::Source", "zc-none"),
        ] {
            let expected = format!(
                "but nothing in crates/{krate}/src/ declares it; write it, or mend its name"
            );
            check(name, Some(&expected));
        }
    }

    #[test]
    fn other_text_between_backquotes_is_just_text() {
        for text in ["zc count", "zc_core", "std::slice::from_ref", "read", "&[u8]", ""] {
            check(text, None);
        }
    }

    #[test]
    fn a_tree_without_the_page_is_tidy() {
        Fixture::new().check(&[]);
    }
}
