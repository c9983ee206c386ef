//! Frames out of a stream that lies in memory: length-prefixed ones, and lines.

use anyhow::Result;
use bytes::Bytes;
use tokio::runtime::{Builder, Runtime};

use crate::answer::{Answer, Input};
use crate::case::{Case, Figure};
use crate::corpus::Corpus;
use crate::engine::{Engine, Prepare, Run, Work};
use crate::target::Target;

mod by_hand;
mod ours;
#[cfg(feature = "rivals")]
mod rivals;

/// Bytes of a payload with its length in front.
const PAYLOAD_LEN: u8 = 64;

/// So much that it stays in a cache of the second level: what is measured is no memory.
const CORPUS: Corpus = Corpus::Stream { len: 512 << 10 };

pub(super) const CASES: &[Case] = &[
    Case {
        row: Some(21),
        name: "decode-length-prefixed",
        what: "decode frames of 64 bytes with their length in front, in memory",
        corpus: CORPUS,
        item: "frame",
        figure: Figure::Cpu,
        engines: &[
            engine("zc", |input| work(length_prefixed(input), ours::length_prefixed)),
            engine("by hand", |input| work(length_prefixed(input), by_hand::length_prefixed)),
            #[cfg(feature = "rivals")]
            engine("zc as a codec", |input| {
                work(length_prefixed(input), rivals::length_prefixed_by_ours)
            }),
            #[cfg(feature = "rivals")]
            engine("LengthDelimitedCodec", |input| {
                work(length_prefixed(input), rivals::length_delimited)
            }),
        ],
        expected: |input| {
            payloads(input, |_| PAYLOAD_LEN.into()).fold(
                Answer::default(),
                |mut answer, payload| {
                    add(&mut answer, &payload);
                    answer
                },
            )
        },
        targets: &[Target::at_most(0.22, "LengthDelimitedCodec")],
    },
    Case {
        row: Some(22),
        name: "decode-lines",
        what: "decode lines of 32 to 100 bytes, in memory",
        corpus: CORPUS,
        item: "line",
        figure: Figure::Cpu,
        engines: &[
            engine("zc", |input| work(lines(input), ours::lines)),
            engine("by hand", |input| work(lines(input), by_hand::lines)),
            #[cfg(feature = "rivals")]
            engine("zc as a codec", |input| work(lines(input), rivals::lines_by_ours)),
            #[cfg(feature = "rivals")]
            engine("LinesCodec", |input| work(lines(input), rivals::lines)),
        ],
        expected: |input| {
            payloads(input, line_len).fold(Answer::default(), |mut answer, payload| {
                add(&mut answer, &payload);
                answer
            })
        },
        targets: &[Target::at_most(0.4, "LinesCodec")],
    },
];

const fn engine(name: &'static str, prepare: Prepare) -> Engine {
    Engine { name, run: Run::Prepared(prepare) }
}

/// Decodes a stream and adds up its frames.
type Decode = fn(&Runtime, &Bytes) -> Result<crate::answer::Done>;

fn work(stream: Vec<u8>, decode: Decode) -> Result<Work<'static>> {
    let runtime = Builder::new_current_thread().build()?;
    let stream = Bytes::from(stream);
    Ok(Box::new(move || decode(&runtime, &stream)))
}

/// Takes a payload into account: its length, its first byte and its last.
#[inline(always)]
fn add(answer: &mut Answer, payload: &[u8]) {
    let ends = u64::from(payload[0]) << 8 | u64::from(payload[payload.len() - 1]);
    answer.add((payload.len() as u64) << 16 | ends);
}

/// Printable payloads of the lengths that `len` says, as many as fill a corpus.
fn payloads(input: &Input, len: fn(usize) -> usize) -> impl Iterator<Item = Vec<u8>> {
    let mut left = usize::try_from(input.len).expect("it fits into memory");
    (0..).map_while(move |number| {
        let len = len(number);
        left = left.checked_sub(len)?;
        Some((b'!'..=b'z').cycle().skip(number % 90).step_by(7).take(len).collect())
    })
}

/// Between 32 and 100, in no order: 48,271 is the multiplier of `minstd`.
const fn line_len(number: usize) -> usize {
    32 + number.wrapping_mul(48_271) / 7 % 69
}

fn length_prefixed(input: &Input) -> Vec<u8> {
    let frame = |payload: Vec<u8>| [&[0, 0, 0, PAYLOAD_LEN][..], &payload].concat();
    payloads(input, |_| PAYLOAD_LEN.into()).flat_map(frame).collect()
}

fn lines(input: &Input) -> Vec<u8> {
    payloads(input, line_len).flat_map(|line| [&line[..], b"\n"].concat()).collect()
}
