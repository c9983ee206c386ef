//! Writes every other byte of a mapped file to standard output: nothing is copied on the way in,
//! and half of it once, into the buffer of the output.
//!
//! `cargo run --release --example every_other_byte -- PATH`; without a path it takes its own
//! source. Let nobody write to the file meanwhile.

#![allow(unsafe_code, reason = "whoever runs the example vouches for the file")]

use std::io::{self, Write};
use std::path::Path;

use zc_io::{MappedFile, Output, Stable};

const SELF: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/every_other_byte.rs");

/// Bytes that are looked at before the output is asked whether it is full; even, so that each
/// chunk begins with a byte that is written.
const CHUNK: usize = 64 << 10;

pub(crate) fn run<W: Write>(path: &Path, output: &mut Output<W>) -> io::Result<()> {
    // SAFETY: the user who names the file is told above that it is mapped, and lets nobody write
    // to it or truncate it while it is; nobody edits the source of a program that runs.
    let stable = unsafe { Stable::assume() };
    let map = MappedFile::open(path, stable)?;
    for chunk in map.chunks(CHUNK) {
        output.buffer().extend(chunk.iter().step_by(2));
        output.spill()?;
    }
    output.flush()
}

pub(crate) fn main() -> io::Result<()> {
    let path = std::env::args_os().nth(1).unwrap_or_else(|| SELF.into());
    let mut output = Output::stdout()?;
    run(path.as_ref(), &mut output)?;
    eprintln!("{}", output.copies());
    Ok(())
}
