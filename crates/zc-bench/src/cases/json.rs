//! What JSON makes of bytes: an array of numbers, base64 text, or text where they are text.
//!
//! `copies/byte` is what was encoded, or decoded into a buffer of its own, for each byte.

use std::borrow::Cow;

use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};
use zc_core::{Copies, Source};

use crate::answer::{Answer, Done, Input};
use crate::case::{Case, Figure};
use crate::corpus::Corpus;
use crate::engine::{Engine, Run, Work};

const KIBIBYTE: Corpus = Corpus::Plain { len: 1 << 10 };

pub(super) const CASES: &[Case] = &[
    Case {
        row: None,
        name: "json-write",
        what: "write 1 KiB as JSON",
        corpus: KIBIBYTE,
        item: "byte",
        figure: Figure::Rate,
        engines: &[
            Engine { name: "base64", run: Run::Prepared(write::<Base64>) },
            Engine { name: "array", run: Run::Prepared(write::<Array>) },
            Engine { name: "text", run: Run::Prepared(write::<Text>) },
        ],
        expected: |input| glance(&input.bytes),
        targets: &[],
    },
    Case {
        row: None,
        name: "json-read",
        what: "read 1 KiB from JSON",
        corpus: KIBIBYTE,
        item: "byte",
        figure: Figure::Rate,
        engines: &[
            Engine { name: "base64", run: Run::Prepared(read::<Base64>) },
            Engine { name: "array", run: Run::Prepared(read::<Array>) },
            Engine { name: "text", run: Run::Prepared(read::<Text>) },
        ],
        expected: |input| glance(&input.bytes),
        targets: &[],
    },
];

/// A way to hold bytes in JSON.
trait Form {
    type Message<'a>: Serialize + Deserialize<'a>;

    fn message(payload: &[u8]) -> Result<Self::Message<'_>>;
    fn payload<'m>(message: &'m Self::Message<'_>) -> &'m [u8];
}

struct Array;

#[derive(Serialize, Deserialize)]
struct ArrayMessage<'a> {
    payload: Cow<'a, [u8]>,
}

impl Form for Array {
    type Message<'a> = ArrayMessage<'a>;

    fn message(payload: &[u8]) -> Result<ArrayMessage<'_>> {
        Ok(ArrayMessage { payload: payload.into() })
    }

    fn payload<'m>(message: &'m ArrayMessage<'_>) -> &'m [u8] {
        &message.payload
    }
}

struct Base64;

#[derive(Serialize, Deserialize)]
struct Base64Message<'a> {
    #[serde(borrow, with = "zc_serde::base64")]
    payload: Cow<'a, [u8]>,
}

impl Form for Base64 {
    type Message<'a> = Base64Message<'a>;

    fn message(payload: &[u8]) -> Result<Base64Message<'_>> {
        Ok(Base64Message { payload: payload.into() })
    }

    fn payload<'m>(message: &'m Base64Message<'_>) -> &'m [u8] {
        &message.payload
    }
}

struct Text;

#[derive(Serialize, Deserialize)]
struct TextMessage<'a> {
    #[serde(borrow)]
    payload: Cow<'a, str>,
}

impl Form for Text {
    type Message<'a> = TextMessage<'a>;

    fn message(payload: &[u8]) -> Result<TextMessage<'_>> {
        Ok(TextMessage { payload: str::from_utf8(payload)?.into() })
    }

    fn payload<'m>(message: &'m TextMessage<'_>) -> &'m [u8] {
        message.payload.as_bytes()
    }
}

fn write<F: Form + 'static>(input: &Input) -> Result<Work<'_>> {
    let message = F::message(&input.bytes)?;
    let mut json = encoded::<F>(&input.bytes)?;
    let answer = glance(F::payload(&serde_json::from_slice(&json)?));
    Ok(Box::new(move || {
        json.clear();
        serde_json::to_writer(&mut json, &message)?;
        let copies = Copies { encode: json.len() as u64, ..Copies::default() };
        Ok(Done::with_copies(answer, copies))
    }))
}

fn read<F: Form + 'static>(input: &Input) -> Result<Work<'_>> {
    let json = encoded::<F>(&input.bytes)?;
    Ok(Box::new(move || {
        let message: F::Message<'_> = serde_json::from_slice(&json)?;
        let payload = F::payload(&message);
        let decode = if Source::new(&json).borrows(payload) { 0 } else { payload.len() as u64 };
        Ok(Done::with_copies(glance(payload), Copies { decode, ..Copies::default() }))
    }))
}

/// The payload as JSON; an error if it does not read back.
fn encoded<F: Form>(payload: &[u8]) -> Result<Vec<u8>> {
    let json = serde_json::to_vec(&F::message(payload)?)?;
    ensure!(F::payload(&serde_json::from_slice(&json)?) == payload, "it does not read back");
    Ok(json)
}

/// Too little to be seen in the time; that all bytes are the same is checked beforehand.
fn glance(payload: &[u8]) -> Answer {
    let end = |byte: Option<&u8>| byte.map_or(0, |&byte| u64::from(byte));
    Answer { items: payload.len() as u64, sum: end(payload.first()) + 256 * end(payload.last()) }
}
