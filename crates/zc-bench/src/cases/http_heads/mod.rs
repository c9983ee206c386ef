//! Heads of HTTP/1.1 requests, fully validated: method, target, version, and every header in
//! storage that is used again, or in an array that is not initialised.
//!
//! `http-heads` has them one after another in one buffer, as a client that pipelines sends them;
//! `http-heads-alone` gives each to the engines in a slice of its own, as it arrives from most
//! clients.

pub(super) mod naive;
mod nom_grammar;
pub(super) mod ours;
#[cfg(feature = "rivals")]
mod rivals;

use anyhow::Result;
use zc_core::mask::Level;

use crate::answer::{Answer, Done, Input};
use crate::case::{Case, Figure};
use crate::corpus::Corpus;
use crate::engine::{Engine, Prepare, Run, Work};
use crate::target::Target;

const HEADS: Corpus = Corpus::data("http", "64MiB");

const TARGETS: &[Target] = &[
    Target::at_least(1.8, "httparse").why_missed(WHY_NO_FASTER).next(NEXT),
    Target::at_least(1.2, "picohttpparser").why_missed(WHY_NO_FASTER).next(NEXT),
];

const NEXT: &str = "a loop over headers whose values stay in registers, of which a tenth of its instructions \
     would go; to walk the ends of lines, rather than to search for them, took more instructions";

const WHY_NO_FASTER: &str = "each of thirteen headers is found by two searches, checked and stored in about 100 \
     instructions, and the processor runs nearly six of them in a cycle, which is all it can; httparse \
     takes 3600 for a head, zc 2400";

pub(super) const CASES: &[Case] = &[
    Case {
        row: Some(5),
        name: "http-heads",
        what: "HTTP/1.1 request heads of browsers, one after another in a buffer",
        corpus: HEADS,
        item: "head",
        figure: Figure::Rate,
        engines: &[
            Engine::bytes("zc", |bytes| ours::bulk(bytes, Level::Detected)),
            Engine::bytes("zc slices", |bytes| in_a_row(bytes, ours::on_slices())),
            #[cfg(feature = "rivals")]
            Engine::bytes("httparse", |bytes| in_a_row(bytes, rivals::httparse)),
            #[cfg(feature = "rivals")]
            Engine::bytes("picohttpparser", |bytes| in_a_row(bytes, rivals::picohttpparser)),
            Engine::bytes("nom", |bytes| in_a_row(bytes, nom_grammar::reader())),
            Engine::bytes("copying", |bytes| in_a_row(bytes, nom_grammar::read_owned)),
        ],
        expected: |input| in_a_row(&input.bytes, naive::read).answer,
        targets: TARGETS,
    },
    Case {
        row: Some(5),
        name: "http-heads-alone",
        what: "the same, each in a slice of its own",
        corpus: HEADS,
        item: "head",
        figure: Figure::Rate,
        engines: &[
            alone("zc masks", |input| each_head(input, ours::on_masks())),
            alone("zc slices", |input| each_head(input, ours::on_slices())),
            #[cfg(feature = "rivals")]
            alone("httparse", |input| each_head(input, rivals::httparse)),
            #[cfg(feature = "rivals")]
            alone("picohttpparser", |input| each_head(input, rivals::picohttpparser)),
            alone("nom", |input| each_head(input, nom_grammar::reader())),
        ],
        expected: |input| in_a_row(&input.bytes, naive::read).answer,
        targets: TARGETS,
    },
];

const fn alone(name: &'static str, prepare: Prepare) -> Engine {
    Engine { name, run: Run::Prepared(prepare) }
}

/// What a head counts for, and how many bytes it takes; `None` if it is bad.
pub(super) type Read = Option<(u64, usize)>;

/// Reads head after head with `read`, up to the first that is bad.
#[inline(always)]
fn in_a_row<'i>(bytes: &'i [u8], mut read: impl FnMut(&'i [u8]) -> Read) -> Done {
    let mut answer = Answer::default();
    let mut rest = bytes;
    while let Some((weight, len)) = read(rest) {
        answer.add(weight);
        rest = &rest[len..];
    }
    answer.into()
}

/// The same where each head is all that there is; they are cut apart beforehand.
fn each_head<'i>(
    input: &'i Input,
    mut read: impl FnMut(&'i [u8]) -> Read + 'i,
) -> Result<Work<'i>> {
    let mut heads = Vec::new();
    let mut start = 0;
    for end in memchr::memmem::find_iter(&input.bytes, b"\r\n\r\n") {
        heads.push(&input.bytes[start..end + 4]);
        start = end + 4;
    }
    Ok(Box::new(move || {
        let mut answer = Answer::default();
        for head in &heads {
            match read(head) {
                Some((weight, len)) if len == head.len() => answer.add(weight),
                _ => break,
            }
        }
        Ok(answer.into())
    }))
}

/// What a request line counts for; `minor` is the digit behind `HTTP/1.`.
#[inline(always)]
fn request_weight(method: usize, target: usize, minor: u8) -> u64 {
    method as u64 + 3 * target as u64 + 5 * u64::from(minor)
}

/// What the lengths of the name and the value of header number `index` count for.
#[inline(always)]
fn header_weight(index: usize, name: usize, value: usize) -> u64 {
    (index as u64 + 1) * (name as u64 + 7 * value as u64)
}
