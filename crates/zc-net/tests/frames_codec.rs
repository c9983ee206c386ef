//! Frames as streams, sinks and codecs agree with frames that are read and written by hand.

#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]
#![cfg(feature = "codec")]

mod frames_support;

use std::future::poll_fn;
use std::io::ErrorKind;
use std::pin::Pin;

use bytes::{Bytes, BytesMut};
use frames_support::{Line, Numbers, Prefixed, Scripted, finish, prefixed};
use futures_core::Stream;
use futures_sink::Sink;
use tokio_util::codec::{Decoder, Encoder, FramedRead};
use zc_net::frames::{Ending, FrameReader, FrameWriter, FramerCodec, LengthPrefix, ReadOptions};

fn collect<S: Stream<Item = Result<Bytes, E>> + Unpin, E>(mut stream: S) -> Vec<Option<Bytes>> {
    let mut frames = Vec::new();
    while let Some(frame) = finish(poll_fn(|cx| Pin::new(&mut stream).poll_next(cx))) {
        frames.push(frame.ok());
    }
    frames
}

#[test]
fn readers_and_codecs_find_the_same_frames() {
    let mut numbers = Numbers(3);
    for _ in 0..300 {
        let mut input: Vec<u8> =
            (0..numbers.below(9)).flat_map(|i| prefixed(&vec![b'x'; i * 37])).collect();
        input.extend([&b""[..], b"\x00\x05he", b"\xff\xff\x00"][numbers.below(3)]);
        let steps = numbers.steps(100, 90);
        let read = FrameReader::new(Scripted::reading(&input, steps.clone()), Prefixed);
        let codec = FramerCodec::new(Prefixed);
        let decoded = FramedRead::new(Scripted::reading(&input, steps), codec);
        assert_eq!(collect(read), collect(decoded));
    }
}

#[test]
fn a_codec_has_the_limits_of_its_options() {
    let options = ReadOptions { max_frame: 10, ..ReadOptions::default() };
    let mut codec = FramerCodec::new(Prefixed).with_options(options);
    let mut buffer = BytesMut::from(&[&prefixed(&[1; 8])[..], &prefixed(&[2; 9])].concat()[..]);
    assert_eq!(codec.decode(&mut buffer).unwrap().unwrap(), [1; 8][..]);
    assert_eq!(codec.decode(&mut buffer).unwrap_err().kind(), ErrorKind::InvalidData);
    assert!(codec.decode(&mut buffer).unwrap().is_none());
    assert!(buffer.is_empty());
}

#[test]
fn a_codec_completes_the_last_line() {
    let options = ReadOptions { ending: Ending::MayLack(b"\n"), ..ReadOptions::default() };
    let codec = FramerCodec::new(Line).with_options(options);
    let frames = collect(FramedRead::new(&b"one\ntwo"[..], codec));
    assert_eq!(frames, [Some("one".into()), Some("two".into())]);
    let frames = collect(FramedRead::new(&b"one\ntwo"[..], FramerCodec::new(Line)));
    assert_eq!(frames, [Some("one".into()), None]);
}

#[test]
fn sinks_and_codecs_write_the_same_frames() {
    let payloads = [&b"one"[..], b"", &[b'x'; 40_000]];
    let mut sink = FrameWriter::new(Scripted::writing([])).with_envelope(LengthPrefix::U16Be);
    let mut codec = FramerCodec::new(Prefixed).with_envelope(LengthPrefix::U16Be);
    let mut encoded = BytesMut::new();
    for payload in payloads.map(Bytes::copy_from_slice) {
        finish(poll_fn(|cx| Sink::<Bytes>::poll_ready(Pin::new(&mut sink), cx))).unwrap();
        Pin::new(&mut sink).start_send(payload.clone()).unwrap();
        codec.encode(payload, &mut encoded).unwrap();
    }
    finish(poll_fn(|cx| Sink::<Bytes>::poll_close(Pin::new(&mut sink), cx))).unwrap();
    assert_eq!(sink.writer().written, encoded);
    assert!(sink.writer().is_shut_down);
}
