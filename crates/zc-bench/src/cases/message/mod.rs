//! A message with a binary field that came in as `Bytes`, encoded, and delivered into a file in
//! memory; and where the threshold of ropes lies, by size.
//!
//! Payloads of one run together are at most 4 MiB, as of messages that have just come in.

mod copying;
mod ours;
#[cfg(feature = "rivals")]
mod rivals;

use std::fs::File;
use std::io::{self, Seek};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use zc_serde::shared::SharedBytes;

use self::copying::MessagePack;
use crate::answer::{Answer, Input};
use crate::case::{Case, Figure};
use crate::corpus::Corpus;
use crate::engine::{Engine, Prepare, Run};
use crate::target::Target;

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

pub(super) const CASES: &[Case] = &[
    encode::<KIB>("message-1KiB", &[Target::at_least(0.95, "rmp-serde")]),
    encode::<{ 64 * KIB }>("message-64KiB", &[Target::at_least(10.0, "rmp-serde")]),
    encode::<MIB>("message-1MiB", &[Target::at_least(100.0, "rmp-serde")]),
    delivered::<KIB>(
        "message-delivered-1KiB",
        &[Target::at_least(0.95, "rmp-serde").why_missed(WHY_LATER).next(NEXT)],
    ),
    delivered::<{ 64 * KIB }>("message-delivered-64KiB", &[Target::at_least(1.15, "rmp-serde")]),
    delivered::<MIB>("message-delivered-1MiB", &[Target::at_least(1.15, "rmp-serde")]),
    threshold::<KIB>("threshold-1KiB"),
    threshold::<{ 4 * KIB }>("threshold-4KiB"),
    threshold::<{ 8 * KIB }>("threshold-8KiB"),
    threshold::<{ 12 * KIB }>("threshold-12KiB"),
    threshold::<{ 16 * KIB }>("threshold-16KiB"),
    threshold::<{ 24 * KIB }>("threshold-24KiB"),
    threshold::<{ 32 * KIB }>("threshold-32KiB"),
    threshold::<{ 64 * KIB }>("threshold-64KiB"),
];

const NEXT: &str = "a scratch that is written from where it lies, and not made a segment first";

const WHY_LATER: &str = "both make one system call; a rope of 1 KiB is copied into a scratch as a vector is, and \
     the scratch then becomes a segment that is counted";

const fn encode<const LEN: usize>(name: &'static str, targets: &'static [Target]) -> Case {
    Case {
        row: Some(11),
        what: "encode a message with a binary field",
        engines: const {
            &[
                engine("zc", ours::encode::<LEN>),
                engine("zc, told of each payload", ours::encode_each::<LEN>),
                engine("zc, a writer each", ours::encode_once::<LEN>),
                engine("rmp-serde", copying::encode::<MessagePack, LEN>),
                #[cfg(feature = "rivals")]
                engine("prost", copying::encode::<rivals::Protobuf, LEN>),
                #[cfg(feature = "rivals")]
                engine("rkyv", copying::encode::<rivals::Archive, LEN>),
            ]
        },
        targets,
        ..case::<LEN>(name)
    }
}

const fn delivered<const LEN: usize>(name: &'static str, targets: &'static [Target]) -> Case {
    Case {
        row: Some(11),
        what: "encode a message with a binary field and write it to a file in memory",
        engines: const {
            &[
                engine("zc", ours::deliver::<LEN>),
                engine("rmp-serde", copying::deliver::<MessagePack, LEN>),
                #[cfg(feature = "rivals")]
                engine("prost", copying::deliver::<rivals::Protobuf, LEN>),
                #[cfg(feature = "rivals")]
                engine("rkyv", copying::deliver::<rivals::Archive, LEN>),
            ]
        },
        targets,
        ..case::<LEN>(name)
    }
}

const fn threshold<const LEN: usize>(name: &'static str) -> Case {
    Case {
        what: "a rope encoded and written to a file in memory, its payload referenced or copied",
        engines: const {
            &[
                engine("referenced", ours::deliver_referenced::<LEN>),
                engine("copied", ours::deliver_copied::<LEN>),
            ]
        },
        ..case::<LEN>(name)
    }
}

const fn case<const LEN: usize>(name: &'static str) -> Case {
    Case {
        row: None,
        name,
        what: "",
        corpus: Corpus::Plain { len: count(LEN) * LEN },
        item: "message",
        figure: Figure::Rate,
        engines: &[],
        expected: |input| {
            let mut answer = Answer::default();
            messages::<LEN>(input).1.iter().for_each(|message| answer.add(weigh(message)));
            answer
        },
        targets: &[],
    }
}

const fn engine(name: &'static str, prepare: Prepare) -> Engine {
    Engine { name, run: Run::Prepared(prepare) }
}

/// Messages of one run, so that little but encoding is timed.
const fn count(len: usize) -> usize {
    if len > 64 * KIB { 4 * MIB / len } else { 64 }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Message {
    id: u64,
    name: String,
    is_last: bool,
    payload: SharedBytes,
}

/// The corpus as a buffer that messages have come in with, and the messages, whose payloads are
/// parts of it.
fn messages<const LEN: usize>(input: &Input) -> (Bytes, Vec<Message>) {
    let buffer = Bytes::copy_from_slice(&input.bytes);
    let message = |id: usize| Message {
        id: id as u64,
        name: "a name".to_owned(),
        is_last: false,
        payload: buffer.slice(id * LEN..(id + 1) * LEN).into(),
    };
    let messages = (0..count(LEN)).map(message).collect();
    (buffer, messages)
}

/// What a message counts for, at the least cost. That the bytes are right is checked before.
#[inline(always)]
fn weigh(message: &Message) -> u64 {
    7 * message.id + message.payload.len() as u64
}

/// A file in memory that holds one message at a time.
struct MemoryFile(File);

#[cfg(target_os = "linux")]
fn memory_file() -> io::Result<MemoryFile> {
    use nix::sys::memfd::{MFdFlags, memfd_create};

    Ok(MemoryFile(memfd_create("message", MFdFlags::MFD_CLOEXEC)?.into()))
}

/// Elsewhere it lies where temporary files do.
#[cfg(not(target_os = "linux"))]
fn memory_file() -> io::Result<MemoryFile> {
    Ok(MemoryFile(tempfile::tempfile()?))
}

impl MemoryFile {
    /// Writes over what it held.
    fn replace<T>(&mut self, write: impl FnOnce(&mut File) -> io::Result<T>) -> io::Result<T> {
        self.0.rewind()?;
        write(&mut self.0)
    }
}
