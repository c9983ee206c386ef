//! Where a map begins to pay, and still does: newlines of files of several sizes, by each way there
//! is. `MAP_FROM` of zc-io is where the two meet, and `MAP_UP_TO` the largest.

#![allow(unsafe_code, reason = "a file is mapped on the word of whoever knows that it is stable")]

use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};
use zc_core::{Copies, mask};
use zc_io::{Input as Windows, InputKind, Stable, Via};

use crate::case::{Answer, Case, Done, Figure};
use crate::corpus::Corpus;
use crate::engine::{Engine, Prepare, Run, Work};

pub(super) const CASES: &[Case] = &[
    case("input-4KiB", "4KiB"),
    case("input-64KiB", "64KiB"),
    case("input-1MiB", "1MiB"),
    case("input-16MiB", "16MiB"),
    case("input-256MiB", "256MiB"),
    case("input-1GiB", "1GiB"),
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

const fn windows(name: &'static str, prepare: Prepare) -> Engine {
    Engine { name, run: Run::Prepared(prepare) }
}

/// Counts by the way that `via` names, which is of that kind.
fn by(path: &Path, via: fn(Stable) -> Via, kind: Option<InputKind>) -> Result<Work<'_>> {
    Ok(Box::new(move || {
        // SAFETY: `cargo xtask data` and the small corpus write a file once, under another name or
        // before this, and nobody writes to it again.
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
    }))
}

fn file(newlines: usize) -> Answer {
    Answer { items: 1, sum: newlines as u64 }
}
