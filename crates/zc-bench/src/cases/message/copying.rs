//! Messages as vectors of bytes, by formats that copy the payload into them.

use std::hint::black_box;
use std::io::Write;

use anyhow::{Result, ensure};

use super::{Message, memory_file, messages, weigh};
use crate::answer::{Answer, Input};
use crate::engine::Work;

/// A format that copies, and the message as it wants it.
pub(super) trait Format: Sized + 'static {
    type Encoded: AsRef<[u8]>;

    fn of(message: &Message) -> Self;

    fn encode(&self) -> Result<Self::Encoded>;

    /// Reads what was encoded, in the plainest way.
    fn decode(encoded: &[u8]) -> Result<Message>;
}

pub(super) fn encode<F: Format, const LEN: usize>(input: &Input) -> Result<Work<'_>> {
    let messages = checked::<F, LEN>(input)?;
    Ok(Box::new(move || {
        let mut answer = Answer::default();
        for (message, weight) in &messages {
            black_box(message.encode()?);
            answer.add(*weight);
        }
        Ok(answer.into())
    }))
}

pub(super) fn deliver<F: Format, const LEN: usize>(input: &Input) -> Result<Work<'_>> {
    let messages = checked::<F, LEN>(input)?;
    let mut file = memory_file()?;
    Ok(Box::new(move || {
        let mut answer = Answer::default();
        for (message, weight) in &messages {
            let encoded = message.encode()?;
            file.replace(|out| out.write_all(encoded.as_ref()))?;
            answer.add(*weight);
        }
        Ok(answer.into())
    }))
}

/// The messages as the format wants them, with what each counts for.
fn checked<F: Format, const LEN: usize>(input: &Input) -> Result<Vec<(F, u64)>> {
    let checked = |message: &Message| {
        let theirs = F::of(message);
        let is_same = F::decode(theirs.encode()?.as_ref())? == *message;
        ensure!(is_same, "another message is read than was encoded");
        Ok((theirs, weigh(message)))
    };
    messages::<LEN>(input).1.iter().map(checked).collect()
}

/// `rmp_serde::to_vec`.
pub(super) struct MessagePack(Message);

impl Format for MessagePack {
    type Encoded = Vec<u8>;

    fn of(message: &Message) -> Self {
        Self(message.clone())
    }

    fn encode(&self) -> Result<Vec<u8>> {
        Ok(rmp_serde::to_vec(&self.0)?)
    }

    fn decode(encoded: &[u8]) -> Result<Message> {
        Ok(rmp_serde::from_slice(encoded)?)
    }
}
