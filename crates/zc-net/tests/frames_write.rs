//! What writers of frames send, however little the stream takes and whoever gives up waiting.

#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod frames_support;

use std::io::ErrorKind;
use std::sync::Arc;

use bytes::{Buf, Bytes};
use frames_support::{Numbers, Scripted, Step, attempt, finish, prefixed};
use zc_net::frames::{FrameWriter, LengthPrefix, LineEnding, Pool, WriteOptions};

/// Small bounds, so that all paths are taken.
const OPTIONS: WriteOptions = WriteOptions { high_water: 100, reference_from: 20 };

fn small(stream: Scripted) -> FrameWriter<Scripted, LengthPrefix> {
    FrameWriter::new(stream)
        .with_pool(Arc::new(Pool::new(64, 4)))
        .with_options(OPTIONS)
        .with_envelope(LengthPrefix::U16Be)
}

/// Asserts that `payloads` arrive as frames, fed and flushed by a stream that takes these steps.
#[track_caller]
fn check(payloads: &[Vec<u8>], steps: &[Step], is_vectored: bool) {
    let expected: Vec<u8> = payloads.iter().flat_map(|payload| prefixed(payload)).collect();
    let stream = Scripted { is_vectored, ..Scripted::writing(steps.to_vec()) };
    let mut writer = small(stream);
    for payload in payloads {
        let bytes = Bytes::copy_from_slice(payload);
        while attempt(writer.feed(bytes.clone())).is_none() {}
        assert!(writer.queued() <= OPTIONS.high_water.max(payload.len() + 2));
    }
    while attempt(writer.flush()).is_none() {}
    assert_eq!(writer.writer().written, expected);
    assert_eq!((writer.queued(), writer.writer().flushes), (0, 1));
    assert_eq!(writer.copies().write, expected.len() as u64);
    let small_ones = payloads.iter().map(|payload| match payload.len() {
        20.. => 2,
        len => len + 2,
    });
    assert_eq!(writer.copies().encode, small_ones.sum::<usize>() as u64);
}

#[test]
fn frames_arrive_whole_whatever_the_stream_takes_at_a_time() {
    let lens = [3, 0, 19, 20, 21, 1, 90, 150, 2, 2];
    let payloads: Vec<Vec<u8>> =
        lens.iter().zip(b'a'..).map(|(&len, letter)| vec![letter; len]).collect();
    let total: usize = lens.iter().map(|len| len + 2).sum();
    for is_vectored in [false, true] {
        for first in 1..=total {
            check(&payloads, &[Step::Move(first), Step::Wait], is_vectored);
            check(&payloads, &[Step::Wait, Step::Move(first), Step::Move(1)], is_vectored);
        }
        for most in 1..=total {
            check(&payloads, &vec![Step::Move(most); total], is_vectored);
        }
        check(&payloads, &[Step::Wait, Step::Move(1)].repeat(total), is_vectored);
        check(&payloads, &[Step::Fail(ErrorKind::Interrupted), Step::Move(5)], is_vectored);
    }
}

#[test]
fn random_frames_arrive_through_random_writes() {
    let mut numbers = Numbers(2);
    for _ in 0..500 {
        let payloads: Vec<Vec<u8>> = (0..numbers.below(40))
            .map(|i| vec![u8::try_from(i).unwrap(); numbers.below([5, 30, 300][i % 3])])
            .collect();
        check(&payloads, &numbers.steps(100, 200), numbers.below(2) == 0);
    }
}

#[test]
fn many_parts_go_out_in_one_call() {
    let mut writer = FrameWriter::new(Scripted::writing([]))
        .with_options(WriteOptions { high_water: 1 << 20, reference_from: 1 })
        .with_envelope(LineEnding);
    for _ in 0..200 {
        finish(writer.feed(Bytes::from_static(b"payload"))).unwrap();
    }
    finish(writer.flush()).unwrap();
    assert_eq!(writer.writer().written, b"payload\n".repeat(200));
    assert!(writer.writer().vectored + writer.writer().single <= 8);
}

#[test]
fn small_frames_are_joined_and_large_ones_referenced() {
    let mut writer = small(Scripted::writing([]));
    let large = Bytes::from(vec![b'x'; 50]);
    finish(writer.feed(large.clone())).unwrap();
    assert_eq!((writer.queued(), writer.copies().encode), (52, 2));
    // A large slice cannot be referenced: it is copied, and counted.
    finish(writer.feed(&large[..30])).unwrap();
    assert_eq!((writer.queued(), writer.copies().encode), (84, 34));
    finish(writer.flush()).unwrap();
    assert!(large.is_unique());
}

#[test]
fn a_frame_of_several_parts_is_one_frame() {
    let payload = Bytes::from(vec![b'x'; 30]).chain(&b"tail"[..]);
    let mut writer = small(Scripted::writing([]));
    finish(writer.send(payload)).unwrap();
    assert_eq!(writer.writer().written, prefixed(&[&[b'x'; 30][..], b"tail"].concat()));
    assert_eq!(writer.copies().encode, 2 + 4);
}

#[test]
fn a_peer_that_never_reads_costs_bounded_memory() {
    for len in [1, 19, 20, 97, 98, 5000] {
        let mut writer = small(Scripted::writing(vec![Step::Wait; 10_000]));
        let payload = Bytes::from(vec![b'x'; len]);
        let fed = (0..1000).filter(|_| attempt(writer.feed(payload.clone())).is_some()).count();
        assert!(writer.queued() <= 100.max(len + 2));
        assert_eq!(fed, (100 / (len + 2)).max(1), "frames of {len} bytes");
    }
}

#[test]
fn an_envelope_that_is_too_small_queues_nothing() {
    let mut writer = small(Scripted::writing([]));
    let error = finish(writer.feed(Bytes::from(vec![0; 65536]))).unwrap_err();
    assert_eq!((error.kind(), writer.queued()), (ErrorKind::InvalidInput, 0));
}

#[test]
fn errors_of_the_stream_come_back_and_lose_nothing() {
    let mut writer = small(Scripted::writing([
        Step::Move(2),
        Step::Fail(ErrorKind::ConnectionReset),
        Step::Move(0),
    ]));
    finish(writer.feed(&b"hello"[..])).unwrap();
    assert_eq!(finish(writer.flush()).unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(finish(writer.flush()).unwrap_err().kind(), ErrorKind::WriteZero);
    assert_eq!(writer.queued(), 5);
    finish(writer.shutdown()).unwrap();
    assert_eq!(writer.writer().written, prefixed(b"hello"));
    assert!(writer.writer().is_shut_down);
}

#[test]
fn a_flushed_writer_holds_no_buffer() {
    let pool = Arc::new(Pool::new(64, 4));
    let mut writer = FrameWriter::new(Scripted::writing([])).with_pool(Arc::clone(&pool));
    finish(writer.feed(&b"hello"[..])).unwrap();
    assert_eq!(pool.unused(), 0);
    finish(writer.flush()).unwrap();
    assert_eq!(pool.unused(), 1);
}
