//! Which formats hand a payload to a rope as it is, and which leave nothing to reference: the
//! table in the documentation of `zc_core::rope`.

use std::error::Error;
use std::io::Write;

use bytes::Bytes;
use serde::Serialize;
use serde_json::value::RawValue;
use zc_core::rope::RopeWriter;

use self::Becomes::{Copied, Referenced};

const LEN: usize = 100_000;

type Out<'o> = &'o mut dyn Write;
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

/// What becomes of a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Becomes {
    Referenced,
    Copied,
}

/// Holds a rope to what the format writes into a vector, and to how much of it is references.
#[track_caller]
fn check(expected: Becomes, write: fn(Out<'_>, &[u8]) -> Written) {
    check_payload(&Bytes::from("x".repeat(LEN)), expected, write);
}

#[track_caller]
fn check_payload(payload: &Bytes, expected: Becomes, write: fn(Out<'_>, &[u8]) -> Written) {
    let mut vector = Vec::new();
    write(&mut vector, payload).unwrap_or_else(|error| panic!("{error}"));
    let mut writer = RopeWriter::new([payload.clone()]);
    write(&mut writer, payload).unwrap_or_else(|error| panic!("{error}"));
    let becomes = match writer.referenced() {
        0 => Becomes::Copied,
        len if len == payload.len() as u64 => Becomes::Referenced,
        len => panic!("{len} bytes are referenced"),
    };
    assert_eq!(becomes, expected);
    assert_eq!(writer.finish(), vector[..]);
}

#[test]
fn serde_json_references_strings_and_raw_values_and_makes_digits_of_bytes() {
    check(Referenced, |out, payload| Ok(serde_json::to_writer(out, &text(payload))?));
    check(Copied, |out, payload| Ok(serde_json::to_writer(out, &Raw(payload))?));
    let array = Bytes::from(format!("[{}0]", "0,".repeat(LEN)));
    check_payload(&array, Referenced, |out, payload| {
        let raw: &RawValue = serde_json::from_slice(payload)?;
        Ok(serde_json::to_writer(out, &("a raw value", raw))?)
    });
}

#[test]
fn serde_json_references_what_lies_between_escapes() {
    let payload = Bytes::from(format!("{0}\n{0}", "x".repeat(LEN)));
    let mut writer = RopeWriter::new([payload.clone()]);
    serde_json::to_writer(&mut writer, &text(&payload)).unwrap();
    assert_eq!(writer.referenced(), 2 * LEN as u64);
    assert_eq!(writer.finish(), serde_json::to_vec(&text(&payload)).unwrap()[..]);
}

#[test]
fn simd_json_references_strings_and_makes_digits_of_bytes() {
    check(Referenced, |out, payload| Ok(simd_json::to_writer(out, &text(payload))?));
    check(Copied, |out, payload| Ok(simd_json::to_writer(out, &Raw(payload))?));
}

#[test]
fn rmp_serde_references_strings_and_bytes() {
    check(Referenced, |mut out, payload| Ok(rmp_serde::encode::write(&mut out, &text(payload))?));
    check(Referenced, |mut out, payload| Ok(rmp_serde::encode::write(&mut out, &Raw(payload))?));
}

#[test]
fn ciborium_references_strings_and_bytes() {
    check(Referenced, |out, payload| Ok(ciborium::into_writer(&text(payload), out)?));
    check(Referenced, |out, payload| Ok(ciborium::into_writer(&Raw(payload), out)?));
}

#[test]
fn cbor4ii_references_strings_and_bytes() {
    check(Referenced, |out, payload| Ok(cbor4ii::serde::to_writer(out, &text(payload))?));
    check(Referenced, |out, payload| Ok(cbor4ii::serde::to_writer(out, &Raw(payload))?));
}

#[test]
fn postcard_references_strings_and_bytes() {
    check(Referenced, |out, payload| Ok(postcard::to_io(&text(payload), out).map(drop)?));
    check(Referenced, |out, payload| Ok(postcard::to_io(&Raw(payload), out).map(drop)?));
}

#[test]
fn bincode_references_strings_and_bytes() {
    check(Referenced, |out, payload| Ok(bincode::serialize_into(out, &text(payload))?));
    check(Referenced, |out, payload| Ok(bincode::serialize_into(out, &Raw(payload))?));
}

#[test]
fn sonic_rs_collects_its_output_first() {
    check(Copied, |out, payload| {
        Ok(sonic_rs::to_writer(sonic_rs::writer::BufferedWriter::new(out), &text(payload))?)
    });
}

#[test]
fn ron_collects_its_output_first() {
    check(Copied, |out, payload| Ok(ron::Options::default().to_io_writer(out, &text(payload))?));
}

#[test]
fn quick_xml_collects_its_output_first() {
    check(Copied, |out, payload| {
        quick_xml::se::to_utf8_io_writer(out, &text(payload))?;
        Ok(())
    });
}

#[test]
fn serde_saphyr_references_plain_strings_of_yaml() {
    check(Referenced, |mut out, payload| Ok(serde_saphyr::to_io_writer(&mut out, &text(payload))?));
}

#[test]
fn csv_collects_its_output_first() {
    check(Copied, |out, payload| {
        let mut writer = csv::Writer::from_writer(out);
        writer.serialize(text(payload))?;
        Ok(writer.flush()?)
    });
}
