//! What is kept as [`Data`] is written for people: a page of all figures, its plots, and the
//! figures that other pages quote.
//!
//! The same data give the same bytes. Nothing here measures, and no figure is typed by hand.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::data::Data;

mod cases;
mod marks;
mod page;
mod plots;
mod quantity;
mod size;
mod targets;

/// The page of all figures, from the root of the workspace.
const PAGE: &str = "docs/benchmarks.md";

/// Where its plots lie.
const PLOTS: &str = "docs/benchmarks";

/// Writes the page and the plots, and fills in the figures of the other pages.
pub(crate) fn write(mut data: Data, root: &Path) -> Result<()> {
    data.judge();
    for (path, text) in files(&data, root)? {
        let path = root.join(path);
        if fs::read_to_string(&path).ok().as_deref() != Some(&*text) {
            fs::create_dir_all(path.parent().context("a file lies in a directory")?)?;
            fs::write(&path, text).with_context(|| path.display().to_string())?;
            println!("wrote {}", path.display());
        }
    }
    Ok(())
}

/// Everything that is rendered: paths from the root, and texts.
fn files(data: &Data, root: &Path) -> Result<Vec<(String, String)>> {
    let plots = plots::draw(data)?;
    let mut files = vec![(PAGE.to_owned(), page::page(data, &plots))];
    for plot in plots {
        files.push((format!("{PLOTS}/{}.svg", plot.name), plot.svg));
    }
    for page in marks::pages(root)? {
        let text = fs::read_to_string(root.join(&page)).with_context(|| page.clone())?;
        let filled = marks::fill(&text, data).with_context(|| page.clone())?;
        files.push((page, filled));
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use expect_test::expect_file;
    use quick_xml::Reader;
    use quick_xml::events::Event;

    use super::{PAGE, files};
    use crate::data::{self, Data};
    use crate::machine;

    fn sample() -> Vec<(String, String)> {
        let data = serde_json::from_str(include_str!("../../tests/report/data.json")).unwrap();
        files(&data, Path::new("no such root")).unwrap()
    }

    #[test]
    fn the_page_says_what_the_data_say() {
        let files = sample();
        let (path, page) = &files[0];
        assert_eq!(path, PAGE);
        expect_file!["../../tests/report/page.txt"].assert_eq(page);
    }

    #[test]
    fn every_plot_is_a_picture_that_shows_its_engines() {
        let files = sample();
        let plots: Vec<_> = files.iter().filter(|(path, _)| path.ends_with(".svg")).collect();
        let names: Vec<_> = plots.iter().map(|(path, _)| path.as_str()).collect();
        let expected = ["files", "grammars", "ropes", "frames", "copies"];
        assert_eq!(names, expected.map(|name| format!("docs/benchmarks/{name}.svg")));
        let shown = ["zc by a map", "memchr_iter", "rmp-serde", "article, 64 KiB", "decode"];
        for ((_, svg), shown) in plots.iter().zip(shown) {
            assert!(texts(svg).iter().any(|text| text.trim() == shown), "{shown}");
        }
    }

    /// The texts of a picture, which is read to its end.
    fn texts(svg: &str) -> Vec<String> {
        let mut reader = Reader::from_str(svg);
        let mut texts = Vec::new();
        loop {
            match reader.read_event().unwrap() {
                Event::Text(text) => texts.push(text.xml10_content().into_owned()),
                Event::Eof => return texts,
                _ => {}
            }
        }
    }

    #[test]
    fn the_pages_of_the_project_are_those_that_its_data_give() {
        let Some(mut data) = Data::load(&data::path()).unwrap() else { return };
        data.judge();
        for (path, text) in files(&data, &machine::root()).unwrap() {
            let there = std::fs::read_to_string(machine::root().join(&path)).unwrap_or_default();
            assert!(there == text, "{path} is not what `cargo xtask bench render` writes");
        }
    }
}
