//! `FramedRead` of tokio-util, with its codecs and with ours.

use std::future::poll_fn;
use std::pin::Pin;

use anyhow::Result;
use bytes::Bytes;
use futures_core::Stream;
use tokio::runtime::Runtime;
use tokio_util::codec::{Decoder, FramedRead, LengthDelimitedCodec, LinesCodec};
use zc_net::frames::FramerCodec;
use zc_parse::framing::{Integer, LengthField, Newline};

use super::add;
use crate::answer::{Answer, Done};

pub(super) fn length_delimited(runtime: &Runtime, stream: &Bytes) -> Result<Done> {
    count(runtime, stream, LengthDelimitedCodec::new())
}

pub(super) fn length_prefixed_by_ours(runtime: &Runtime, stream: &Bytes) -> Result<Done> {
    count(runtime, stream, FramerCodec::new(LengthField::new(Integer::U32Be)))
}

pub(super) fn lines(runtime: &Runtime, stream: &Bytes) -> Result<Done> {
    count(runtime, stream, LinesCodec::new())
}

pub(super) fn lines_by_ours(runtime: &Runtime, stream: &Bytes) -> Result<Done> {
    count(runtime, stream, FramerCodec::new(Newline::new()))
}

fn count<D>(runtime: &Runtime, stream: &Bytes, decoder: D) -> Result<Done>
where
    D: Decoder<Item: AsRef<[u8]>, Error: std::error::Error + Send + Sync + 'static> + Unpin,
{
    let mut frames = FramedRead::new(&stream[..], decoder);
    let mut answer = Answer::default();
    runtime.block_on(async {
        while let Some(frame) = poll_fn(|cx| Pin::new(&mut frames).poll_next(cx)).await {
            add(&mut answer, frame?.as_ref());
        }
        Ok(answer.into())
    })
}
