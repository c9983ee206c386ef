//! What is in the page cache is told, and what is not there is loaded.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::Path;

use rustix::fs::{Advice, fadvise};
use zc_io::residency::{Residency, is_resident, populate, read_nowait, residency};

const LEN: u64 = (1 << 20) + 5;

/// A file that was taken out of the page cache; none where the file system does not let it go.
fn cold_file() -> Option<File> {
    let mut file = tempfile::tempfile_in(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap();
    file.write_all(&vec![b'x'; usize::try_from(LEN).unwrap()]).unwrap();
    file.sync_all().unwrap();
    fadvise(&file, 0, None, Advice::DontNeed).unwrap();
    if is_resident(&file, 0..LEN).ok()? {
        println!("skipped: the file system keeps its pages in memory");
        return None;
    }
    Some(file)
}

/// None where the kernel has no such call, or does not tell this user.
fn told(file: &File) -> Option<Residency> {
    match residency(file, 0..u64::MAX) {
        Ok(residency) => Some(residency),
        Err(error) => {
            assert!(matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::PermissionDenied));
            println!("skipped: {error}");
            None
        }
    }
}

#[test]
fn a_cold_file_is_told_from_a_warm_one() {
    let Some(file) = cold_file() else { return };
    let pages = LEN.div_ceil(rustix::param::page_size() as u64);
    if let Some(cold) = told(&file) {
        assert_eq!((cold.pages, cold.resident, cold.dirty), (pages, 0, 0));
    }
    assert_eq!(populate(&file, 0..u64::MAX).unwrap(), LEN);
    assert!(is_resident(&file, 0..u64::MAX).unwrap());
    if let Some(warm) = told(&file) {
        assert_eq!((warm.pages, warm.resident), (pages, pages));
    }
}

#[test]
fn what_was_written_is_dirty_until_it_is_stored() {
    let Some(mut file) = cold_file() else { return };
    file.write_all(b"more").unwrap();
    if let Some(told) = told(&file) {
        assert!(told.dirty + told.writeback <= told.resident && told.resident > 0);
    }
}

#[test]
fn a_part_can_be_loaded() {
    let Some(file) = cold_file() else { return };
    assert_eq!(populate(&file, LEN - 3..LEN + 100).unwrap(), 3);
    assert!(is_resident(&file, LEN - 3..LEN).unwrap());
    assert_eq!(populate(&file, LEN + 1..LEN + 100).unwrap(), 0);
}

#[test]
fn a_read_that_must_not_wait_returns_what_is_there_and_nothing_where_it_is_not() {
    let Some(file) = cold_file() else { return };
    let mut room = [0; 100];
    match read_nowait(&file, &mut room, 8192) {
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Unsupported);
            return println!("skipped: the file system cannot tell");
        }
        Ok(outcome) => assert_eq!(outcome, None),
    }
    populate(&file, 0..LEN).unwrap();
    assert_eq!(read_nowait(&file, &mut room, 8192).unwrap(), Some(100));
    assert_eq!(room, [b'x'; 100]);
    assert_eq!(read_nowait(&file, &mut room, LEN - 7).unwrap(), Some(7));
    assert_eq!(read_nowait(&file, &mut room, LEN).unwrap(), Some(0));
}

#[test]
fn an_empty_range_is_resident_and_has_no_pages() {
    let file = tempfile::tempfile().unwrap();
    assert!(is_resident(&file, 0..u64::MAX).unwrap());
    assert_eq!(populate(&file, 0..10).unwrap(), 0);
    assert!(told(&file).is_none_or(|told| told == Residency::default()));
}

#[test]
fn what_is_no_regular_file_is_refused() {
    let file = File::open("/dev/null").unwrap();
    assert_eq!(residency(&file, 0..1).unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!(populate(&file, 0..1).unwrap_err().kind(), ErrorKind::Unsupported);
}
