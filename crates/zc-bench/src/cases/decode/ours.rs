//! The readers of zc-net.

use anyhow::Result;
use bytes::Bytes;
use tokio::runtime::Runtime;
use zc_net::frames::FrameReader;
use zc_parse::framing::Integer;

use super::add;
use crate::answer::{Answer, Done};

pub(super) fn length_prefixed(runtime: &Runtime, stream: &Bytes) -> Result<Done> {
    count(runtime, FrameReader::length_prefixed(&stream[..], Integer::U32Be))
}

pub(super) fn lines(runtime: &Runtime, stream: &Bytes) -> Result<Done> {
    count(runtime, FrameReader::lines(&stream[..]))
}

fn count<F: zc_core::Framer>(runtime: &Runtime, mut reader: FrameReader<&[u8], F>) -> Result<Done> {
    let mut answer = Answer::default();
    runtime.block_on(async {
        while let Some(frame) = reader.next_frame().await {
            add(&mut answer, &frame?);
            while let Some(frame) = reader.buffered_frame() {
                add(&mut answer, &frame);
            }
        }
        Ok(Done::with_copies(answer, reader.copies()))
    })
}
