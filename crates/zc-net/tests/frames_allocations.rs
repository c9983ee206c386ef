//! What readers and writers of frames allocate: counted on this thread, in its own binary.

#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod frames_support;

use std::sync::Arc;

use allocation_counter::measure;
use bytes::Bytes;
use frames_support::{Prefixed, finish, prefixed};
use tokio::io::{AsyncReadExt, repeat, sink};
use zc_net::frames::{FrameReader, FrameWriter, LengthPrefix, Pool, WriteOptions};

#[test]
fn nothing_is_allocated_for_frames_that_are_dropped_promptly() {
    for len in [1, 60, 1000, 5000] {
        let input = prefixed(&vec![b'x'; len]).repeat(1000);
        let pool = Arc::new(Pool::new(8 << 10, 4));
        let read = || {
            let mut reader = FrameReader::new(&input[..], Prefixed).with_pool(Arc::clone(&pool));
            let mut count = 0;
            while let Some(frame) = finish(reader.next_frame()) {
                count += usize::from(frame.unwrap().len() == len);
            }
            assert_eq!(count, 1000);
        };
        read();
        assert_eq!(measure(read).count_total, 0, "frames of {len} bytes");
    }
}

#[test]
fn a_frame_that_is_kept_costs_its_buffer_and_no_more() {
    // Each byte is a one, and so each length is 257.
    let pool = Arc::new(Pool::new(8 << 10, 4));
    let mut reader = FrameReader::new(repeat(1), Prefixed).with_pool(pool);
    let kept = finish(reader.next_frame()).unwrap().unwrap();
    let counted = measure(|| {
        for _ in 0..10_000 {
            assert_eq!(finish(reader.next_frame()).unwrap().unwrap().len(), 257);
        }
    });
    assert!(counted.bytes_max < 20 << 10, "{counted:?}");
    assert!(counted.count_total < 8, "{counted:?}");
    drop(kept);
}

#[test]
fn frames_that_are_all_kept_cost_no_more_than_twice_their_bytes() {
    const LEN: usize = 50;
    let input = prefixed(&[b'x'; LEN]).repeat(1000);
    let pool = Arc::new(Pool::new(8 << 10, 4));
    let mut frames = Vec::with_capacity(1000);
    let counted = measure(|| {
        let mut reader = FrameReader::new(&input[..], Prefixed).with_pool(Arc::clone(&pool));
        while let Some(frame) = finish(reader.next_frame()) {
            frames.push(frame.unwrap());
        }
    });
    assert!(counted.bytes_current < 2 * 52 * 1000 + (8 << 10), "{counted:?}");
    assert_eq!(frames.len(), 1000);
}

#[test]
fn a_frame_that_claims_to_be_long_takes_memory_only_as_it_arrives() {
    let mut reader = FrameReader::new((&b"\xf0\x00abc"[..]).chain(Never), Prefixed)
        .with_pool(Arc::new(Pool::new(1 << 10, 4)));
    let counted = measure(|| {
        assert!(frames_support::attempt(reader.next_frame()).is_none());
        assert!(frames_support::attempt(reader.next_frame()).is_none());
    });
    assert!(counted.bytes_max < 4 << 10, "{counted:?}");
}

#[test]
fn nothing_is_allocated_for_frames_that_are_sent() {
    let large = Bytes::from(vec![b'x'; 5000]);
    for (high_water, reference_from) in
        [(8 << 10, 1 << 10), (8 << 10, usize::MAX), (30 << 10, usize::MAX)]
    {
        let mut writer = FrameWriter::new(sink())
            .with_pool(Arc::new(Pool::new(8 << 10, 4)))
            .with_options(WriteOptions { high_water, reference_from })
            .with_envelope(LengthPrefix::U32Be);
        let mut send = || {
            for _ in 0..100 {
                finish(writer.feed(&b"small"[..])).unwrap();
                finish(writer.feed(large.clone())).unwrap();
            }
            finish(writer.flush()).unwrap();
        };
        send();
        assert_eq!(measure(&mut send).count_total, 0);
    }
}

/// A stream on which nothing ever arrives.
struct Never;

impl tokio::io::AsyncRead for Never {
    fn poll_read(
        self: std::pin::Pin<&mut Self>,
        _cx: &mut std::task::Context<'_>,
        _buffer: &mut tokio::io::ReadBuf<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        std::task::Poll::Pending
    }
}
