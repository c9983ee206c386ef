//! Which formats hand a payload to a rope as it is, and which leave nothing to reference.

use std::error::Error;
use std::io::Write;

use bytes::Bytes;
use serde::Serialize;
use zc_core::rope::RopeWriter;

const LEN: usize = 100_000;

type Written = Result<(), Box<dyn Error>>;

#[derive(Serialize)]
struct Text<'a> {
    id: u32,
    body: &'a str,
}

/// A value that is nothing but bytes to those formats that have them.
struct Raw<'a>(&'a [u8]);

impl Serialize for Raw<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

fn text(payload: &[u8]) -> Text<'_> {
    Text { id: 7, body: std::str::from_utf8(payload).expect("it is ASCII") }
}

/// Holds a rope to what the format writes into a vector, and to how much of it is references.
#[track_caller]
fn check(is_referenced: bool, write: fn(&mut dyn Write, &[u8]) -> Written) {
    let payload = Bytes::from("x".repeat(LEN));
    let mut expected = Vec::new();
    write(&mut expected, &payload).unwrap_or_else(|error| panic!("{error}"));
    let mut writer = RopeWriter::new([payload.clone()]);
    write(&mut writer, &payload).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(writer.referenced(), if is_referenced { LEN as u64 } else { 0 });
    assert_eq!(writer.finish(), expected[..]);
}

#[test]
fn json_references_strings_and_makes_digits_of_bytes() {
    check(true, |out, payload| Ok(serde_json::to_writer(out, &text(payload))?));
    check(false, |out, payload| Ok(serde_json::to_writer(out, &Raw(payload))?));
}

#[test]
fn message_pack_references_strings_and_bytes() {
    check(true, |mut out, payload| Ok(rmp_serde::encode::write(&mut out, &text(payload))?));
    check(true, |mut out, payload| Ok(rmp_serde::encode::write(&mut out, &Raw(payload))?));
}

#[test]
fn cbor_references_strings_and_bytes() {
    check(true, |out, payload| Ok(ciborium::into_writer(&text(payload), out)?));
    check(true, |out, payload| Ok(ciborium::into_writer(&Raw(payload), out)?));
}

#[test]
fn bincode_references_strings_and_bytes() {
    check(true, |out, payload| Ok(bincode::serialize_into(out, &text(payload))?));
    check(true, |out, payload| Ok(bincode::serialize_into(out, &Raw(payload))?));
}

#[test]
fn csv_collects_its_output_first() {
    check(false, |out, payload| {
        let mut writer = csv::Writer::from_writer(out);
        writer.serialize(text(payload))?;
        Ok(writer.flush()?)
    });
}
