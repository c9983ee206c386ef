//! What is left when there is no reader: the whole stream is there, and each payload is a slice.

use anyhow::Result;
use bytes::{Buf, Bytes};
use tokio::runtime::Runtime;

use super::add;
use crate::answer::{Answer, Done};

pub(super) fn length_prefixed(_: &Runtime, stream: &Bytes) -> Result<Done> {
    let (mut rest, mut answer) = (stream.clone(), Answer::default());
    while rest.len() >= 4 {
        let len = rest.get_u32() as usize;
        add(&mut answer, &rest.split_to(len));
    }
    Ok(answer.into())
}

pub(super) fn lines(_: &Runtime, stream: &Bytes) -> Result<Done> {
    let mut answer = Answer::default();
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', stream) {
        add(&mut answer, &stream.slice(start..end));
        start = end + 1;
    }
    Ok(answer.into())
}
