//! Values in ropes: the bytes of the copying way, and references where the docs say so.

use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::slice;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use zc_core::assert_borrows;
use zc_core::rope::{Rope, RopeWriter};
use zc_serde::shared::{SharedBytes, SharedStr};
use zc_serde::{Raw, from_slice, json, msgpack};

const LEN: usize = RopeWriter::DEFAULT_THRESHOLD;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Message {
    id: u32,
    note: SharedStr,
    payload: SharedBytes,
}

/// A message whose note and payload lie in the buffer beside it.
fn message() -> (Bytes, Message) {
    let buffer = Bytes::from("x".repeat(2 * LEN));
    let note = SharedStr::try_from(buffer.slice(..LEN)).expect("it is ASCII");
    (buffer.clone(), Message { id: 7, note, payload: buffer.slice(LEN..).into() })
}

/// Checks a rope's bytes, and which of its segments lie in `source`.
#[track_caller]
fn check(rope: &Rope, expected: &[u8], source: &Bytes, references: usize) {
    assert_eq!(rope, expected);
    let inside = rope.segments().filter(|part| zc_core::Source::new(source).borrows(part));
    assert_eq!(inside.count(), references);
}

#[test]
fn message_pack_references_texts_and_bytes_with_and_without_names() {
    let (buffer, message) = message();
    let sources = [buffer.clone()];
    let plain = rmp_serde::to_vec(&message).unwrap();
    check(&msgpack::to_rope(&message, &sources).unwrap(), &plain, &buffer, 2);
    let named = rmp_serde::to_vec_named(&message).unwrap();
    check(&msgpack::to_rope_named(&message, &sources).unwrap(), &named, &buffer, 2);
    let mut writer = RopeWriter::new(sources);
    check(&msgpack::to_rope_with(&message, &mut writer).unwrap(), &plain, &buffer, 2);
    check(&msgpack::to_rope_named_with(&message, &mut writer).unwrap(), &named, &buffer, 2);
    assert_eq!(writer.referenced(), 4 * LEN as u64);
    assert_eq!(writer.copies().encode, (plain.len() + named.len() - 4 * LEN) as u64);
}

#[test]
fn json_references_texts_and_raw_values_and_makes_digits_of_bytes() {
    let (buffer, message) = message();
    let expected = serde_json::to_vec(&message).unwrap();
    check(&json::to_rope(&message, slice::from_ref(&buffer)).unwrap(), &expected, &buffer, 1);

    let text = Bytes::from(format!("[{}0]", "0, ".repeat(LEN)));
    let raw: Raw = from_slice(&text).unwrap();
    let rope = json::to_rope(&("a raw value", raw), slice::from_ref(&text)).unwrap();
    assert_borrows!(text, rope.segments().nth(1).unwrap());
    assert_eq!(rope.segments().nth(1).unwrap(), &text);
}

#[test]
fn what_is_short_or_lies_elsewhere_is_copied() {
    let (buffer, message) = message();
    let expected = rmp_serde::to_vec(&message).unwrap();
    check(&msgpack::to_rope(&message, &[]).unwrap(), &expected, &buffer, 0);
    let short = Message { payload: buffer.slice(..LEN - 1).into(), ..message };
    let expected = rmp_serde::to_vec(&short).unwrap();
    check(&msgpack::to_rope(&short, slice::from_ref(&buffer)).unwrap(), &expected, &buffer, 1);
}

#[test]
fn sequences_of_numbers_and_flattened_fields_are_copied() {
    #[derive(Serialize)]
    struct Flat {
        #[serde(flatten)]
        message: Message,
    }
    let (buffer, message) = message();
    let expected = rmp_serde::to_vec(&&buffer[..]).unwrap();
    check(
        &msgpack::to_rope(&&buffer[..], slice::from_ref(&buffer)).unwrap(),
        &expected,
        &buffer,
        0,
    );
    let flat = Flat { message };
    let expected = rmp_serde::to_vec(&flat).unwrap();
    check(&msgpack::to_rope(&flat, slice::from_ref(&buffer)).unwrap(), &expected, &buffer, 0);
}

#[test]
fn a_rope_begins_with_what_was_written_before() {
    let mut writer = RopeWriter::new([]);
    writer.write_all(b"data: ").unwrap();
    assert_eq!(json::to_rope_with(&[1, 2], &mut writer).unwrap(), *b"data: [1,2]");
    assert_eq!(json::to_rope_with(&[3], &mut writer).unwrap(), *b"[3]");
}

#[test]
fn after_an_error_nothing_of_the_value_is_left_in_the_writer() {
    let mut writer = RopeWriter::new([]);
    let keys = BTreeMap::from([("a", HashMap::from([((1, 2), 3)]))]);
    let error = json::to_rope_with(&keys, &mut writer).unwrap_err();
    assert_eq!(error.to_string(), "key must be a string");
    assert_eq!(json::to_rope_with(&1, &mut writer).unwrap(), *b"1");

    struct Refuses;
    impl Serialize for Refuses {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("not today"))
        }
    }
    let error = msgpack::to_rope_with(&(1, Refuses), &mut writer).unwrap_err();
    assert!(error.to_string().contains("not today"), "{error}");
    assert_eq!(msgpack::to_rope_with(&1, &mut writer).unwrap(), *b"\x01");
}
