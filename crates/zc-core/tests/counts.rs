//! Lines, words and bytes against a naive twin that goes byte by byte.

#![cfg(feature = "mask")]

use proptest::prelude::*;
use zc_core::SliceExt;
use zc_core::mask::{CountedPart, Counter, Counts, Level, count_byte};

fn naive(input: &[u8]) -> Counts {
    let mut counts = Counts::default();
    let mut is_in_word = false;
    for byte in input {
        counts.bytes += 1;
        counts.lines += u64::from(*byte == b'\n');
        if matches!(byte, b' ' | b'\t' | b'\n' | 11 | 12 | b'\r') {
            is_in_word = false;
        } else if byte.is_ascii_graphic() && !is_in_word {
            is_in_word = true;
            counts.words += 1;
        }
    }
    counts
}

#[track_caller]
fn check(input: &[u8]) {
    for level in [Level::Detected, Level::Baseline, Level::Portable] {
        for piece in [1, 63, 64, 1000, usize::MAX] {
            let mut counter = Counter::with_level(level);
            input.chunks(piece).for_each(|piece| counter.feed(piece));
            assert_eq!(counter.counts(), naive(input), "{level:?}, pieces of {piece}");
            assert_eq!(in_parts(level, input, piece), naive(input), "{level:?}, parts of {piece}");
        }
    }
}

fn in_parts(level: Level, input: &[u8], len: usize) -> Counts {
    let mut counter = Counter::with_level(level);
    let parts = input.chunks(len).map(|part| {
        counter.feed(part);
        counter.take_part()
    });
    parts.fold(CountedPart::default(), CountedPart::join).counts()
}

#[test]
fn text_without_a_final_newline() {
    check(b"");
    check(b"one");
    check(b"one two\nthree");
}

#[test]
fn bytes_that_are_neither_printable_nor_space_make_no_word() {
    check(b"\x01 \x80 a\x01b \x00a \xc3\xa4\xc3\xb6");
    check(&[0x80; 200]);
    check(&[&[b' '; 63][..], &[0x80; 64], b"a", &[0x80; 64], b"b"].concat());
}

#[test]
fn every_byte() {
    check(&(0..=255).collect::<Vec<u8>>());
}

#[test]
fn more_than_a_window() {
    check(&b"words and \x80\x81 words\n".repeat(2000));
}

#[test]
fn a_byte_is_counted_without_overflow_at_every_length() {
    for len in (0..600).chain([32_640, 32_641, 100_000]) {
        let haystack = vec![b'x'; len];
        assert_eq!((count_byte(&haystack, b'x'), count_byte(&haystack, b'y')), (len, 0));
    }
}

proptest! {
    #[test]
    fn a_byte_is_counted_as_memchr_does(
        haystack in prop::collection::vec(0..4_u8, 0..1000), needle in 0..5_u8,
    ) {
        prop_assert_eq!(count_byte(&haystack, needle), haystack.count_byte(needle));
    }

    #[test]
    fn random_input(
        input in prop::collection::vec(
            prop_oneof![any::<u8>(), prop::sample::select(&b" \n\tab\x80\x01"[..])], 0..500),
    ) {
        check(&input);
    }
}
