//! `base64` and `hex`: text in JSON, plain bytes in `MessagePack`, and which of them is a copy.

#![cfg(feature = "text-bytes")]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

use std::borrow::Cow;
use std::fmt::Write;
use std::sync::Arc;

use allocation_counter::measure;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use zc_core::{Source, Tally, assert_borrows};
use zc_serde::{ErrorKind, from_slice};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Base64<'a>(#[serde(borrow, with = "zc_serde::base64")] Cow<'a, [u8]>);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Hex<'a>(#[serde(borrow, with = "zc_serde::hex")] Cow<'a, [u8]>);

#[track_caller]
fn check_base64(bytes: &[u8], text: &str) {
    let json = format!("\"{text}\"");
    assert_eq!(serde_json::to_string(&Base64(bytes.into())).unwrap(), json);
    assert_eq!(from_slice::<Base64>(json.as_bytes()).unwrap().0, bytes);
}

#[track_caller]
fn check_hex(bytes: &[u8], text: &str) {
    let json = format!("\"{text}\"");
    assert_eq!(serde_json::to_string(&Hex(bytes.into())).unwrap(), json);
    for json in [json.to_uppercase(), json] {
        assert_eq!(from_slice::<Hex>(json.as_bytes()).unwrap().0, bytes);
    }
}

/// RFC 4648, section 10.
#[test]
fn the_vectors_of_the_rfc() {
    check_base64(b"", "");
    check_base64(b"f", "Zg==");
    check_base64(b"fo", "Zm8=");
    check_base64(b"foo", "Zm9v");
    check_base64(b"foob", "Zm9vYg==");
    check_base64(b"fooba", "Zm9vYmE=");
    check_base64(b"foobar", "Zm9vYmFy");
    check_base64(b"\xfb\xff", "+/8=");
    check_hex(b"", "");
    check_hex(b"foobar", "666f6f626172");
    check_hex(b"\x00\xff", "00ff");
}

#[track_caller]
fn check_error<'de, T: Deserialize<'de> + std::fmt::Debug>(json: &'de str, message: &str) {
    let error = from_slice::<T>(json.as_bytes()).unwrap_err();
    assert_eq!(error.message(), message);
    assert_eq!((error.kind(), error.position().offset), (ErrorKind::Data, 1));
}

#[test]
fn bad_base64_says_what_is_wrong_and_where() {
    let symbol = "expected a letter, a digit, `+` or `/`, or `=` at the end";
    for (json, found) in [
        (" \"Zm9v!A==\"", "found `!` at byte 4 of base64 text"),
        (" \"Zm9v\\nA==\"", "found `\\n` at byte 4 of base64 text"),
        (" \"Zm9vé9v\"", "found `é` at byte 4 of base64 text"),
        (" \"Zm9-\"", "found `-` at byte 3 of base64 text"),
        (" \"Zg==Zg==\"", "found `=` at byte 2 of base64 text"),
        (" \"Zg=A\"", "found `=` at byte 2 of base64 text"),
    ] {
        check_error::<Base64>(json, &format!("{found}; {symbol}"));
    }
    check_error::<Base64>(
        " \"Zm9vZg\"",
        "found 6 bytes of base64 text; expected a multiple of 4, filled up with `=`",
    );
    check_error::<Base64>(
        " \"Zh==\"",
        "found `h` at byte 1 of base64 text; expected a symbol whose unused bits are zero",
    );
    check_error::<Base64>(
        " \"Z===\"",
        "found `=` at byte 1 of base64 text; expected a whole number of bytes before the padding",
    );
    check_error::<Base64>(" [1,2]", "invalid type: sequence, expected base64 text");
}

#[test]
fn bad_hex_says_what_is_wrong_and_where() {
    check_error::<Hex>(
        " \"caxe\"",
        "found `x` at byte 2 of hex text; expected a hexadecimal digit",
    );
    check_error::<Hex>(" \"caf\"", "found 3 bytes of hex text; expected an even number");
    check_error::<Hex>(" 12", "invalid type: integer `12`, expected hex text");
}

