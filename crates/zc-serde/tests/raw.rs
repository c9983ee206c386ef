//! Raw values know their text and its place, and cannot be read where serde buffers.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use zc_core::{Position, Span, assert_borrows};
use zc_serde::ndjson::Lines;
use zc_serde::{Raw, Text, from_slice};

#[derive(Debug, Deserialize, Serialize, PartialEq)]
struct Message<'a> {
    kind: &'a str,
    #[serde(borrow)]
    body: Raw<'a>,
}

const JSON: &[u8] = b"{\"kind\":\"size\",\n \"body\" : [640, \"big\"] }";

#[track_caller]
fn check_refused<'de, T: Deserialize<'de> + std::fmt::Debug>(json: &'de str) {
    let error = from_slice::<T>(json.as_bytes()).expect_err("serde buffers it");
    let message = "invalid type: newtype struct, expected any valid JSON value";
    // An untagged enum says no more than that nothing fits.
    let untagged = "data did not match any variant of untagged enum";
    assert!(
        error.message().starts_with(message) || error.message().starts_with(untagged),
        "{error}"
    );
}

#[test]
fn a_raw_value_is_its_text_in_its_place() {
    let message: Message = from_slice(JSON).unwrap();
    let body = message.body;
    assert_eq!(body.get(), "[640, \"big\"]");
    assert_borrows!(JSON, body.get());
    assert_eq!(body.offset_in(JSON), Some(26));
    assert_eq!(body.span_in(JSON), Some(Span::new(26, 12)));
    let copy = JSON.to_vec();
    assert_eq!((body.offset_in(&copy), body.span_in(b"")), (None, None));
    assert_eq!(format!("{body}|{body:?}"), "[640, \"big\"]|Raw([640, \"big\"])");
    assert_eq!((body, <&str>::from(body)), (body, "[640, \"big\"]"));
    assert!(body == "[640, \"big\"]" && body != *"[]");
    assert!(HashSet::from([body]).contains(&body));
    assert_eq!(from_slice::<Raw>(b" 1.0 ").unwrap(), from_slice::<Raw>(b"1.0").unwrap());
}

