//! Frames are the same however they are read and written, and whoever gives up waiting.

#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod frames_support;

use std::io::ErrorKind;
use std::sync::Arc;

use bytes::Bytes;
use frames_support::{Prefixed, Scripted, Step, attempt, prefixed};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use zc_net::frames::{FrameReader, FrameWriter, LengthPrefix, Pool, WriteOptions};

/// Payloads of any bytes, many of them short, and some longer than a buffer.
fn payloads() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let payload = prop_oneof![
        4 => vec(any::<u8>(), 0..20),
        2 => vec(any::<u8>(), 0..100),
        1 => vec(any::<u8>(), 0..1000),
    ];
    vec(payload, 0..20)
}

/// What a stream does, call after call.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        2 => Just(Step::Wait),
        1 => Just(Step::Fail(ErrorKind::Interrupted)),
        2 => Just(Step::Move(1)),
        4 => (1_usize..200).prop_map(Step::Move),
    ];
    vec(step, 0..100)
}

fn framed(payloads: &[Vec<u8>]) -> Vec<u8> {
    payloads.iter().flat_map(|payload| prefixed(payload)).collect()
}

/// The frames of a stream, each future dropped wherever it waits; every one that `is_kept` says is
/// kept to the end.
fn read(stream: Scripted, buffer_len: usize, is_kept: &[bool]) -> Vec<Bytes> {
    let pool = Arc::new(Pool::new(buffer_len, 2));
    let mut reader = FrameReader::new(stream, Prefixed).with_pool(pool);
    let mut frames = Vec::new();
    loop {
        let Some(frame) = attempt(reader.next_frame()) else { continue };
        let Some(frame) = frame else { return frames };
        let frame = frame.unwrap();
        let is_kept = is_kept.get(frames.len() % is_kept.len().max(1)) == Some(&true);
        frames.push(if is_kept { frame } else { Bytes::copy_from_slice(&frame) });
    }
}

proptest! {
    #[test]
    fn any_split_of_the_input_gives_the_same_frames(
        payloads in payloads(),
        steps in steps(),
        buffer_len in 1_usize..300,
        is_kept in vec(any::<bool>(), 1..5),
    ) {
        let stream = Scripted::reading(&framed(&payloads), steps);
        assert_eq!(read(stream, buffer_len, &is_kept), payloads);
    }

    #[test]
    fn any_partial_write_gives_the_same_bytes(
        payloads in payloads(),
        steps in steps(),
        buffer_len in 1_usize..300,
        (high_water, reference_from) in (0_usize..500, 0_usize..200),
        is_vectored: bool,
        flushes in vec(any::<bool>(), 1..5),
    ) {
        let stream = Scripted { is_vectored, ..Scripted::writing(steps) };
        let mut writer = FrameWriter::new(stream)
            .with_pool(Arc::new(Pool::new(buffer_len, 2)))
            .with_options(WriteOptions { high_water, reference_from })
            .with_envelope(LengthPrefix::U16Be);
        for (index, payload) in payloads.iter().enumerate() {
            let payload = Bytes::copy_from_slice(payload);
            while attempt(writer.feed(payload.clone())).is_none() {}
            assert!(writer.queued() <= high_water.max(2 + payload.len()));
            // One that is given up where it waits has written what it has written.
            if flushes[index % flushes.len()] {
                let _ = attempt(writer.flush());
            }
        }
        while attempt(writer.shutdown()).is_none() {}
        assert_eq!(&writer.writer().written, &framed(&payloads));
        assert_eq!((writer.queued(), writer.writer().is_shut_down), (0, true));
    }
}
