//! Where a map begins to pay, and still does: newlines of files of several sizes, by each way there
//! is. From `MAP_FROM` of zc-io on a map wins whatever folios the page cache holds, which `pages` and
//! `input` show, and `MAP_UP_TO` is the largest.

#![allow(unsafe_code, reason = "a file is mapped on the word of whoever knows that it is stable")]

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use tempfile::NamedTempFile;
use zc_core::{Copies, mask};
use zc_io::{Input as Windows, InputKind, Stable, Via};

use crate::answer::{Answer, Done, Input};
use crate::case::{Case, Figure};
use crate::corpus::Corpus;
use crate::engine::{Engine, Prepare, Run, Work};

pub(super) const CASES: &[Case] = &[
    case("input-4KiB", "4KiB"),
    case("input-64KiB", "64KiB"),
    case("input-256KiB", "256KiB"),
    case("input-1MiB", "1MiB"),
    case("input-16MiB", "16MiB"),
    case("input-256MiB", "256MiB"),
    case("input-1GiB", "1GiB"),
    pages("pages-64KiB", "64KiB"),
    pages("pages-256KiB", "256KiB"),
    pages("pages-1MiB", "1MiB"),
    pages("pages-16MiB", "16MiB"),
];

const fn case(name: &'static str, size: &'static str) -> Case {
    Case {
        row: None,
        name,
        what: "open a warm file and count its newlines",
        corpus: Corpus::access_log(size),
        item: "file",
        figure: Figure::Rate,
        engines: ENGINES,
        expected: |input| file(input.bytes.iter().filter(|&&byte| byte == b'\n').count()),
        targets: &[],
    }
}

const fn pages(name: &'static str, size: &'static str) -> Case {
    let what = "the same with a file that was written 4 KiB at a time, as logs are";
    Case { what, engines: ON_PAGES, ..case(name, size) }
}

const ENGINES: &[Engine] = &[
    windows("zc, as the tool", |input| by(&input.path, Via::Guarded, None)),
    windows("zc by reads", |input| by(&input.path, |_| Via::Read, Some(InputKind::Read))),
    windows("zc by a map", |input| by(&input.path, Via::Map, Some(InputKind::Map))),
    windows("fs::read", |input| {
        Ok(Box::new(|| {
            let bytes = fs::read(&input.path)?;
            let copies = Copies { read: bytes.len() as u64, ..Copies::default() };
            Ok(Done::with_copies(file(mask::count_byte(&bytes, b'\n')), copies))
        }))
    }),
];

const ON_PAGES: &[Engine] = &[
    windows("zc by reads", |input| by_pages(input, |_| Via::Read)),
    windows("zc by a map", |input| by_pages(input, Via::Map)),
];

const fn windows(name: &'static str, prepare: Prepare) -> Engine {
    Engine { name, run: Run::Prepared(prepare) }
}

/// Counts by the way that `via` names, which is of that kind.
fn by(path: &Path, via: fn(Stable) -> Via, kind: Option<InputKind>) -> Result<Work<'_>> {
    Ok(Box::new(move || count(path, via, kind)))
}

/// The same of a copy whose pages stand alone in the page cache: each came by a write of its own.
fn by_pages(input: &Input, via: fn(Stable) -> Via) -> Result<Work<'_>> {
    let directory = input.path.parent().context("a corpus lies in a directory")?;
    let mut copy = NamedTempFile::new_in(directory)?;
    for page in input.bytes.chunks(4 << 10) {
        copy.write_all(page)?;
    }
    Ok(Box::new(move || count(copy.path(), via, None)))
}

fn count(path: &Path, via: fn(Stable) -> Via, kind: Option<InputKind>) -> Result<Done> {
    // SAFETY: `cargo xtask data`, the small corpus and the copy of pages write a file once, under
    // another name or before this, and nobody writes to it again.
    let stable = unsafe { Stable::assume() };
    let mut windows = Windows::options().via(via(stable)).open(path)?;
    ensure!(kind.is_none_or(|kind| kind == windows.kind()), "it is a {}", windows.kind());
    let mut newlines = 0;
    loop {
        let window = windows.window()?;
        newlines += mask::count_byte(window.bytes, b'\n');
        let (len, is_last) = (window.bytes.len(), window.is_last);
        windows.advance(len);
        if is_last {
            windows.verify()?;
            return Ok(Done::with_copies(file(newlines), windows.copies()));
        }
    }
}

fn file(newlines: usize) -> Answer {
    Answer { items: 1, sum: newlines as u64 }
}
