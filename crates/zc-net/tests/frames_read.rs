//! What readers of frames find, however the bytes arrive and whoever gives up waiting.

#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod frames_support;

use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use frames_support::{Line, Numbers, Prefixed, Scripted, Step, attempt, finish, prefixed};
use tokio::io::{AsyncRead, AsyncWriteExt};
use zc_core::Framer;
use zc_net::frames::{Ending, FrameReadError, FrameReadErrorKind, FrameReader, Pool, ReadOptions};

/// The bounds of most tests: buffers are small, so that frames cross their ends.
fn small<R, F>(reader: R, framer: F) -> FrameReader<R, F> {
    FrameReader::new(reader, framer).with_pool(Arc::new(Pool::new(64, 4)))
}

/// All frames up to the end or an error.
fn collect<R: AsyncRead + Unpin, F: Framer>(
    reader: &mut FrameReader<R, F>,
) -> (Vec<Bytes>, Option<FrameReadError>) {
    let mut frames = Vec::new();
    while let Some(frame) = finish(reader.next_frame()) {
        match frame {
            Ok(frame) => frames.push(frame),
            Err(error) => return (frames, Some(error)),
        }
    }
    assert!(finish(reader.next_frame()).is_none());
    (frames, None)
}

/// Asserts which frames `input` holds, read in these steps, whether frames are kept or dropped and
/// whether the future is dropped wherever it waits.
#[track_caller]
fn check(input: &[u8], steps: &[Step], expected: &[&[u8]]) {
    let mut kept = small(Scripted::reading(input, steps.to_vec()), Prefixed);
    let (frames, error) = collect(&mut kept);
    assert_eq!(frames, expected);
    assert!(error.is_none(), "{error:?}");
    assert_eq!(kept.offset(), input.len() as u64);
    assert_eq!(kept.copies().read, input.len() as u64);

    let mut dropped = small(Scripted::reading(input, steps.to_vec()), Prefixed);
    for &payload in expected {
        let frame = loop {
            if let Some(frame) = attempt(dropped.next_frame()) {
                break frame;
            }
        };
        assert_eq!(frame.unwrap().unwrap(), payload);
    }
    assert!(finish(dropped.next_frame()).is_none());
}

/// Asserts how reading `input` fails behind `frames` frames, in one piece and byte by byte.
#[track_caller]
fn check_error(
    input: &[u8],
    options: ReadOptions,
    frames: usize,
    offset: u64,
    is_expected: impl Fn(&FrameReadErrorKind) -> bool,
) {
    for steps in [vec![], vec![Step::Move(1); input.len()]] {
        let mut reader = small(Scripted::reading(input, steps), Prefixed).with_options(options);
        let (found, error) = collect(&mut reader);
        let error = error.expect("the input has an error");
        assert_eq!((found.len(), error.offset()), (frames, offset), "{error}");
        assert!(is_expected(error.kind()), "{error:?}");
        assert!(finish(reader.next_frame()).is_none());
        assert!(reader.buffered_frame().is_none());
    }
}

#[test]
fn every_split_of_the_input_gives_the_same_frames() {
    let payloads: [&[u8]; 6] = [b"one", b"", &[b'x'; 70], b"4", &[b'y'; 61], b"six"];
    let input: Vec<u8> = payloads.iter().flat_map(|payload| prefixed(payload)).collect();
    for first in 0..input.len() {
        check(&input, &[Step::Move(first.max(1)), Step::Wait], &payloads);
        for second in [1, 2, 63, 64, 65] {
            let steps = [Step::Move(first.max(1)), Step::Wait, Step::Move(second), Step::Wait];
            check(&input, &steps, &payloads);
        }
    }
    check(&input, &vec![Step::Move(1); input.len()], &payloads);
    let waiting = [Step::Wait, Step::Move(1)].repeat(input.len());
    check(&input, &waiting, &payloads);
}

#[test]
fn random_frames_in_random_pieces_are_found() {
    let mut numbers = Numbers(1);
    for _ in 0..500 {
        let count = numbers.below(20);
        let payloads: Vec<Vec<u8>> = (0..count)
            .map(|i| {
                vec![u8::try_from(i).unwrap(); [3, 40, 300][i % 3].min(1 + numbers.below(400))]
            })
            .collect();
        let input: Vec<u8> = payloads.iter().flat_map(|payload| prefixed(payload)).collect();
        let expected: Vec<&[u8]> = payloads.iter().map(Vec::as_slice).collect();
        check(&input, &numbers.steps(200, 100), &expected);
    }
}

