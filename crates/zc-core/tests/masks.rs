//! Masks against a naive twin: every level, kind of set, window and offset.

#![cfg(feature = "mask")]

use proptest::prelude::*;
use zc_core::SliceExt;
use zc_core::mask::{
    Find, Level, MaskBuffer, Scanner, Slice, StopSet, for_each_line, for_each_stop,
};

const SETS: &[StopSet] = &[
    StopSet::of(b" "),
    StopSet::of(b"\n\""),
    StopSet::of(b"\n\"\\"),
    StopSet::of(b"\n:=,;\x00\x7f "),
    StopSet::from_table(controls_and_upper_half()),
    // Where bytes cannot be looked up at once, this is the most ranges that are compared, ...
    StopSet::from_table(ranges(12, false)),
    // ... and these are too many.
    StopSet::from_table(ranges(13, false)),
    StopSet::from_table(ranges(13, true)),
    StopSet::from_table(ranges(64, false)),
    StopSet::from_table(ranges(64, true)),
];

const fn controls_and_upper_half() -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = byte < 32 || byte > 126;
        byte += 1;
    }
    table
}

/// So many ranges of one byte each, or with all bytes from 0x80 on as the last of them.
const fn ranges(count: usize, has_upper_half: bool) -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = if byte < 128 { byte % 2 == 0 && byte / 2 < count } else { has_upper_half };
        byte += 1;
    }
    table
}

const LEVELS: [Level; 3] = [Level::Detected, Level::Baseline, Level::Portable];

/// The oracle: looks at one byte after the other.
fn naive(window: &[u8], offset: usize, set: usize) -> usize {
    let found = window[offset..].iter().position(|&byte| SETS[set].contains(byte));
    found.map_or(window.len(), |at| offset + at)
}

#[track_caller]
fn check(haystack: &[u8], len: usize) {
    let window = &haystack[..len];
    for level in LEVELS {
        let mut buffer = MaskBuffer::with_level(level);
        let masks = buffer.scan(SETS, haystack, len);
        for (set, stops) in SETS.iter().enumerate() {
            for offset in 0..=len {
                let expected = naive(window, offset, set);
                let on_masks = masks.find(window, offset, set);
                assert_eq!(on_masks, expected, "{level:?}, set {set}, offset {offset} of {len}");
                assert_eq!(Slice::new(SETS).find(window, offset, set), expected);
            }
            for offset in (0..=len).step_by(13) {
                let is_stop = |at: &usize| stops.contains(window[*at]);
                let expected: Vec<_> = (offset..len).filter(is_stop).collect();
                let on_masks = masks.stops(window, offset, set);
                assert!(on_masks.eq(expected.iter().copied()), "{level:?}, set {set}, {offset}");
                assert!(Slice::new(SETS).stops(window, offset, set).eq(expected));
            }
        }
    }
}

#[test]
fn every_byte_is_classified_as_the_set_says() {
    let every_byte: Vec<u8> = (0..=255).collect();
    for set in SETS {
        assert!((0..=255).any(|byte| set.contains(byte)));
    }
    check(&every_byte, 256);
}

#[test]
fn a_window_may_end_anywhere() {
    let haystack: Vec<u8> = b"a b\"c\\d\n".iter().copied().cycle().take(200).collect();
    for len in 0..=200 {
        check(&haystack, len);
        check(&haystack[..len], len);
    }
}

#[test]
fn each_stop_is_visited_once_in_order() {
    for len in (0..200).chain([16_383, 16_384, 16_385, 40_000]) {
        let haystack: Vec<u8> = b"a\"b\n\\cd\r\n".iter().copied().cycle().take(len).collect();
        let mut stops = Vec::new();
        for_each_stop(&haystack, &SETS[2], |offset| stops.push(offset));
        let expected = (0..len).filter(|&offset| SETS[2].contains(haystack[offset]));
        assert_eq!(stops, expected.collect::<Vec<_>>(), "{len} bytes");
        let mut lines = Vec::new();
        for_each_line(&haystack, |line| lines.push(line));
        assert_eq!(lines, haystack.lines().collect::<Vec<_>>(), "{len} bytes");
        zc_core::assert_borrows!(haystack, lines.last().copied().unwrap_or_default());
    }
}

#[test]
fn a_buffer_can_be_used_again_for_shorter_windows_and_fewer_sets() {
    let mut buffer = MaskBuffer::new();
    buffer.scan(SETS, &[b' '; 500], 500);
    let masks = buffer.scan(&SETS[..2], b"ab c", 4);
    assert_eq!(masks.find(b"ab c", 0, 0), 2);
    assert_eq!(masks.find(b"ab c", 3, 0), 4);
    assert_eq!(masks.find(b"ab c", 0, 1), 4);
}

#[test]
fn a_grammar_without_stop_sets_has_windows_of_any_length() {
    for level in LEVELS {
        let mut buffer = MaskBuffer::with_level(level);
        for len in (0..200).chain([16_383, 16_384, 16_385]) {
            let haystack = vec![b'0'; len + 70];
            buffer.scan(&[], &haystack, len);
            buffer.scan(&[], &haystack[..len], len);
            let masks = buffer.scan(&SETS[..1], &haystack, len);
            assert_eq!(masks.find(&haystack[..len], 0, 0), len, "the buffer is used again");
        }
    }
}

#[test]
fn a_scanner_stays_where_it_was_when_it_fails() {
    let mut scanner = Scanner::new(b"ab\ncd", Slice::new(SETS));
    let mismatch = scanner.until(1, b'"').unwrap_err();
    assert_eq!(mismatch.to_string(), "expected `\"` at byte 2");
    assert_eq!(scanner.literal(b"abc").unwrap_err().offset, 2);
    assert_eq!(scanner.offset(), 0);
    assert_eq!(scanner.run(1), b"ab");
    assert!(scanner.eat(b'\n'));
    assert_eq!(scanner.run(0), b"cd");
    assert!(scanner.is_at_end());
    assert_eq!(scanner.until(0, b' ').unwrap_err().offset, 5);
}

proptest! {
    #[test]
    fn masks_agree_with_the_naive_twin(
        haystack in prop::collection::vec(
            prop_oneof![any::<u8>(), prop::sample::select(&b"\n\" \\:a"[..])], 0..300),
        cut in 0..64usize,
    ) {
        check(&haystack, haystack.len().saturating_sub(cut));
    }
}
