//! Direct reads yield what others do, and where they are refused the others take their place.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::path::Path;

use zc_io::Input;
use zc_io::direct::DirectReader;

fn sample(len: usize) -> Vec<u8> {
    (0..=250).cycle().take(len).collect()
}

fn read_by(mut reader: impl Read, part: usize) -> Vec<u8> {
    let (mut room, mut all) = (vec![0; part], Vec::new());
    loop {
        match reader.read(&mut room).unwrap() {
            0 => return all,
            count => all.extend_from_slice(&room[..count]),
        }
    }
}

#[track_caller]
fn check(directory: &Path) {
    let path = directory.join("file");
    for len in [0, 1, 511, 512, 4095, 4096, 4097, (1 << 20) + 3] {
        let content = sample(len);
        fs::write(&path, &content).unwrap();
        let part = if len < 5000 { 1 } else { 1009 };
        for part in [part, 4096, 100_000] {
            let mut reader = DirectReader::open(&path).unwrap();
            assert!(read_by(&mut reader, part) == content, "{len} by {part}");
            assert!(!reader.reason().is_empty());
            assert!(reader.copies().read <= len as u64);
        }
        let mut input = Input::from_reader(Box::new(DirectReader::open(&path).unwrap()));
        while !input.window().unwrap().is_last {}
        assert!(input.window().unwrap().bytes == content, "{len} as an input");
    }
}

#[test]
fn any_length_and_any_part_yield_the_same_bytes() {
    let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    check(directory.path());
}

#[test]
fn a_tmpfs_is_read_as_usual_and_says_so() {
    let Ok(directory) = tempfile::tempdir_in("/dev/shm") else {
        return println!("skipped: there is no tmpfs at /dev/shm");
    };
    check(directory.path());
    let reader = DirectReader::open(directory.path().join("file")).unwrap();
    if !reader.is_direct() {
        assert_eq!(reader.reason(), "a tmpfs is the page cache");
    }
}

#[test]
fn what_is_no_regular_file_is_read_as_usual() {
    let mut reader = DirectReader::open("/dev/null").unwrap();
    assert_eq!((reader.is_direct(), reader.reason()), (false, "it is no regular file"));
    assert_eq!(reader.read(&mut [0; 10]).unwrap(), 0);
    let version = DirectReader::open("/proc/version").unwrap();
    assert_eq!(read_by(version, 7), fs::read("/proc/version").unwrap());
    let error = DirectReader::open("/").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::IsADirectory);
}

#[test]
fn a_file_that_grows_is_read_to_its_new_end() {
    let mut file = tempfile::NamedTempFile::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    file.write_all(&sample(5000)).unwrap();
    let mut reader = DirectReader::open(file.path()).unwrap();
    assert_eq!(read_by(&mut reader, 512).len(), 5000);
    file.write_all(&sample(5000)).unwrap();
    assert_eq!(read_by(&mut reader, 512), sample(5000));
}

#[test]
fn the_windows_of_an_input_are_filled_without_another_copy() {
    let file = tempfile::NamedTempFile::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    fs::write(file.path(), sample(1 << 20)).unwrap();
    let mut reader = DirectReader::open(file.path()).unwrap();
    if !reader.is_direct() {
        return println!("skipped: {}", reader.reason());
    }
    let mut memory = vec![0; (64 << 10) + 4096];
    let start = memory.as_ptr().addr().wrapping_neg() % 4096;
    let count = reader.read(&mut memory[start..start + (64 << 10)]).unwrap();
    assert_eq!((count, reader.copies().total()), (64 << 10, 0));
    assert!(memory[start..start + count] == sample(1 << 20)[..count]);
}
