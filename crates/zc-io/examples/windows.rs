//! Counts the lines of any file through windows, without `unsafe` and in a bounded amount of
//! memory: a regular file, a pipe, `/proc/cpuinfo`, or `-` for standard input.
//!
//! `cargo run --release --example windows -- PATH`; without a path it counts those of the README
//! of this crate.

#![forbid(unsafe_code)]

use std::io;

use zc_core::SliceExt;
use zc_io::Input;

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");

fn main() -> io::Result<()> {
    let path = std::env::args_os().nth(1).unwrap_or_else(|| README.into());
    let mut input = if path == "-" { Input::stdin()? } else { Input::open(&path)? };
    println!("{} {}", count_lines(&mut input)?, path.display());
    eprintln!("{} because {}", input.kind(), input.reason());
    eprintln!("{}; {} carried over", input.copies(), input.carried());
    Ok(())
}

/// The number of lines, of which the last needs no newline.
fn count_lines(input: &mut Input) -> io::Result<usize> {
    let mut count = 0;
    loop {
        let window = input.window()?;
        let is_last = window.is_last;
        // What follows the last newline may go on in the next window, so it stays unconsumed.
        let complete = match window.bytes.rfind_byte(b'\n') {
            _ if is_last => window.bytes,
            Some(newline) => &window.bytes[..=newline],
            None => &[],
        };
        count += complete.lines().count();
        let consumed = complete.len();
        input.advance(consumed);
        if is_last {
            return Ok(count);
        }
    }
}
