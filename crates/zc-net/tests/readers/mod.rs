//! Reads frames from a stream that hands out its bytes as a seed says, and compares them with those
//! of the whole input.

#![allow(dead_code, reason = "each binary uses what it needs")]

#[path = "../frames_support/mod.rs"]
mod frames_support;

use std::fmt::Debug;
use std::sync::Arc;

use bytes::Bytes;
use zc_core::{FrameError, Framer};
use zc_net::frames::{Ending, FrameReadErrorKind, FrameReader, Pool, ReadOptions};
use zc_parse::framing::{Integer, LengthField, Netstring, Newline, Varint};
use zc_parse::resp::{Resp, RespFramer};

use frames_support::{Scripted, Step, attempt};

/// How a stream ended: where, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// Behind a frame.
    Open,
    Malformed(u64),
    TooLong(u64),
    Truncated(u64),
}

/// How a stream is read: the first bytes of a seed.
#[derive(Debug)]
struct Way {
    steps: Vec<Step>,
    buffer_len: usize,
    /// The most bytes of a frame.
    limit: usize,
    /// Of every eight frames those that are kept while others are read.
    kept: u8,
    /// Bytes that were read before.
    buffered: usize,
}

impl Way {
    /// The way that a seed says, and the input behind it.
    fn of(seed: &[u8]) -> (Self, &[u8]) {
        let Some((&[count, buffer_len, limit, kept, buffered], rest)) = seed.split_first_chunk()
        else {
            return (Self::of(&[0; 5]).0, &[]);
        };
        let (steps, input) = rest.split_at(usize::from(count % 32).min(rest.len()));
        let step = |&byte: &u8| match byte {
            0 => Step::Wait,
            255 => Step::Fail(std::io::ErrorKind::Interrupted),
            most => Step::Move(usize::from(most)),
        };
        let way = Self {
            // A few steps go on for as long as the input does.
            steps: steps.iter().map(step).cycle().take(steps.len() * 64).collect(),
            buffer_len: 1 + usize::from(buffer_len),
            limit: if limit < 128 { usize::MAX } else { usize::from(limit - 127) },
            kept,
            buffered: usize::from(buffered).min(input.len()),
        };
        (way, input)
    }
}

/// The frames of an input that is there as a whole.
fn whole<F: Framer>(
    mut framer: F,
    input: &[u8],
    limit: usize,
    ending: Ending,
) -> (Vec<Bytes>, End) {
    let (mut frames, mut start) = (Vec::new(), 0);
    loop {
        let (rest, offset) = (&input[start..], start as u64);
        if rest.is_empty() {
            return (frames, End::Open);
        }
        match framer.frame(rest) {
            Ok(frame) if frame.len > limit => return (frames, End::TooLong(offset)),
            Ok(frame) => {
                frames.push(Bytes::copy_from_slice(&rest[frame.payload]));
                start += frame.len;
            }
            Err(FrameError::Incomplete(it)) if rest.len().saturating_add(it.needed) > limit => {
                return (frames, End::TooLong(offset));
            }
            Err(FrameError::Incomplete(_)) => {
                let Ending::MayLack(bytes) = ending else {
                    return (frames, End::Truncated(offset));
                };
                let Ok(frame) = framer.frame(&[rest, bytes].concat()) else {
                    return (frames, End::Truncated(offset));
                };
                let payload = frame.payload.start..frame.payload.end.min(rest.len());
                frames.push(Bytes::copy_from_slice(&rest[payload]));
                return (frames, End::Open);
            }
            Err(FrameError::Malformed(_)) => return (frames, End::Malformed(offset)),
            Err(error) => panic!("{error}"),
        }
    }
}

/// The frames of an input that is read in a way, each future dropped wherever it waits.
fn read<F: Framer>(framer: F, input: &[u8], way: &Way, ending: Ending) -> (Vec<Bytes>, End) {
    let options = ReadOptions {
        max_frame: way.limit,
        max_buffered: way.limit,
        ending,
        ..ReadOptions::default()
    };
    let (before, later) = input.split_at(way.buffered.min(way.limit));
    let mut reader = FrameReader::new(Scripted::reading(later, way.steps.clone()), framer)
        .with_options(options)
        .with_pool(Arc::new(Pool::new(way.buffer_len, 2)))
        .with_buffered(Bytes::copy_from_slice(before));
    let mut frames = Vec::new();
    loop {
        let Some(frame) = attempt(reader.next_frame()) else { continue };
        let error = match frame {
            Some(Ok(frame)) => {
                let is_kept = way.kept >> (frames.len() % 8) & 1 == 1;
                frames.push(if is_kept { frame } else { Bytes::copy_from_slice(&frame) });
                continue;
            }
            Some(Err(error)) => error,
            None => {
                assert_eq!(reader.offset(), input.len() as u64);
                return (frames, End::Open);
            }
        };
        assert!(attempt(reader.next_frame()).expect("the stream is over").is_none());
        let end = match error.kind() {
            FrameReadErrorKind::Malformed(_) => End::Malformed,
            FrameReadErrorKind::TooLong { .. } | FrameReadErrorKind::BufferFull { .. } => {
                End::TooLong
            }
            FrameReadErrorKind::Truncated { .. } => End::Truncated,
            other => panic!("{other:?}"),
        };
        return (frames, end(error.offset()));
    }
}

/// Checks that a reader finds what the framer finds in the whole input.
#[track_caller]
fn check<F: Framer + Clone + Debug>(framer: &F, seed: &[u8], ending: Ending) {
    let (way, input) = Way::of(seed);
    let expected = whole(framer.clone(), input, way.limit, ending);
    let found = read(framer.clone(), input, &way, ending);
    assert_eq!(found.0, expected.0, "{framer:?} {way:?}");
    match (found.1, expected.1) {
        // Whether a frame is too long may be known before or after what is wrong with it.
        (End::TooLong(found), End::Malformed(expected)) => assert_eq!(found, expected),
        (End::Malformed(found), End::TooLong(expected)) => assert_eq!(found, expected),
        (found, expected) => assert_eq!(found, expected, "{framer:?} {way:?}"),
    }
}

#[track_caller]
pub(crate) fn length_field(seed: &[u8]) {
    for integer in [Integer::U8, Integer::U16Be, Integer::U24Le, Integer::U32Be, Integer::U64Le] {
        let plain = LengthField::new(integer);
        check(&plain, seed, Ending::Whole);
        let framer = plain.with_bytes_before(1).with_bytes_behind(1).with_alignment(4);
        check(&framer.counting_header(), seed, Ending::Whole);
    }
}

#[track_caller]
pub(crate) fn varint(seed: &[u8]) {
    check(&Varint::new(), seed, Ending::Whole);
    check(&Varint::padded(), seed, Ending::Whole);
}

#[track_caller]
pub(crate) fn netstring(seed: &[u8]) {
    check(&Netstring::new(), seed, Ending::Whole);
}

#[track_caller]
pub(crate) fn newline(seed: &[u8]) {
    check(&Newline::new(), seed, Ending::Whole);
    check(&Newline::new(), seed, Ending::MayLack(b"\n"));
}

#[track_caller]
pub(crate) fn resp(seed: &[u8]) {
    check(&RespFramer::new(&Resp::new()), seed, Ending::Whole);
    check(&RespFramer::new(&Resp::new().with_depth(2).with_nodes(8)), seed, Ending::Whole);
}
