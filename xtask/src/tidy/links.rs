//! Every link of a page leads somewhere, and the book under `docs` leaves no page out.

use super::Finding;
use super::tree::{Page, Tree};

const SUMMARY: &str = "docs/SUMMARY.md";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings: Vec<_> = tree.pages.iter().flat_map(|page| broken(tree, page)).collect();
    findings.extend(left_out(tree));
    findings
}

/// Links of `page` that lead nowhere.
fn broken(tree: &Tree, page: &Page) -> Vec<Finding> {
    let lines = prose(&page.text).enumerate();
    let links = lines.flat_map(|(index, line)| targets(line).map(move |it| (index + 1, it)));
    let wrong = links.filter_map(|(line, target)| {
        let (what, mend) = problem(tree, page, target)?;
        Some(Finding::new(&page.path, format!("line {line} links `{target}`, {what}"), mend))
    });
    wrong.collect()
}

/// What is wrong with a link, and its mend; addresses of other sites are not looked at.
fn problem(tree: &Tree, page: &Page, target: &str) -> Option<(&'static str, &'static str)> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let path = if file.is_empty() { page.path.clone() } else { resolve(&page.path, file) };
    if page.path.starts_with("docs/") && !path.starts_with("docs/") {
        return Some(("which is not in the book", "name the file instead of linking it"));
    }
    if !tree.exists(&path) {
        return Some(("which is no file", "write the file, or mend the path"));
    }
    let text = tree.pages.iter().find(|page| page.path == path).map(|page| &*page.text);
    let is_there = anchor.is_empty() || text.is_none_or(|text| has_anchor(text, anchor));
    (!is_there).then_some(("but the page has no such heading", "mend what stands behind the `#`"))
}

/// `target` as seen from the directory of `page`.
fn resolve(page: &str, target: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Whether a heading of `text` has the anchor, as GitHub and mdBook make them, or an `id` is it.
fn has_anchor(text: &str, anchor: &str) -> bool {
    let mut headings = prose(text).filter_map(|line| line.strip_prefix('#'));
    headings.any(|heading| slug(heading.trim_start_matches('#').trim()) == anchor)
        || text.contains(&format!("id=\"{anchor}\""))
}

fn slug(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

/// The lines of `text`, those of code as empty ones.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    text.lines().map(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        if is_code || is_fence { "" } else { line }
    })
}

/// What `line` links: `[text](target)`, and `[name]: target` at its beginning.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    let inline = line.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0));
    let reference = line.strip_prefix('[').and_then(|rest| Some(rest.split_once("]: ")?.1));
    inline.chain(reference).map(|target| target.split(' ').next().unwrap_or(target))
}

/// Pages of the book that its table of contents does not name.
fn left_out(tree: &Tree) -> Vec<Finding> {
    let Some(summary) = tree.pages.iter().find(|page| page.path == SUMMARY) else {
        return Vec::new();
    };
    let named: Vec<_> = prose(&summary.text).flat_map(targets).collect();
    let pages = tree.pages.iter().filter_map(|page| page.path.strip_prefix("docs/"));
    let missing = pages.filter(|page| *page != "SUMMARY.md" && !named.contains(page));
    missing.map(|page| Finding::new(SUMMARY, format!("does not name {page}"), "add it")).collect()
}

#[cfg(test)]
mod tests {
    use super::{SUMMARY, slug};
    use crate::tidy::fixture::Fixture;

    /// Asserts what is found in a page of the book with `link` in its third line.
    #[track_caller]
    fn check(link: &str, expected: Option<&str>) {
        let mut fixture = Fixture::new();
        fixture.write("docs/other.md", "# A page: `it`\n\n<a id=\"row-1\"></a>\n");
        fixture.write("docs/guide/page.md", &format!("# Page\n\nSee {link}.\n"));
        fixture.write("docs/guide/picture.svg", "<svg/>");
        let expected = expected.map(|it| format!("docs/guide/page.md: line 3 links {it}"));
        fixture.check(expected.as_deref().as_slice());
    }

    #[test]
    fn what_leads_somewhere_is_not_found() {
        for link in [
            "[it](../other.md)",
            "[it](../other.md#a-page-it) and ![it](picture.svg)",
            "[it](../other.md#row-1)",
            "[it](#page)",
            "[it](https://example.org/none.md)",
            "no link ](at all",
        ] {
            check(link, None);
        }
    }

    #[test]
    fn what_leads_nowhere_is_found() {
        check(
            "[it](other.md)",
            Some("`other.md`, which is no file; write the file, or mend the path"),
        );
        check(
            "[it](../other.md#a-page)",
            Some(
                "`../other.md#a-page`, but the page has no such heading; mend what stands behind \
                 the `#`",
            ),
        );
        check(
            "[it](../../Cargo.toml)",
            Some(
                "`../../Cargo.toml`, which is not in the book; name the file instead of linking it",
            ),
        );
    }

    #[test]
    fn references_are_links_and_code_is_none() {
        let mut fixture = Fixture::new();
        fixture.write("README.md", "```text\n[a](none.md)\n```\n\n[it]: none.md\n");
        fixture
            .check(&["README.md: line 5 links `none.md`, which is no file; write the file, or \
                         mend the path"]);
    }

    #[test]
    fn a_page_that_the_book_leaves_out_is_found() {
        let mut fixture = Fixture::new();
        fixture.write("docs/guide/page.md", "# Page\n");
        fixture.write("docs/other.md", "# Other\n");
        fixture.write(SUMMARY, "# Summary\n\n- [Other](other.md)\n");
        fixture.check(&["docs/SUMMARY.md: does not name guide/page.md; add it"]);
    }

    #[test]
    fn anchors_are_those_of_the_headings() {
        assert_eq!(slug("Trap one: an escape"), "trap-one-an-escape");
        assert_eq!(slug("C and C++"), "c-and-c");
        assert_eq!(slug("Where `unsafe` is allowed"), "where-unsafe-is-allowed");
    }
}
