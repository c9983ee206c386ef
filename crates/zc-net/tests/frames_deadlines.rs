//! Deadlines of readers, on a clock that the test moves.

#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod frames_support;

use std::time::Duration;

use frames_support::Prefixed;
use tokio::io::{AsyncWriteExt, DuplexStream};
use tokio::time::{Instant, advance, sleep, timeout};
use zc_net::frames::{FrameReadErrorKind, FrameReader, ReadOptions};

const SECOND: Duration = Duration::from_secs(1);

/// Runs `visit` with the two ends of a stream, on a clock that stands still and goes on to the next
/// timer when nobody has anything else to do.
fn check<V: Future<Output = ()>>(
    options: ReadOptions,
    visit: impl FnOnce(FrameReader<DuplexStream, Prefixed>, DuplexStream) -> V,
) {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_time().start_paused(true).build().unwrap();
    let (here, there) = tokio::io::duplex(64);
    let reader = FrameReader::new(here, Prefixed).with_options(options);
    runtime.block_on(visit(reader, there));
}

fn frame_deadline(limit: Duration) -> ReadOptions {
    ReadOptions { frame_deadline: Some(limit), ..ReadOptions::default() }
}

fn idle_deadline(limit: Duration) -> ReadOptions {
    ReadOptions { idle_deadline: Some(limit), ..ReadOptions::default() }
}

/// Sends a byte every second, for ever.
async fn drip(mut peer: DuplexStream, first: &[u8]) {
    peer.write_all(first).await.unwrap();
    while peer.write_all(b"x").await.is_ok() {
        sleep(SECOND).await;
    }
}

#[test]
fn a_drip_does_not_renew_the_deadline_of_a_frame() {
    check(frame_deadline(10 * SECOND), async |mut reader, peer| {
        tokio::spawn(drip(peer, b"\xf0\x00"));
        let start = Instant::now();
        let error = reader.next_frame().await.unwrap().unwrap_err();
        assert!(matches!(error.kind(), FrameReadErrorKind::FrameDeadline(_)), "{error}");
        assert_eq!(start.elapsed().as_secs(), 10);
        assert_eq!(error.buffered(), 2 + 10);
        assert!(reader.next_frame().await.is_none());
    });
}

#[test]
fn giving_up_does_not_renew_the_deadline_of_a_frame() {
    check(frame_deadline(10 * SECOND), async |mut reader, peer| {
        tokio::spawn(drip(peer, b"\xf0\x00"));
        let start = Instant::now();
        let error = loop {
            if let Ok(frame) = timeout(SECOND / 3, reader.next_frame()).await {
                break frame.unwrap().unwrap_err();
            }
        };
        assert!(matches!(error.kind(), FrameReadErrorKind::FrameDeadline(_)), "{error}");
        assert_eq!(start.elapsed().as_secs(), 10);
    });
}

#[test]
fn each_frame_has_the_whole_deadline_from_its_first_byte() {
    check(frame_deadline(10 * SECOND), async |mut reader, mut peer| {
        for _ in 0..5 {
            // Nobody waits for a frame that has not begun.
            assert!(timeout(1000 * SECOND, reader.next_frame()).await.is_err());
            peer.write_all(b"\x00").await.unwrap();
            assert!(timeout(9 * SECOND, reader.next_frame()).await.is_err());
            peer.write_all(b"\x01x").await.unwrap();
            assert_eq!(reader.next_frame().await.unwrap().unwrap(), "x");
        }
    });
}

#[test]
fn a_frame_that_is_whole_is_no_victim_of_a_caller_who_comes_late() {
    check(frame_deadline(10 * SECOND), async |mut reader, mut peer| {
        peer.write_all(b"\x00\x01").await.unwrap();
        assert!(timeout(SECOND, reader.next_frame()).await.is_err());
        peer.write_all(b"x\x00\x01y").await.unwrap();
        advance(100 * SECOND).await;
        assert_eq!(reader.next_frame().await.unwrap().unwrap(), "x");
        assert_eq!(reader.next_frame().await.unwrap().unwrap(), "y");
    });
}

#[test]
fn who_sends_nothing_is_cut_off_by_the_idle_deadline() {
    check(idle_deadline(10 * SECOND), async |mut reader, mut peer| {
        for _ in 0..3 {
            assert!(timeout(9 * SECOND, reader.next_frame()).await.is_err());
            peer.write_all(b"\x00\x01x").await.unwrap();
            assert_eq!(reader.next_frame().await.unwrap().unwrap(), "x");
        }
        let start = Instant::now();
        let error = reader.next_frame().await.unwrap().unwrap_err();
        assert!(matches!(error.kind(), FrameReadErrorKind::IdleDeadline(_)), "{error}");
        assert_eq!((start.elapsed().as_secs(), error.buffered()), (10, 0));
    });
}

#[test]
fn a_frame_that_has_begun_is_not_idle() {
    check(idle_deadline(10 * SECOND), async |mut reader, mut peer| {
        peer.write_all(b"\x00").await.unwrap();
        assert!(timeout(1000 * SECOND, reader.next_frame()).await.is_err());
        peer.write_all(b"\x01x").await.unwrap();
        assert_eq!(reader.next_frame().await.unwrap().unwrap(), "x");
    });
}

#[test]
fn a_deadline_that_no_clock_reaches_is_none() {
    let options = ReadOptions { idle_deadline: Some(Duration::MAX), ..frame_deadline(SECOND) };
    check(options, async |mut reader, _peer| {
        assert!(timeout(1_000_000 * SECOND, reader.next_frame()).await.is_err());
    });
}
