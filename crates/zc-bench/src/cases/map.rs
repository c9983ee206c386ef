//! Where a map begins to pay: newlines of files of several sizes, mapped and read.

#![allow(unsafe_code, reason = "a file is mapped on the word of whoever knows that it is stable")]

use std::fs;

use zc_core::{Copies, mask};
use zc_io::{Input as Windows, MappedFile, Stable};

use crate::case::{Answer, Case, Done, Figure};
use crate::corpus::Corpus;
use crate::engine::{Engine, Run};

pub(super) const CASES: &[Case] = &[
    case("map-4KiB", "4KiB"),
    case("map-64KiB", "64KiB"),
    case("map-1MiB", "1MiB"),
    case("map-16MiB", "16MiB"),
    case("map-256MiB", "256MiB"),
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

const ENGINES: &[Engine] = &[
    Engine {
        name: "zc Input",
        run: Run::Prepared(|input| {
            Ok(Box::new(|| {
                let mut windows = Windows::open(&input.path)?;
                let mut newlines = 0;
                loop {
                    let window = windows.window()?;
                    newlines += mask::count_byte(window.bytes, b'\n');
                    let (len, is_last) = (window.bytes.len(), window.is_last);
                    windows.advance(len);
                    if is_last {
                        return Ok(Done::with_copies(file(newlines), windows.copies()));
                    }
                }
            }))
        }),
    },
    Engine {
        name: "zc MappedFile",
        run: Run::Prepared(|input| {
            Ok(Box::new(|| {
                // SAFETY: `cargo xtask data` and the small corpus write a file once, under another
                // name or before this, and nobody writes to it again.
                let stable = unsafe { Stable::assume() };
                let map = MappedFile::open(&input.path, stable)?;
                let newlines = mask::count_byte(map.bytes(), b'\n');
                Ok(Done::with_copies(file(newlines), Copies::default()))
            }))
        }),
    },
    Engine {
        name: "fs::read",
        run: Run::Prepared(|input| {
            Ok(Box::new(|| {
                let bytes = fs::read(&input.path)?;
                let copies = Copies { read: bytes.len() as u64, ..Copies::default() };
                Ok(Done::with_copies(file(mask::count_byte(&bytes, b'\n')), copies))
            }))
        }),
    },
];

fn file(newlines: usize) -> Answer {
    Answer { items: 1, sum: newlines as u64 }
}