#[test]
fn text_is_always_decoded_into_a_buffer_of_its_own_and_counted() {
    let json = br#""Zm9v""#;
    let value: Base64 = from_slice(json).unwrap();
    assert!(matches!(value.0, Cow::Owned(_)));
    let mut tally = Tally::default();
    tally.field(Source::new(json), &value.0);
    assert_eq!((tally.copied, tally.copies().decode), (1, 3));
    let value: Hex = from_slice(br#""66""#).unwrap();
    assert!(matches!(value.0, Cow::Owned(_)));
}

#[test]
fn text_may_come_from_escapes_and_from_a_reader() {
    let value: Base64 = from_slice(br#""Zm9\u0076""#).unwrap();
    assert_eq!(&*value.0, b"foo");
    let mut reader = serde_json::Deserializer::from_reader(&br#""666f""#[..]);
    assert_eq!(&*Hex::deserialize(&mut reader).unwrap().0, b"fo");
}

#[test]
fn messagepack_holds_bytes_and_lends_them() {
    let packed = b"\xc4\x03\x00\xfe\xff";
    for value in [
        rmp_serde::from_slice::<Base64>(packed).unwrap().0,
        rmp_serde::from_slice::<Hex>(packed).unwrap().0,
    ] {
        assert!(matches!(value, Cow::Borrowed(_)));
        assert_borrows!(&packed[..], value);
        assert_eq!(rmp_serde::to_vec(&Base64(value.clone())).unwrap(), packed);
        assert_eq!(rmp_serde::to_vec(&Hex(value)).unwrap(), packed);
    }
    let mut reader = rmp_serde::Deserializer::new(&packed[..]);
    assert!(matches!(Hex::deserialize(&mut reader).unwrap().0, Cow::Owned(_)));
    assert!(rmp_serde::from_slice::<Hex>(b"\x01").is_err());
}

#[test]
fn postcard_holds_bytes_and_lends_them() {
    let packed = postcard::to_allocvec(&Base64(Cow::Borrowed(b"foo"))).unwrap();
    assert_eq!(packed, b"\x03foo");
    let read: Hex = postcard::from_bytes(&packed).unwrap();
    assert_borrows!(packed, read.0);
}

#[test]
fn owned_fields_are_read_too() {
    #[derive(Serialize, Deserialize)]
    struct Owned {
        #[serde(with = "zc_serde::base64")]
        vector: Vec<u8>,
        #[serde(with = "zc_serde::hex")]
        shared: Arc<[u8]>,
    }

    let json = r#"{"vector":"Zm9v","shared":"00ff"}"#;
    let owned: Owned = serde_json::from_reader(json.as_bytes()).unwrap();
    assert_eq!((&owned.vector[..], &owned.shared[..]), (&b"foo"[..], &[0, 255][..]));
    assert_eq!(serde_json::to_string(&owned).unwrap(), json);
}

#[test]
fn decoding_allocates_once_and_encoding_never() {
    let json = format!("\"{}\"", "Zm9v".repeat(1000)).into_bytes();
    let value: Base64 = from_slice(&json).unwrap();
    let read = measure(|| drop(from_slice::<Base64>(&json).unwrap()));
    assert_eq!((read.count_total, read.bytes_total), (1, 3000));
    let mut out = Vec::with_capacity(json.len());
    let written = measure(|| serde_json::to_writer(&mut out, &value).unwrap());
    assert_eq!((written.count_total, out), (0, json.clone()));
}

fn naive_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

proptest! {
    #[test]
    fn any_bytes_come_back(bytes: Vec<u8>) {
        let base64 = Base64(Cow::Borrowed(&bytes));
        let json = serde_json::to_vec(&base64).unwrap();
        prop_assert_eq!(&from_slice::<Base64>(&json).unwrap(), &base64);
        let packed = rmp_serde::to_vec(&base64).unwrap();
        prop_assert_eq!(&rmp_serde::from_slice::<Base64>(&packed).unwrap(), &base64);
        let json = serde_json::to_string(&Hex(Cow::Borrowed(&bytes))).unwrap();
        prop_assert_eq!(&json, &format!("\"{}\"", naive_hex(&bytes)));
        prop_assert_eq!(from_slice::<Hex>(json.as_bytes()).unwrap().0, bytes);
    }

    #[test]
    fn whatever_base64_is_read_is_written_the_same(text in "[A-Da-d+/=]{0,12}|\\PC{0,8}") {
        let json = serde_json::to_string(&text).unwrap();
        if let Ok(value) = from_slice::<Base64>(json.as_bytes()) {
            prop_assert_eq!(serde_json::to_string(&value).unwrap(), json);
        }
    }

    #[test]
    fn whatever_hex_is_read_is_written_the_same(text in "[0-9a-fA-F]{0,12}|\\PC{0,8}") {
        let json = serde_json::to_string(&text).unwrap();
        match from_slice::<Hex>(json.as_bytes()) {
            Ok(value) => {
                let lower = json.to_lowercase();
                prop_assert_eq!(serde_json::to_string(&value).unwrap(), lower);
            }
            Err(_) => {
                let digits = text.bytes().all(|byte| byte.is_ascii_hexdigit());
                prop_assert!(!digits || text.len() % 2 == 1);
            }
        }
    }
}
