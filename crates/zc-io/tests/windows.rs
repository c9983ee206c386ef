//! Windows show every byte once and in order, however it arrives and however it is consumed.

#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

use std::io::{self, ErrorKind, Read};

use proptest::prelude::*;
use zc_core::SliceExt;
use zc_io::{Input, WINDOW_LEN};

const PAGE: usize = 4096;

/// A reader that follows a script: how many bytes each read returns, or which error.
struct Script {
    content: Vec<u8>,
    offset: usize,
    steps: Vec<Result<usize, ErrorKind>>,
    next: usize,
}

impl Script {
    /// Goes through `steps` again and again until `content` ends.
    fn new(content: &[u8], steps: &[Result<usize, ErrorKind>]) -> Box<Self> {
        Box::new(Self { content: content.to_vec(), offset: 0, steps: steps.to_vec(), next: 0 })
    }
}

impl Read for Script {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        assert!(!room.is_empty(), "a read without room would look like the end");
        let step = self.steps[self.next % self.steps.len()];
        self.next += 1;
        let rest = &self.content[self.offset..];
        let count = step?.min(room.len()).min(rest.len());
        room[..count].copy_from_slice(&rest[..count]);
        self.offset += count;
        Ok(count)
    }
}

/// Reads all of `input`, of which it consumes as many bytes of each window as `consume` says.
///
/// Checks what every window promises: it begins where consumption ended, ends beyond the window
/// before it, and is the last only when nothing follows.
#[track_caller]
fn drain(input: &mut Input, content: &[u8], mut consume: impl FnMut(usize) -> usize) {
    let mut shown_to = 0;
    loop {
        let window = input.window().unwrap();
        let start = usize::try_from(window.offset).unwrap();
        let end = start + window.bytes.len();
        assert!(window.bytes == &content[start..end], "other bytes at {start}..{end}");
        assert_eq!((window.bytes.as_ptr().addr() - start) % PAGE, 0, "moved within its page");
        assert!(end > shown_to || window.is_last, "no more than {shown_to} bytes were shown");
        assert!(!window.is_last || end == content.len(), "the end was said to be at {end}");
        shown_to = end;
        let (len, is_last) = (window.bytes.len(), window.is_last);
        let count = if is_last { len } else { consume(len).min(len) };
        input.advance(count);
        assert_eq!(input.offset(), (start + count) as u64);
        if is_last {
            break;
        }
    }
    let window = input.window().unwrap();
    assert!(window.is_last && window.bytes.is_empty() && window.offset == content.len() as u64);
    assert_eq!(input.copies().read, content.len() as u64);
}

/// At most once because it was consumed, twice because the window grew, once because it was roomy.
#[track_caller]
fn check_carried(input: &Input) {
    let (carried, read) = (input.carried(), input.copies().read);
    assert!(carried <= 4 * read, "{carried} bytes were carried of {read}");
}

fn sample(len: usize) -> Vec<u8> {
    (0..len).map(|at| u8::try_from((at ^ at >> 8) % 251).unwrap()).collect()
}

/// Writes `content` to a file, which is read until windows are full, unlike a reader.
fn file_with(content: &[u8]) -> (tempfile::NamedTempFile, Input) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), content).unwrap();
    let input = Input::open(file.path()).unwrap();
    (file, input)
}

proptest! {
    #[test]
    fn any_reads_and_any_consumption_yield_the_same_bytes(
        len in 0..5 * PAGE,
        window_len in 1..3 * PAGE,
        reads in prop::collection::vec(
            prop_oneof![4 => (1..2 * PAGE).prop_map(Ok), 1 => Just(Err(ErrorKind::Interrupted)), 1 => Just(Ok(1))],
            1..8,
        ).prop_filter("some read must return bytes", |reads| reads.iter().any(Result::is_ok)),
        consumption in prop::collection::vec(prop_oneof![0..2 * PAGE, Just(0), Just(1), Just(usize::MAX)], 1..8),
    ) {
        let content = sample(len);
        let mut consumption = consumption.iter().copied().cycle();
        let mut input = Input::from_reader(Script::new(&content, &reads)).with_window_len(window_len);
        drain(&mut input, &content, |_| consumption.next().unwrap());
        check_carried(&input);
    }

    #[test]
    fn any_consumption_of_a_file_yields_the_same_bytes_and_costs_little(
        len in 1..12 * PAGE,
        consumption in prop::collection::vec(prop_oneof![0..2 * PAGE, Just(0), Just(1), Just(usize::MAX)], 1..8),
    ) {
        let content = sample(len);
        let (_file, input) = file_with(&content);
        let mut input = input.with_window_len(PAGE);
        let mut consumption = consumption.iter().copied().cycle();
        drain(&mut input, &content, |_| consumption.next().unwrap());
        check_carried(&input);
    }
}