#[test]
fn a_stream_that_ends_inside_a_frame_says_how_much_is_missing() {
    let options = ReadOptions::default();
    let input = [&prefixed(b"one")[..], b"\x00\x05he"].concat();
    check_error(&input, options, 1, 5, |kind| {
        matches!(kind, FrameReadErrorKind::Truncated { missing: 3 })
    });
    check_error(b"\x00", options, 0, 0, |kind| {
        matches!(kind, FrameReadErrorKind::Truncated { missing: 1 })
    });
}

#[test]
fn what_is_no_frame_is_an_error_behind_the_frames_before_it() {
    let input = [&prefixed(b"one")[..], &prefixed(b"two"), b"\xff\xff", &prefixed(b"x")].concat();
    check_error(
        &input,
        ReadOptions::default(),
        2,
        10,
        |kind| matches!(kind, FrameReadErrorKind::Malformed(mismatch) if mismatch.offset == 0),
    );
}

#[test]
fn a_frame_that_is_too_long_is_refused_before_memory_is_taken_for_it() {
    let options = ReadOptions { max_frame: 10, ..ReadOptions::default() };
    let input = [&prefixed(&[b'x'; 8])[..], &prefixed(&[b'y'; 9])].concat();
    check_error(&input, options, 1, 10, |kind| {
        matches!(kind, FrameReadErrorKind::TooLong { at_least: 11, limit: 10 })
    });
    let options = ReadOptions { max_buffered: 10, ..ReadOptions::default() };
    check_error(&input, options, 1, 10, |kind| {
        matches!(kind, FrameReadErrorKind::BufferFull { limit: 10 })
    });
}

#[test]
fn no_more_is_read_ahead_than_may_be_buffered() {
    let input = prefixed(b"12345678").repeat(10);
    for max_buffered in 10..30 {
        let options = ReadOptions { max_buffered, ..ReadOptions::default() };
        let mut reader = small(Scripted::reading(&input, []), Prefixed).with_options(options);
        for _ in 0..10 {
            assert_eq!(finish(reader.next_frame()).unwrap().unwrap(), &b"12345678"[..]);
            assert!(reader.buffered() <= max_buffered);
        }
    }
}

#[test]
fn a_reset_is_an_error_with_its_kind_and_interruptions_are_none() {
    let input = [&prefixed(b"one")[..], b"\x00\x05he"].concat();
    let interrupted = Step::Fail(ErrorKind::Interrupted);
    let steps = [interrupted, Step::Move(9), Step::Fail(ErrorKind::ConnectionReset)];
    let mut reader = small(Scripted::reading(&input, steps), Prefixed);
    let (frames, error) = collect(&mut reader);
    let error = error.unwrap();
    assert_eq!((frames.len(), error.offset(), error.buffered()), (1, 5, 4));
    assert_eq!(io::Error::from(error).kind(), ErrorKind::ConnectionReset);
    assert!(finish(reader.next_frame()).is_none());
}

#[test]
fn the_last_line_may_lack_its_ending_if_the_options_say_so() {
    let options = ReadOptions { ending: Ending::MayLack(b"\n"), ..ReadOptions::default() };
    for input in ["one\ntwo", "one\ntwo\n"] {
        for steps in [vec![], vec![Step::Move(1); 8]] {
            let stream = Scripted::reading(input.as_bytes(), steps);
            let (frames, error) = collect(&mut small(stream, Line).with_options(options));
            assert_eq!(frames, ["one", "two"]);
            assert!(error.is_none());
        }
    }
    let (frames, error) = collect(&mut small(&b"one\ntwo"[..], Line));
    assert_eq!(frames, ["one"]);
    assert!(error.unwrap().is_truncated());
    let (frames, error) = collect(&mut small(&b""[..], Line).with_options(options));
    assert!(frames.is_empty() && error.is_none());
}

#[test]
fn an_ending_that_completes_no_frame_leaves_it_truncated() {
    let options = ReadOptions { ending: Ending::MayLack(b"\n"), ..ReadOptions::default() };
    check_error(b"\x00\x05he", options, 0, 0, |kind| {
        matches!(kind, FrameReadErrorKind::Truncated { missing: 3 })
    });
}

#[test]
fn bytes_that_were_read_before_come_first_and_those_behind_are_given_back() {
    let all = [&prefixed(b"one")[..], &prefixed(b"two"), &prefixed(b"three")].concat();
    for cut in 0..=all.len() {
        let before = Bytes::copy_from_slice(&all[..cut]);
        let kept = before.clone();
        let mut reader = small(&all[cut..], Prefixed).with_buffered(before);
        assert_eq!(finish(reader.next_frame()).unwrap().unwrap(), "one");
        assert_eq!(finish(reader.next_frame()).unwrap().unwrap(), "two");
        let (rest, _, buffered) = reader.into_parts();
        assert_eq!([&buffered[..], rest].concat(), prefixed(b"three"));
        assert_eq!(kept, all[..cut]);
    }
}

