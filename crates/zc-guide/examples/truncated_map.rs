//! A mapped file becomes shorter while it is looked at: `Guarded` and `Input` survive it.
//!
//! `cargo run --package zc-guide --example truncated_map`; `xtask/compare/mistakes` has the same in C,
//! which does not.

#![allow(unsafe_code, reason = "it breaks a promise, to show what becomes of it")]

use std::io;

use zc_core::SliceExt;
use zc_io::{Guarded, Input, Stable};

const LEN: u64 = 1 << 16;

fn main() -> io::Result<()> {
    let file = tempfile::tempfile()?;

    file.set_len(LEN)?;
    // SAFETY: the promise is broken below; the bytes are only counted, and what that gives is
    // thrown away by the guard.
    let stable = unsafe { Stable::assume() };
    let map = Guarded::map(&file, stable)?;
    file.set_len(0)?;
    let error = map.with(|bytes| bytes.count_byte(b'\n')).expect_err("the file was cut");
    println!("Guarded: {error}");

    file.set_len(LEN)?;
    let mut input = Input::from_file(file.try_clone()?)?;
    file.set_len(0)?;
    let left = input.window()?.bytes.len();
    assert_eq!(left, 0);
    println!("Input: {left} bytes were left to read");
    Ok(())
}