#[test]
fn one_byte_at_a_time_yields_the_same_bytes() {
    let content = sample(3 * PAGE);
    for consumed in [0, 1, 7, usize::MAX] {
        let mut input = Input::from_reader(Script::new(&content, &[Ok(1)])).with_window_len(1);
        drain(&mut input, &content, |_| consumed);
        check_carried(&input);
    }
}

#[test]
fn two_parts_yield_the_same_bytes_wherever_they_are_split() {
    let content = sample(300);
    for split in 1..content.len() {
        let steps = [Ok(split), Ok(content.len() - split), Ok(0)];
        for consumed in [0, split / 2, split] {
            let mut input = Input::from_reader(Script::new(&content, &steps));
            drain(&mut input, &content, |_| consumed);
        }
    }
}

#[test]
fn a_read_of_a_stream_is_shown_at_once() {
    let mut input = Input::from_reader(Script::new(b"one two", &[Ok(3), Ok(4)]));
    assert_eq!(input.window().unwrap().bytes, b"one");
    assert_eq!(input.window().unwrap().bytes, b"one two");
    assert!(!input.window().is_ok_and(|window| !window.is_last));
}

#[test]
fn an_interrupted_read_is_tried_again() {
    let interrupted = Err(ErrorKind::Interrupted);
    let mut input =
        Input::from_reader(Script::new(b"abc", &[interrupted, interrupted, Ok(1), interrupted]));
    drain(&mut input, b"abc", |len| len);
}

#[test]
fn an_error_loses_nothing_and_the_next_call_tries_again() {
    let steps = [Ok(2), Err(ErrorKind::TimedOut), Ok(1), Ok(0)];
    let mut input = Input::from_reader(Script::new(b"abc", &steps));
    assert_eq!(input.window().unwrap().bytes, b"ab");
    assert_eq!(input.window().unwrap_err().kind(), ErrorKind::TimedOut);
    assert_eq!(input.window().unwrap().bytes, b"abc");
    assert!(input.window().unwrap().is_last);
}

#[test]
fn a_reader_that_claims_too_much_is_an_error() {
    struct Liar;

    impl Read for Liar {
        fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
            Ok(room.len() + 1)
        }
    }

    let mut input = Input::from_reader(Box::new(Liar));
    let error = input.window().unwrap_err();
    assert_eq!(error.to_string(), "a reader claims more bytes than it had room for");
}

#[test]
#[should_panic(expected = "cannot consume 4 of 3 bytes")]
fn more_than_the_window_cannot_be_consumed() {
    let mut input = Input::from_reader(Box::new(&b"abc"[..]));
    assert_eq!(input.window().unwrap().bytes.len(), 3);
    input.advance(4);
}

#[test]
fn a_long_record_grows_the_window_and_its_end_shrinks_it_back() {
    let long = 40 << 20;
    let mut content = vec![b'x'; long];
    content.push(b'\n');
    content.resize(long + (32 << 20), b'\n');
    let (_file, mut input) = file_with(&content);
    assert_eq!(input.window_len(), WINDOW_LEN);
    let mut longest_window = 0;
    let (mut scanned, mut shown) = (0, 0);
    loop {
        let window = input.window().unwrap();
        let is_last = window.is_last;
        let newline = window.bytes[scanned..].rfind_byte(b'\n');
        let end = newline.map_or(0, |at| scanned + at + 1);
        scanned = window.bytes.len() - end;
        shown += window.bytes.len();
        longest_window = longest_window.max(input.window_len());
        input.advance(end);
        if is_last {
            break;
        }
    }
    assert_eq!(input.offset(), content.len() as u64);
    assert_eq!(longest_window, 64 << 20);
    assert_eq!(input.window_len(), WINDOW_LEN);
    assert!(shown < 4 * content.len(), "a caller that scans all again each time is not linear");
    // Every second doubling finds room behind the window: only 1, 4 and 16 MiB move.
    assert_eq!(input.carried(), 21 << 20);
}

#[test]
fn a_caller_that_consumes_single_records_stays_linear_and_bounded() {
    let content = sample(100 * PAGE);
    let (_file, input) = file_with(&content);
    let mut input = input.with_window_len(16 * PAGE);
    drain(&mut input, &content, |_| 100);
    assert_eq!(input.window_len(), 16 * PAGE);
    check_carried(&input);
}

#[test]
fn records_longer_than_half_a_window_cost_at_most_two_moves_a_byte() {
    for record in [PAGE / 2 + 1, PAGE - 1, PAGE, PAGE + 1, 3 * PAGE / 2, 3 * PAGE] {
        let content = sample(100 * record);
        let (_file, input) = file_with(&content);
        let mut input = input.with_window_len(PAGE);
        drain(&mut input, &content, |len| len - len % record);
        assert!(input.window_len() <= 4 * record.max(PAGE));
        let (carried, read) = (input.carried(), input.copies().read);
        assert!(carried <= 2 * read, "{carried} bytes carried of {read}, records of {record}");
    }
}