#[test]
fn an_idle_reader_holds_no_buffer_and_a_pool_keeps_no_more_than_it_may() {
    let pool = Arc::new(Pool::new(1024, 2));
    let mut readers: Vec<_> = (0..5)
        .map(|_| {
            let steps = [Step::Wait, Step::Move(5), Step::Wait];
            let stream = Scripted::reading(&prefixed(b"one"), steps);
            FrameReader::new(stream, Prefixed).with_pool(Arc::clone(&pool))
        })
        .collect();
    for reader in &mut readers {
        assert!(attempt(reader.next_frame()).is_none());
        assert_eq!(pool.unused(), 1);
    }
    for reader in &mut readers {
        assert_eq!(attempt(reader.next_frame()).unwrap().unwrap().unwrap(), "one");
    }
    for reader in &mut readers {
        assert!(attempt(reader.next_frame()).is_none());
    }
    assert_eq!(pool.unused(), 2);
}

/// A runtime whose clock runs.
fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap()
}

#[test]
fn a_slow_drip_is_cut_off_by_the_deadline_of_the_whole_frame() {
    let frame_deadline = Some(Duration::from_millis(40));
    let options = ReadOptions { frame_deadline, ..ReadOptions::default() };
    runtime().block_on(async {
        let (here, mut there) = tokio::io::duplex(64);
        let mut reader = small(here, Prefixed).with_options(options);
        there.write_all(b"\x00\x01x\xf0").await.unwrap();
        assert_eq!(reader.next_frame().await.unwrap().unwrap(), "x");
        let drip = async {
            loop {
                tokio::time::sleep(Duration::from_millis(1)).await;
                there.write_all(b"x").await.unwrap();
                tokio::task::yield_now().await;
            }
        };
        let error = futures_race(reader.next_frame(), drip).await.unwrap().unwrap_err();
        assert!(matches!(error.kind(), FrameReadErrorKind::FrameDeadline(_)), "{error}");
        assert!(error.is_timeout());
        assert_eq!(error.offset(), 3);
        assert!(error.buffered() >= 1);
        assert_eq!(io::Error::from(error).kind(), ErrorKind::TimedOut);
        assert!(reader.next_frame().await.is_none());
    });
}

#[test]
fn a_peer_that_sends_nothing_is_cut_off_by_the_idle_deadline_even_if_callers_give_up() {
    let idle_deadline = Some(Duration::from_millis(40));
    let frame_deadline = Some(Duration::from_secs(3600));
    let options = ReadOptions { idle_deadline, frame_deadline, ..ReadOptions::default() };
    runtime().block_on(async {
        let (here, mut there) = tokio::io::duplex(64);
        let mut reader = small(here, Prefixed).with_options(options);
        there.write_all(b"\x00\x01x").await.unwrap();
        assert_eq!(reader.next_frame().await.unwrap().unwrap(), "x");
        let error = loop {
            let patience = Duration::from_millis(1);
            if let Ok(frame) = tokio::time::timeout(patience, reader.next_frame()).await {
                break frame.unwrap().unwrap_err();
            }
        };
        assert!(matches!(error.kind(), FrameReadErrorKind::IdleDeadline(_)), "{error}");
        assert_eq!((error.offset(), error.buffered()), (3, 0));
    });
}

#[test]
fn a_deadline_of_frames_lets_the_peer_idle_and_ends_with_each_frame() {
    let frame_deadline = Some(Duration::from_secs(3600));
    let options = ReadOptions { frame_deadline, ..ReadOptions::default() };
    runtime().block_on(async {
        let (here, mut there) = tokio::io::duplex(64);
        let mut reader = small(here, Prefixed).with_options(options);
        for _ in 0..3 {
            let patience = Duration::from_millis(5);
            assert!(tokio::time::timeout(patience, reader.next_frame()).await.is_err());
            there.write_all(b"\x00").await.unwrap();
            assert!(tokio::time::timeout(patience, reader.next_frame()).await.is_err());
            there.write_all(b"\x01x").await.unwrap();
            assert_eq!(reader.next_frame().await.unwrap().unwrap(), "x");
        }
    });
}

/// The output of `first`, while `second` runs beside it.
async fn futures_race<T>(first: impl Future<Output = T>, second: impl Future<Output = ()>) -> T {
    let (mut first, mut second) = (std::pin::pin!(first), std::pin::pin!(second));
    std::future::poll_fn(|cx| {
        if let std::task::Poll::Ready(output) = first.as_mut().poll(cx) {
            return std::task::Poll::Ready(output);
        }
        let _ = second.as_mut().poll(cx);
        std::task::Poll::Pending
    })
    .await
}
