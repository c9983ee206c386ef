//! Chunks hold every record once, and any number of threads gives the same outcome.

#![cfg(unix)]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::num::NonZero;

use proptest::prelude::*;
use zc_core::for_each_ordered;
use zc_io::chunks::{ChunkReader, FileChunks, split};

fn count(number: usize) -> NonZero<usize> {
    NonZero::new(number).unwrap()
}

/// Takes records until there are at least `len` bytes of them.
fn naive(content: &[u8], len: usize) -> Vec<Vec<u8>> {
    let mut chunks = vec![Vec::new()];
    for record in content.split_inclusive(|byte| *byte == b'\n') {
        if chunks.last().unwrap().len() >= len {
            chunks.push(Vec::new());
        }
        chunks.last_mut().unwrap().extend_from_slice(record);
    }
    chunks.retain(|chunk| !chunk.is_empty());
    chunks
}

fn file_of(content: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(content).unwrap();
    file
}

fn contents() -> impl Strategy<Value = Vec<u8>> {
    let record = prop_oneof![4 => 0..20_usize, 1 => 4000..9000_usize];
    (prop::collection::vec(record, 0..20), any::<bool>()).prop_map(|(lens, ends)| {
        let mut content = Vec::new();
        for len in lens {
            content.extend((b'a'..=b'z').cycle().take(len));
            content.push(b'\n');
        }
        if !ends {
            content.pop();
        }
        content
    })
}

proptest! {
    #[test]
    fn a_slice_and_a_file_are_divided_as_the_naive_split_does(
        content in contents(),
        len in prop_oneof![1..40_usize, 4000..9000_usize],
    ) {
        let expected = naive(&content, len);
        let chunks: Vec<_> = split(&content, b'\n', count(len)).map(<[u8]>::to_vec).collect();
        prop_assert!(chunks == expected);
        let file = file_of(&content);
        let mut reader = ChunkReader::new(&file);
        let chunks: Vec<_> = FileChunks::new(&file, b'\n', count(len), usize::MAX)
            .unwrap()
            .map(|range| reader.read(range.unwrap()).unwrap().to_vec())
            .collect();
        prop_assert!(chunks == expected);
        prop_assert_eq!(reader.copies().read, content.len() as u64);
    }

    #[test]
    fn any_number_of_threads_gives_the_same_outcome(
        content in contents(),
        len in 1..300_usize,
        threads in 1..9_usize,
    ) {
        let file = file_of(&content);
        let mut outcome = Vec::new();
        for_each_ordered(
            FileChunks::new(&file, b'\n', count(len), usize::MAX).unwrap(),
            count(threads),
            || {
                let mut reader = ChunkReader::new(&file);
                move |range| Ok::<_, std::io::Error>(reader.read(range?)?.to_vec())
            },
            |chunk| {
                outcome.extend_from_slice(&chunk);
                Ok(())
            },
        ).unwrap();
        prop_assert!(outcome == content);
    }

    #[test]
    fn records_beyond_the_limit_are_reported_and_all_others_kept(
        content in contents(),
        len in 1..40_usize,
        limit in 0..30_usize,
    ) {
        let file = file_of(&content);
        let (mut good, mut bad) = (Vec::new(), 0);
        let mut reader = ChunkReader::new(&file);
        for range in FileChunks::new(&file, b'\n', count(len), limit).unwrap() {
            match range {
                Ok(range) => {
                    prop_assert!(range.end - range.start <= (len + limit) as u64);
                    good.extend_from_slice(reader.read(range).unwrap());
                }
                Err(error) => {
                    prop_assert_eq!(error.kind(), ErrorKind::InvalidData);
                    bad += 1;
                }
            }
        }
        let is_good = |record: &&[u8]| record.len() <= len + limit;
        let records: Vec<_> = content.split_inclusive(|byte| *byte == b'\n').collect();
        prop_assert!(good == records.iter().copied().filter(is_good).collect::<Vec<_>>().concat());
        prop_assert_eq!(bad, records.len() - records.iter().copied().filter(is_good).count());
    }
}

#[test]
fn looking_for_the_ends_reads_little() {
    let file = file_of(&b"a line of some length\n".repeat(200_000));
    let mut chunks = FileChunks::new(&file, b'\n', count(256 << 10), 1 << 20).unwrap();
    let found = chunks.by_ref().map(Result::unwrap).count() as u64;
    assert_eq!(found, 17);
    assert!(chunks.copies().read <= found * 4096, "{:?}", chunks.copies());
}

#[test]
fn a_file_that_was_truncated_ends_early() {
    let file = file_of(&b"line\n".repeat(10_000));
    let chunks = FileChunks::new(&file, b'\n', count(1000), 1000).unwrap();
    file.set_len(2502).unwrap();
    let mut reader = ChunkReader::new(&file);
    let read: usize = chunks.map(|range| reader.read(range.unwrap()).unwrap().len()).sum();
    assert_eq!(read, 2502);
}

#[test]
fn what_is_no_regular_file_is_refused() {
    let file = File::open("/dev/null").unwrap();
    let error = FileChunks::new(&file, b'\n', count(1), 1).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}
