//! The ledger agrees with the kernel's own account of this thread.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

use std::fs;

use zc_io::{Input, Output};

/// `rchar` or `wchar` of proc(5): the bytes that reads and writes of this thread have returned,
/// and how many of them reading the account itself will add to `rchar`.
fn account(name: &str) -> Option<(u64, u64)> {
    let text = fs::read_to_string("/proc/thread-self/io").ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some((line.split_once(": ")?.1.parse().ok()?, text.len() as u64))
}

#[test]
fn read_is_what_the_kernel_says_was_read() {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), vec![b'x'; (5 << 20) + 123]).unwrap();
    let Some((before, own)) = account("rchar") else {
        return println!("skipped: the kernel keeps no account");
    };
    let mut input = Input::open(file.path()).unwrap();
    loop {
        let window = input.window().unwrap();
        if window.is_last {
            break;
        }
        let half = window.bytes.len() / 2;
        input.advance(half);
    }
    let (after, _) = account("rchar").unwrap();
    assert_eq!(after - before - own, input.copies().read);
}

#[test]
fn write_is_what_the_kernel_says_was_written() {
    let Some((before, _)) = account("wchar") else {
        return println!("skipped: the kernel keeps no account");
    };
    let mut output = Output::new(tempfile::tempfile().unwrap());
    for _ in 0..1000 {
        output.buffer().extend_from_slice(&[b'x'; 1000]);
        output.spill().unwrap();
    }
    output.write_through(&[b'y'; 12_345]).unwrap();
    output.flush().unwrap();
    let (after, _) = account("wchar").unwrap();
    assert_eq!(after - before, output.copies().write);
    assert_eq!(output.copies().encode, 1_000_000);
}