#[test]
fn every_kind_of_value_may_be_raw_also_in_collections() {
    let json = br#"[null, true, 1e999, "\ud800", "", {"a" : [ ]}]"#;
    let values: Vec<Raw> = from_slice(json).unwrap();
    let texts: Vec<&str> = values.iter().map(|value| value.get()).collect();
    assert_eq!(texts, ["null", "true", "1e999", r#""\ud800""#, r#""""#, r#"{"a" : [ ]}"#]);
    let map: HashMap<Text, Option<Raw>> = from_slice(br#"{"a":[1],"b":null}"#).unwrap();
    assert_eq!((map["a"].unwrap().get(), map["b"]), ("[1]", None));
}

#[test]
fn a_raw_value_is_parsed_later_and_borrows_from_the_same_text() {
    let json = br#"{"kind":"k","body":{"kind":"inner","body":7}}"#;
    let outer: Message = from_slice(json).unwrap();
    let inner: Message = outer.body.parse().unwrap();
    assert_borrows!(&json[..], inner.kind, inner.body.get());
    assert_eq!(inner.body.parse_in::<u32>(json).unwrap(), 7);
}

#[test]
fn errors_have_their_place_in_the_source() {
    let message: Message = from_slice(JSON).unwrap();
    let relative = message.body.parse::<[u32; 2]>().unwrap_err();
    let wrong = "invalid type: string \"big\", expected u32";
    assert_eq!(relative.to_string(), format!("line 1, column 7 (byte 6): {wrong}"));
    let absolute = message.body.parse_in::<[u32; 2]>(JSON).unwrap_err();
    assert_eq!(absolute.to_string(), format!("line 2, column 17 (byte 32): {wrong}"));
    assert_eq!(absolute.position(), Position::START.after(&JSON[..32]));
    let elsewhere = message.body.parse_in::<[u32; 2]>(b"elsewhere").unwrap_err();
    assert_eq!(elsewhere, relative);
}

#[test]
fn errors_have_their_place_in_the_lines_of_a_longer_input() {
    let input = b"\n{\"kind\":\"a\",\"body\":[x]}\n{\"kind\":\"a\",\"body\":[\"y\"]}\n";
    let line = Lines::new(input).nth(1).unwrap();
    let message: Message = line.parse().unwrap();
    let error = message.body.parse_in::<Vec<u32>>(line.bytes).unwrap_err();
    let error = error.starting_at(line.position);
    assert_eq!(error.position(), Position::START.after(&input[..45]));
    assert_eq!(message.body.parse_in::<Vec<u32>>(input).unwrap_err(), error);
}

#[test]
fn a_raw_value_is_checked_to_be_json_in_utf8() {
    for json in [&b"[1,]"[..], b"{", b"", b"\"\xff\"", b"\"\n\"", b"nul"] {
        assert!(from_slice::<Raw>(json).is_err());
    }
}

#[test]
fn a_raw_value_may_nest_without_end_until_it_is_parsed() {
    let json = ["[".repeat(100_000), "]".repeat(100_000)].concat();
    let raw: Raw = from_slice(json.as_bytes()).unwrap();
    let error = raw.parse::<serde_json::Value>().unwrap_err();
    assert_eq!(error.message(), "recursion limit exceeded");
}

#[test]
fn a_raw_value_is_written_as_it_was() {
    let message: Message = from_slice(JSON).unwrap();
    let json = serde_json::to_string(&message).unwrap();
    assert_eq!(json, r#"{"kind":"size","body":[640, "big"]}"#);
}

#[test]
fn a_flattened_raw_value_is_refused_and_one_beside_it_is_not() {
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only read")]
    struct Within<'a> {
        kind: &'a str,
        #[serde(flatten, borrow)]
        rest: HashMap<&'a str, Raw<'a>>,
    }
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only read")]
    struct Flat<'a> {
        #[serde(flatten, borrow)]
        message: Message<'a>,
    }
    #[derive(Debug, Deserialize)]
    struct Beside<'a> {
        #[serde(borrow)]
        body: Raw<'a>,
        #[serde(flatten, borrow)]
        rest: HashMap<&'a str, u32>,
    }
    check_refused::<Within>(r#"{"kind":"a","body":1}"#);
    check_refused::<Flat>(r#"{"kind":"a","body":1}"#);
    let beside: Beside = from_slice(br#"{"other":1,"body":[2]}"#).unwrap();
    assert_eq!((beside.body.get(), beside.rest["other"]), ("[2]", 1));
}

#[test]
fn a_raw_value_in_a_variant_that_serde_buffers_is_refused() {
    #[derive(Debug, Deserialize)]
    #[serde(untagged)]
    #[expect(dead_code, reason = "only read")]
    enum Untagged<'a> {
        #[serde(borrow)]
        Message(Message<'a>),
        #[serde(borrow)]
        Raw(Raw<'a>),
    }
    #[derive(Debug, Deserialize)]
    #[serde(tag = "type")]
    #[expect(dead_code, reason = "only read")]
    enum Internal<'a> {
        #[serde(borrow)]
        Message(Message<'a>),
    }
    check_refused::<Untagged>("1");
    check_refused::<Untagged>(r#"{"kind":"a","body":1}"#);
    check_refused::<Internal>(r#"{"type":"Message","kind":"a","body":1}"#);
}

#[test]
fn an_adjacent_tag_has_to_come_first_and_the_usual_form_always_works() {
    #[derive(Debug, Deserialize)]
    #[serde(tag = "type", content = "content")]
    enum Adjacent<'a> {
        #[serde(borrow)]
        Message(Message<'a>),
    }
    #[derive(Debug, Deserialize)]
    enum External<'a> {
        #[serde(borrow)]
        Message(Message<'a>),
    }
    let Adjacent::Message(message) =
        from_slice(br#"{"type":"Message","content":{"kind":"a","body":[1]}}"#).unwrap();
    assert_eq!(message.body.get(), "[1]");
    check_refused::<Adjacent>(r#"{"content":{"kind":"a","body":[1]},"type":"Message"}"#);
    let External::Message(message) = from_slice(br#"{"Message":{"kind":"a","body":[1]}}"#).unwrap();
    assert_eq!(message.body.get(), "[1]");
}

#[test]
fn only_json_text_in_memory_has_raw_values() {
    let value = serde_json::json!([1]);
    assert!(Raw::deserialize(&value).is_err());
    let mut reader = serde_json::Deserializer::from_reader(&b"[1]"[..]);
    assert!(Raw::deserialize(&mut reader).is_err());
    let bytes = rmp_serde::to_vec(&[1]).unwrap();
    assert!(rmp_serde::from_slice::<Raw>(&bytes).is_err());
}
