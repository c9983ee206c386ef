//! An iterator whose items borrow from the iterator itself, over the windows of a file.
//!
//! `Iterator` cannot lend: its items may all be kept, so that each window would need a buffer of
//! its own. With a generic associated type the item borrows from the call, so that the compiler
//! ends the use of one window before the next one takes its place.
//!
//! `cargo run --release --example lending -- PATH`; without a path it takes a file of this crate.

#![forbid(unsafe_code)]

use std::io::{self, Write};
use std::mem;
use std::path::Path;

use zc_core::SliceExt;
use zc_io::{Input, Window};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/input/mod.rs");

/// One page, so that even a short file has several windows.
const WINDOW_LEN: usize = 4096;

trait LendingIterator {
    type Item<'a>
    where
        Self: 'a;

    fn next(&mut self) -> Option<Self::Item<'_>>;
}

/// The windows of an input, each consumed whole when the next one is asked for.
struct Windows {
    input: Input,
    /// Bytes of the window that is lent.
    lent: usize,
    is_done: bool,
}

impl Windows {
    fn new(input: Input) -> Self {
        Self { input, lent: 0, is_done: false }
    }
}

impl LendingIterator for Windows {
    type Item<'a> = io::Result<Window<'a>>;

    fn next(&mut self) -> Option<io::Result<Window<'_>>> {
        if self.is_done {
            return None;
        }
        self.input.advance(mem::take(&mut self.lent));
        let window = self.input.window();
        self.is_done = window.as_ref().map_or(true, |window| window.is_last);
        self.lent = window.as_ref().map_or(0, |window| window.bytes.len());
        Some(window)
    }
}

pub(crate) fn run(path: &Path, out: &mut impl Write) -> io::Result<()> {
    let mut windows = Windows::new(Input::open(path)?.with_window_len(WINDOW_LEN));
    let mut newlines = 0;
    while let Some(window) = windows.next() {
        let Window { bytes, offset, .. } = window?;
        newlines += bytes.count_byte(b'\n');
        writeln!(out, "{} bytes at {offset}", bytes.len())?;
    }
    writeln!(out, "{newlines} newlines")
}

pub(crate) fn main() -> io::Result<()> {
    let path = std::env::args_os().nth(1).unwrap_or_else(|| FILE.into());
    run(path.as_ref(), &mut io::stdout().lock())
}
