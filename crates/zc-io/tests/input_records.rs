//! Windows of records hold every good record once, whole and in order, however bytes arrive.

#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

use std::io::{self, ErrorKind, Read};

use proptest::prelude::*;
use zc_io::{Input, RecordsError, WINDOW_LEN};

/// Returns as many bytes at a time as it is told, and is interrupted in between.
struct Parts {
    content: Vec<u8>,
    offset: usize,
    parts: Vec<usize>,
    next: usize,
}

impl Read for Parts {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        self.next += 1;
        if self.next.is_multiple_of(3) {
            return Err(ErrorKind::Interrupted.into());
        }
        let rest = &self.content[self.offset..];
        let count = self.parts[self.next % self.parts.len()].min(room.len()).min(rest.len());
        room[..count].copy_from_slice(&rest[..count]);
        self.offset += count;
        Ok(count)
    }
}

/// The good records and the offsets of those that are too long.
type Found = (Vec<Vec<u8>>, Vec<u64>);

fn naive(content: &[u8], limit: usize) -> Found {
    let (mut good, mut too_long, mut offset) = (Vec::new(), Vec::new(), 0);
    for record in content.split_inclusive(|byte| *byte == b'\n') {
        if record.strip_suffix(b"\n").unwrap_or(record).len() > limit {
            too_long.push(offset);
        } else {
            good.push(record.to_vec());
        }
        offset += record.len() as u64;
    }
    (good, too_long)
}

#[track_caller]
fn found(input: Input, content: &[u8], limit: usize) -> Found {
    let (mut good, mut too_long) = (Vec::new(), Vec::new());
    let mut records = input.records(b'\n', limit);
    loop {
        match records.window() {
            Ok(Some(window)) => {
                assert!(!window.bytes.is_empty());
                let start = usize::try_from(window.offset).unwrap();
                assert!(content[start..].starts_with(window.bytes));
                assert!(window.bytes.ends_with(b"\n") || window.is_last);
                let all = window.bytes.split_inclusive(|byte| *byte == b'\n');
                good.extend(all.map(<[u8]>::to_vec));
            }
            Ok(None) => break,
            Err(RecordsError::TooLong { offset, limit: told }) => {
                assert_eq!(told, limit);
                too_long.push(offset);
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert!(records.window().unwrap().is_none());
    assert_eq!(records.input().offset(), content.len() as u64);
    (good, too_long)
}

proptest! {
    #[test]
    fn any_records_and_any_reads_yield_what_the_naive_split_does(
        lens in prop::collection::vec(prop_oneof![0..12_usize, Just(4095), Just(4096), 0..9000_usize], 0..12),
        ends in any::<bool>(),
        limit in prop_oneof![0..12_usize, 4090..4100_usize, Just(usize::MAX)],
        parts in prop::collection::vec(1..6000_usize, 1..5),
    ) {
        let mut content: Vec<u8> = lens.iter().flat_map(|len| [&vec![b'x'; *len][..], b"\n"].concat()).collect();
        if !ends {
            content.pop();
        }
        let expected = naive(&content, limit);
        let reader = Parts { content: content.clone(), offset: 0, parts, next: 0 };
        let input = Input::from_reader(Box::new(reader)).with_window_len(1);
        prop_assert!(found(input, &content, limit) == expected);
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &content).unwrap();
        let input = Input::options().window_len(4096).open(file.path()).unwrap();
        prop_assert!(found(input, &content, limit) == expected);
    }
}

#[test]
fn one_byte_at_a_time_yields_the_same_records() {
    let content = b"one\n\ntoo long\nthree\nlast".to_vec();
    for limit in 0..9 {
        let reader = Parts { content: content.clone(), offset: 0, parts: vec![1], next: 0 };
        let input = Input::from_reader(Box::new(reader));
        assert_eq!(found(input, &content, limit), naive(&content, limit));
    }
}

#[test]
fn an_empty_input_has_no_window() {
    let input = Input::from_reader(Box::new(io::empty()));
    assert!(input.records(b'\n', 10).window().unwrap().is_none());
}

#[test]
fn a_record_without_end_takes_no_more_memory_than_the_limit_allows() {
    let reader = Box::new(io::repeat(b'x').take(64 << 20));
    let mut records = Input::from_reader(reader).records(b'\n', 2 << 20);
    let error = records.window().unwrap_err();
    assert_eq!(error.to_string(), "the record at byte 0 is longer than 2097152 bytes");
    assert_eq!(io::Error::from(error).kind(), ErrorKind::InvalidData);
    assert!(records.window().unwrap().is_none());
    assert!(records.input().window_len() <= 4 * WINDOW_LEN);
    assert_eq!(records.input().copies().read, 64 << 20);
}

#[test]
fn an_error_of_the_reader_loses_nothing() {
    struct Fails(u32);

    impl Read for Fails {
        fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
            self.0 += 1;
            match self.0 {
                1 => (&b"one\ntw"[..]).read(room),
                2 => Err(ErrorKind::TimedOut.into()),
                3 => (&b"o\n"[..]).read(room),
                _ => Ok(0),
            }
        }
    }

    let mut records = Input::from_reader(Box::new(Fails(0))).records(b'\n', 10);
    assert_eq!(records.window().unwrap().unwrap().bytes, b"one\n");
    assert!(matches!(records.window(), Err(RecordsError::Io(_))));
    assert_eq!(records.window().unwrap().unwrap().bytes, b"two\n");
    assert!(records.window().unwrap().is_none());
}
