//! Slices and masks are each other's oracle: the same records and the same errors.

use proptest::prelude::*;
use zc_core::mask::Level;
use zc_parse::CombinedLog;

use crate::twins::{check, on_masks, on_slices};

const LINE: &[u8] = br#"83.149.9.216 - frank [17/May/2015:10:05:03 +0000] "GET /a.png HTTP/1.1" 200 203023 "http://example.org/\"x\"" "Mozilla/5.0 (X11)""#;

#[test]
fn good_lines_and_their_line_endings() {
    for ending in ["\n", "\r\n", "\r", "", "\n\n", " \n", "\r\r\n"] {
        check(format!("a=b{ending}GET /{ending}").as_bytes());
        check(&[LINE, ending.as_bytes(), LINE, ending.as_bytes()].concat());
        check(&[LINE, b" \"10.0.0.7\" a]b", ending.as_bytes(), LINE].concat());
    }
}

#[test]
fn comments_and_blank_lines_between_pairs() {
    check(b"# one\n\n  # two\n \t\na=b\n#c=d\r\n\r\n e=f\n=\n#");
}

#[test]
fn a_line_of_a_form_feed_is_no_blank_line() {
    check(b"\x0c\n\x0b#\n \x0c=\n");
}

#[test]
fn a_line_cut_anywhere() {
    for end in 0..=LINE.len() {
        check(&[&LINE[..end], b"\n", LINE].concat());
    }
}

#[test]
fn a_byte_of_a_line_replaced_by_another() {
    for at in 0..LINE.len() {
        for byte in *b"\n\"\\ []-=\r\x00\xff7" {
            let mut line = LINE.to_vec();
            line[at] = byte;
            check(&[&line, &b"\n"[..], LINE].concat());
        }
    }
}

#[test]
fn records_on_every_side_of_a_window_boundary() {
    for shift in 0..LINE.len() + 2 {
        let mut input = vec![b'x'; shift];
        input.push(b'\n');
        while input.len() < 40_000 {
            input.extend_from_slice(LINE);
            input.push(b'\n');
        }
        let expected = on_slices(&CombinedLog, &input);
        assert_eq!(on_masks(CombinedLog, &input, usize::MAX, Level::Detected), expected);
    }
}

#[test]
fn a_record_longer_than_a_window() {
    for len in [16_000, 16_383, 16_384, 16_385, 50_000] {
        let long = [b"key=", &vec![b'v'; len][..], b"\n"].concat();
        check(&[b"a=b\n", &long[..], b"c=d\n", &long, b"no pair\n"].concat());
    }
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let byte =
        prop_oneof![any::<u8>(), prop::sample::select(&b"\n\n\"\"\\\\ []-=#\r\t0129HTTP/."[..]),];
    prop::collection::vec(byte, 0..400)
}

fn damaged_lines() -> impl Strategy<Value = Vec<u8>> {
    let damage = (any::<prop::sample::Index>(), bytes(), 0..4_usize);
    prop::collection::vec(damage, 1..8).prop_map(|damages| {
        let mut input = Vec::new();
        for (index, bytes, count) in damages {
            let mut line = LINE.to_vec();
            let at = index.index(line.len());
            let removed = count.min(line.len() - at);
            line.splice(at..at + removed, bytes.into_iter().take(count));
            input.extend_from_slice(&line);
            input.push(b'\n');
        }
        input
    })
}

proptest! {
    #[test]
    fn random_input(input in bytes()) {
        check(&input);
    }

    #[test]
    fn damaged_log_lines(input in damaged_lines()) {
        check(&input);
    }
}
