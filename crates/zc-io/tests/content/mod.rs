//! What is moved: bytes of which each place tells where it is, and files that hold them.

#![allow(dead_code, reason = "not every test needs everything")]

use std::fs::File;
use std::io::{Seek, Write};

/// Bytes that repeat after 64,256, which is no multiple of a page.
pub(crate) fn pattern(len: usize) -> Vec<u8> {
    let row = |high: u8| (0..251).map(move |low: u8| low ^ high);
    let period: Vec<u8> = (0..=255).flat_map(row).collect();
    period.into_iter().cycle().take(len).collect()
}

/// A file without a name that holds `content`, at its beginning.
pub(crate) fn file_of(content: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(content).unwrap();
    file.rewind().unwrap();
    file
}
