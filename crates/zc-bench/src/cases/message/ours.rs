//! Messages as ropes: by a writer that is told once of the buffer that they all came in with, by
//! one that is told of each message's payload, or by one for each message.

use std::hint::black_box;

use anyhow::{Result, ensure};
use bytes::Bytes;
use zc_core::Copies;
use zc_core::rope::{Rope, RopeWriter};
use zc_serde::msgpack;

use super::{Message, memory_file, messages, weigh};
use crate::answer::{Answer, Done, Input};
use crate::engine::Work;

/// A writer for all messages, told of the buffer that their payloads lie in.
pub(super) fn encode<const LEN: usize>(input: &Input) -> Result<Work<'_>> {
    let (buffer, messages) = checked::<LEN>(input)?;
    let writer = RopeWriter::new([buffer]);
    encode_by(messages, writer, |message, writer| Ok(msgpack::to_rope_with(message, writer)?))
}

/// A writer for all messages, told of each one's payload.
pub(super) fn encode_each<const LEN: usize>(input: &Input) -> Result<Work<'_>> {
    let (_, messages) = checked::<LEN>(input)?;
    encode_by(messages, RopeWriter::new([]), rope)
}

#[inline(always)]
fn encode_by<'i>(
    messages: Vec<Message>,
    mut writer: RopeWriter,
    encode: impl Fn(&Message, &mut RopeWriter) -> Result<Rope> + 'i,
) -> Result<Work<'i>> {
    Ok(Box::new(move || {
        let (mut answer, before) = (Answer::default(), writer.copies().encode);
        for message in &messages {
            black_box(encode(message, &mut writer)?);
            answer.add(weigh(message));
        }
        let encode = writer.copies().encode - before;
        Ok(Done::with_copies(answer, Copies { encode, ..Copies::default() }))
    }))
}

pub(super) fn encode_once<const LEN: usize>(input: &Input) -> Result<Work<'_>> {
    let (_, messages) = checked::<LEN>(input)?;
    Ok(Box::new(move || {
        let mut answer = Answer::default();
        for message in &messages {
            black_box(msgpack::to_rope(message, &[Bytes::from(message.payload.clone())])?);
            answer.add(weigh(message));
        }
        Ok(answer.into())
    }))
}

/// Delivers with the threshold that is the default.
pub(super) fn deliver<const LEN: usize>(input: &Input) -> Result<Work<'_>> {
    deliver_by::<LEN>(input, RopeWriter::DEFAULT_THRESHOLD)
}

/// References every payload, however small.
pub(super) fn deliver_referenced<const LEN: usize>(input: &Input) -> Result<Work<'_>> {
    deliver_by::<LEN>(input, LEN)
}

/// References nothing, however large.
pub(super) fn deliver_copied<const LEN: usize>(input: &Input) -> Result<Work<'_>> {
    deliver_by::<LEN>(input, usize::MAX)
}

fn deliver_by<const LEN: usize>(input: &Input, threshold: usize) -> Result<Work<'_>> {
    let (buffer, messages) = checked::<LEN>(input)?;
    let mut writer = RopeWriter::new([buffer]).with_threshold(threshold);
    let mut file = memory_file()?;
    Ok(Box::new(move || {
        let (mut answer, before) = (Answer::default(), writer.copies().encode);
        let mut write = 0;
        for message in &messages {
            let rope = msgpack::to_rope_with(message, &mut writer)?;
            write += file.replace(|out| rope.write_to(out))?;
            answer.add(weigh(message));
        }
        let encode = writer.copies().encode - before;
        Ok(Done::with_copies(answer, Copies { encode, write, ..Copies::default() }))
    }))
}

fn rope(message: &Message, writer: &mut RopeWriter) -> Result<Rope> {
    writer.set_sources([Bytes::from(message.payload.clone())]);
    Ok(msgpack::to_rope_with(message, writer)?)
}

/// The messages, of which each rope is what `rmp-serde` writes, and the buffer of their payloads.
fn checked<const LEN: usize>(input: &Input) -> Result<(Bytes, Vec<Message>)> {
    let (buffer, messages) = messages::<LEN>(input);
    for threshold in [1, RopeWriter::DEFAULT_THRESHOLD, usize::MAX] {
        let mut told_each = RopeWriter::new([]).with_threshold(threshold);
        let mut told_once = RopeWriter::new([buffer.clone()]).with_threshold(threshold);
        for message in &messages {
            let expected = rmp_serde::to_vec(message)?;
            let ropes =
                [rope(message, &mut told_each)?, msgpack::to_rope_with(message, &mut told_once)?];
            let is_same = ropes.iter().all(|rope| *rope == expected[..]);
            ensure!(is_same, "a rope holds other bytes than a vector");
        }
    }
    Ok((buffer, messages))
}
