//! Counts the newlines of a mapped file: not a byte of it is copied.
//!
//! `cargo run --release --example newlines -- PATH`; without a path it counts those of the
//! README of this crate. Let nobody write to the file meanwhile.

#![allow(unsafe_code, reason = "whoever runs the example vouches for the file")]

use std::io;

use zc_core::SliceExt;
use zc_io::{MappedFile, Stable};

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");

fn main() -> io::Result<()> {
    let path = std::env::args_os().nth(1).unwrap_or_else(|| README.into());
    // SAFETY: the user who names the file is told above that it is mapped, and lets nobody write
    // to it or truncate it during the moment that counting takes.
    let stable = unsafe { Stable::assume() };
    let map = MappedFile::open(&path, stable)?;
    println!("{} {}", map.count_byte(b'\n'), path.display());
    Ok(())
}
