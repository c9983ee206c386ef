//! What the pages promise of themselves: their code runs, and is as short as they say.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The pages under `docs`, by their path from there.
fn pages() -> Vec<(String, String)> {
    read_pages().expect("the pages can be read")
}

fn read_pages() -> io::Result<Vec<(String, String)>> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let mut directories: Vec<PathBuf> = vec![docs.clone()];
    let mut pages = Vec::new();
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory)? {
            let path = entry?.path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                let name = path.strip_prefix(&docs).expect("it was found there").to_string_lossy();
                pages.push((name.into_owned(), fs::read_to_string(&path)?));
            }
        }
    }
    Ok(pages)
}

/// The blocks of Rust on `page`, without the lines of the fences.
fn rust_blocks(page: &str) -> impl Iterator<Item = &str> {
    page.split("\n```rust").skip(1).map(|rest| {
        let (_, code) = rest.split_once('\n').expect("a fence ends with its line");
        code.split_once("\n```").expect("a block has an end").0
    })
}

#[test]
fn every_page_with_code_is_compiled() {
    let root = include_str!("../src/lib.rs");
    let mut with_code = 0;
    for (name, page) in pages() {
        if rust_blocks(&page).next().is_some() {
            assert!(root.contains(&format!("\"{name}\"")), "{name} is not in src/lib.rs");
            with_code += 1;
        }
    }
    assert!(with_code > 10);
}

/// The program of `name`, up to where it is tried, has at most `most` lines that are no blanks.
#[track_caller]
fn check_length(name: &str, most: usize) {
    let (_, page) = pages().into_iter().find(|(it, _)| it == name).expect("it is a page");
    let programs = rust_blocks(&page).filter_map(|code| code.split_once("\n// The trial.\n"));
    let lines = programs.map(|(program, _)| program.lines().filter(|line| !line.trim().is_empty()));
    let lines: Vec<_> = lines.map(Iterator::count).collect();
    assert!(
        matches!(lines[..], [lines] if (most / 2..=most).contains(&lines)),
        "{name}: {lines:?}"
    );
}

#[test]
fn the_tutorials_are_as_short_as_they_say() {
    check_length("guide/log-pipeline.md", 60);
    check_length("guide/proxy.md", 40);
}
