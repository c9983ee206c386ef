//! The framers of zc-parse on streams, split everywhere.

#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]
#![cfg(feature = "parse")]

mod frames_support;

use frames_support::{Scripted, Step, finish};
use tokio::io::AsyncRead;
use zc_core::Framer;
use zc_net::frames::FrameReader;
use zc_parse::framing::Integer;

/// Asserts which frames `input` holds, split at each place.
#[track_caller]
fn check<F: Framer>(
    input: &[u8],
    open: impl Fn(Scripted) -> FrameReader<Scripted, F>,
    expected: &[&str],
) where
    Scripted: AsyncRead,
{
    for first in 1..=input.len() {
        let steps = [Step::Move(first), Step::Wait, Step::Move(1), Step::Wait];
        let mut reader = open(Scripted::reading(input, steps));
        for payload in expected {
            assert_eq!(finish(reader.next_frame()).unwrap().unwrap(), *payload);
        }
        assert!(finish(reader.next_frame()).is_none());
    }
}

#[test]
fn lines_need_no_ending_at_the_end() {
    check(b"one\r\n\ntwo\nthree", FrameReader::lines, &["one", "", "two", "three"]);
    check(b"one\n", FrameReader::lines, &["one"]);
    check(b"one\r", FrameReader::lines, &["one"]);
}

#[test]
fn lengths_heads_and_values_are_found() {
    let open = |stream| FrameReader::length_prefixed(stream, Integer::U16Le);
    check(b"\x03\0one\0\0\x01\x002", open, &["one", "", "2"]);
    check(b"a: b\r\nc: d\r\n\r\ne\n\n", FrameReader::heads, &["a: b\r\nc: d\r\n", "e\n"]);
    check(b"+OK\r\n*1\r\n$1\r\nx\r\n", FrameReader::resp, &["+OK\r\n", "*1\r\n$1\r\nx\r\n"]);
}
