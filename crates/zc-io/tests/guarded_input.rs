//! What an input over a guarded map says of a file that is cut, and of one that it cannot guard.
//!
//! The table of guards and the limit of open files belong to the process: one test at a time.

#![cfg(target_os = "linux")]
#![allow(unsafe_code, reason = "files that are mapped are truncated")]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use zc_io::{Input, InputKind, MAP_FROM, RecordsError, Stable, Truncated, Via, guard};

/// How long a window of a guarded map is, behind which its pages are let go of.
const WINDOW: u64 = 8 << 20;

fn alone() -> MutexGuard<'static, ()> {
    static TESTS: Mutex<()> = Mutex::new(());
    TESTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file of so many bytes, of which each 64th ends a line.
fn file_of(len: u64) -> File {
    let file = tempfile::tempfile().unwrap();
    let line = [[b'x'; 63].as_slice(), b"\n"].concat();
    let content = line.repeat(usize::try_from(len).unwrap() / line.len());
    file.write_all_at(&content, 0).unwrap();
    file
}

fn open(file: &File) -> Input {
    // SAFETY: not true of the tests that cut the file, to see what becomes of it. They compare
    // bytes, and rely on no value of theirs.
    let stable = unsafe { Stable::assume() };
    Input::options().via(Via::Guarded(stable)).from_file(file.try_clone().unwrap()).unwrap()
}

#[track_caller]
fn check_cut(error: &io::Error, mapped_len: u64, len_now: u64) {
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof, "{error}");
    let truncated: &Truncated = error.get_ref().unwrap().downcast_ref().unwrap();
    assert_eq!((truncated.mapped_len, truncated.len_now), (mapped_len, Some(len_now)));
}

#[test]
fn a_file_that_is_cut_after_its_pages_were_let_go_of_is_an_error() {
    let _alone = alone();
    for len in [0, 5000, WINDOW, 3 * WINDOW - 1] {
        let file = file_of(3 * WINDOW);
        let mut input = open(&file);
        let count = input.window().unwrap().bytes.len();
        assert_eq!(count as u64, WINDOW);
        input.advance(count);
        file.set_len(len).unwrap();
        check_cut(&input.verify().unwrap_err(), 3 * WINDOW, len);
        check_cut(&input.verifier().verify().unwrap_err(), 3 * WINDOW, len);
        check_cut(&input.window().unwrap_err(), 3 * WINDOW, len);
    }
}

#[test]
fn a_verifier_that_outlives_its_input_still_knows() {
    let _alone = alone();
    let file = file_of(MAP_FROM);
    let input = open(&file);
    let verifier = input.verifier();
    drop(input);
    verifier.verify().unwrap();
    file.set_len(1).unwrap();
    check_cut(&verifier.verify().unwrap_err(), MAP_FROM, 1);
}

#[test]
fn records_over_a_guarded_map_verify_their_end() {
    let _alone = alone();
    for len in [0, MAP_FROM - 1] {
        let file = file_of(MAP_FROM);
        let mut records = open(&file).records(b'\n', 100);
        let window = records.window().unwrap().unwrap();
        assert!(window.is_last);
        file.set_len(len).unwrap();
        let Err(RecordsError::Io(error)) = records.window() else {
            panic!("the end of a file that was cut to {len} bytes is taken for one");
        };
        check_cut(&error, MAP_FROM, len);
    }
    let file = file_of(MAP_FROM);
    let mut records = open(&file).records(b'\n', 100);
    assert!(records.window().unwrap().is_some());
    assert!(records.window().unwrap().is_none());
}

#[test]
fn one_map_more_than_can_be_guarded_is_read_and_says_why() {
    let _alone = alone();
    let file = file_of(MAP_FROM);
    let inputs: Vec<Input> = (0..guard::MOST).map(|_| open(&file)).collect();
    assert!(inputs.iter().all(|input| input.kind() == InputKind::Map));
    let input = open(&file);
    let reason = "as many maps are guarded already as can be";
    assert_eq!((input.kind(), input.reason()), (InputKind::Read, reason));
    drop(inputs);
    assert_eq!(open(&file).kind(), InputKind::Map);
}

#[test]
fn a_process_that_may_open_no_more_files_reads_and_says_why() {
    let _alone = alone();
    let file = file_of(MAP_FROM);
    let last = file.try_clone().unwrap();
    let limit = getrlimit(Resource::Nofile);
    let least = u64::try_from(last.as_raw_fd()).unwrap() + 1;
    setrlimit(Resource::Nofile, Rlimit { current: Some(least), ..limit }).unwrap();
    // SAFETY: nobody knows the file but this test, which writes to it no more.
    let stable = unsafe { Stable::assume() };
    let input = Input::options().via(Via::Guarded(stable)).from_file(last);
    setrlimit(Resource::Nofile, limit).unwrap();
    let input = input.unwrap();
    let reason = "too many files are open to guard a map";
    assert_eq!((input.kind(), input.reason()), (InputKind::Read, reason));
}
