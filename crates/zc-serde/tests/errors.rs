//! Errors say where: at the byte, with lines and columns from 1.

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;
use zc_core::Position;
use zc_serde::{Error, ErrorKind, from_slice};

#[derive(Debug, Deserialize)]
struct Person {
    #[expect(dead_code, reason = "only read")]
    name: String,
    #[expect(dead_code, reason = "only read")]
    age: u32,
}

#[derive(Debug, Deserialize)]
enum Either {
    Nothing,
    #[expect(dead_code, reason = "only read")]
    Number(u32),
}

/// Checks the error for `marked`, in which `»` stands before the byte that it should point at.
#[track_caller]
fn check<T: DeserializeOwned>(marked: &str, kind: ErrorKind, message: &str) {
    check_bytes::<T>(marked.as_bytes(), kind, message);
}

#[track_caller]
fn check_bytes<T: DeserializeOwned>(marked: &[u8], kind: ErrorKind, message: &str) {
    let mark = "»".as_bytes();
    let at = marked.windows(mark.len()).position(|window| window == mark).expect("a mark");
    let json = [&marked[..at], &marked[at + mark.len()..]].concat();
    let Err(error) = from_slice::<T>(&json) else { panic!("accepted") };
    assert_eq!((error.kind(), error.message()), (kind, message));
    assert_eq!(error.position(), Position::START.after(&json[..at]), "{error}");
    assert_eq!(error.is_eof(), kind == ErrorKind::Eof);

    let start = Position { offset: 1000, line: 20, column: 5 };
    assert_eq!(error.starting_at(start).position(), start.after(&json[..at]));
}

#[test]
fn a_byte_that_cannot_stand_there_is_pointed_at() {
    let syntax = ErrorKind::Syntax;
    check::<Value>("{\"a\":»x}", syntax, "expected value");
    check::<Value>("»x", syntax, "expected value");
    check::<Value>("[1,»]", syntax, "trailing comma");
    check::<Value>("{\"a\":1,»}", syntax, "trailing comma");
    check::<Value>("[1 »2]", syntax, "expected `,` or `]`");
    check::<Value>("{\"a\":1 »\"b\":2}", syntax, "expected `,` or `}`");
    check::<Value>("{\"a\" »1}", syntax, "expected `:`");
    check::<Value>("{»1:1}", syntax, "key must be a string");
    check::<Value>("nu»x", syntax, "expected ident");
    check::<Value>("1 »2", syntax, "trailing characters");
    check::<Value>("0»1", syntax, "invalid number");
    check::<Value>("1.»x", syntax, "invalid number");
    check::<Value>("-»x", syntax, "invalid number");
    check::<(u8,)>("[1,»2]", syntax, "trailing characters");
}

#[test]
fn a_byte_that_cannot_stand_in_a_string_is_pointed_at() {
    let syntax = ErrorKind::Syntax;
    let control = "control character (\\u0000-\\u001F) found while parsing a string";
    check::<Value>("{\"a\":\"»\x01\"}", syntax, control);
    check::<Value>("{\"a\":\"b»\n\"}", syntax, control);
    check::<Value>(r#"["\»q"]"#, syntax, "invalid escape");
    check::<Value>(r#"["\u12»x4"]"#, syntax, "invalid escape");
    check::<Value>(r#"["\\u0z\»q"]"#, syntax, "invalid escape");
    let lone = "lone leading surrogate in hex escape";
    check::<Value>(r#"["a\ud800»\u0041"]"#, syntax, lone);
    check::<Value>(r#"["»\udc00"]"#, syntax, lone);
    check::<Value>(r#"["\ud800»x"]"#, syntax, "unexpected end of hex escape");
}

#[test]
fn bytes_that_are_not_utf8_are_pointed_at_also_after_escapes() {
    let (syntax, message) = (ErrorKind::Syntax, "invalid unicode code point");
    check_bytes::<Value>(b"[\"ab\xc2\xbb\xffcd\"]", syntax, message);
    check_bytes::<Value>(b"[\"\\n\\\"\xc2\xbb\xff\\u00e9\\\\\"]", syntax, message);
    check_bytes::<Value>(b"{\"\xc2\xbb\xe2\x82\":1}", syntax, message);
    check_bytes::<Person>(b"{\"other\":\"\xfe\",\"name\":\"\xc2\xbb\xff\\t\"}", syntax, message);
    check_bytes::<Value>(b"[1,\xc2\xbb\xff]", syntax, "expected value");
}

#[test]
fn a_number_out_of_range_is_pointed_at_from_its_first_byte() {
    check::<Value>("{\"a\": »-12.5e999}", ErrorKind::Syntax, "number out of range");
    check::<Value>("»1e99999999999", ErrorKind::Syntax, "number out of range");
}

#[test]
fn the_end_is_where_the_next_byte_was_expected() {
    let eof = ErrorKind::Eof;
    check::<Value>("»", eof, "end of input while parsing a value");
    check::<Value>("  »", eof, "end of input while parsing a value");
    check::<Value>("{\"a\":1»", eof, "end of input while parsing an object");
    check::<Value>("[1\n»", eof, "end of input while parsing a list");
    check::<Value>("\"abc»", eof, "end of input while parsing a string");
    check::<Value>("\"\\u12»", eof, "end of input while parsing a string");
    check::<Value>("[1.»", eof, "end of input while parsing a value");
    check::<Value>("tr»", eof, "end of input while parsing a value");
}

#[test]
fn a_value_of_another_type_is_pointed_at_from_its_first_byte() {
    let data = ErrorKind::Data;
    let wrong = |found: &str| format!("invalid type: {found}, expected u32");
    check::<Person>(r#"{"age": »"a\"b\\", "name": ""}"#, data, &wrong(r#"string "a\"b\\""#));
    check::<Person>(r#"{"age": »true}"#, data, &wrong("boolean `true`"));
    check::<Person>(r#"{"age": »-1.5}"#, data, &wrong("floating point `-1.5`"));
    check::<Person>(r#"{"age": »[1]}"#, data, &wrong("sequence"));
    check::<Person>(r#"{"age": »{}}"#, data, &wrong("map"));
    check::<u32>("»[1]", data, &wrong("sequence"));
    check::<Vec<u32>>("[»[1]]", data, &wrong("sequence"));
    check::<Vec<u32>>("[1,\n»[1]]", data, &wrong("sequence"));
    check::<Vec<u32>>("[1,\n»null]", data, &wrong("null"));
    check::<Vec<u8>>("[1,\n »256]", data, "invalid value: integer `256`, expected u8");
    check::<Either>(" »\"Number\"", data, "invalid type: unit variant, expected newtype variant");
    check::<Either>("»\"Other\"", data, "unknown variant `Other`, expected `Nothing` or `Number`");
}

#[test]
fn a_missing_field_is_pointed_at_where_its_object_closes() {
    check::<Person>("{\"age\": 36»}", ErrorKind::Data, "missing field `name`");
    check::<Vec<Person>>("[\n{»}, 1]", ErrorKind::Data, "missing field `name`");
    check::<Person>("{\"age\":1,»\"age\":2}", ErrorKind::Data, "duplicate field `age`");
}

#[test]
fn columns_count_bytes_after_text_that_is_not_ascii() {
    let error = from_slice::<Value>("{\"é\":\n \"ü€\",x}".as_bytes()).unwrap_err();
    let display = "line 2, column 10 (byte 16): key must be a string";
    assert_eq!(error.to_string(), display);
}

#[test]
fn trailing_white_space_is_no_trailing_character() {
    assert_eq!(from_slice::<u32>(b" 7 \r\n").unwrap(), 7);
}

#[test]
fn nesting_deeper_than_127_levels_is_an_error_at_its_bracket() {
    let nested = |depth: usize| ["[".repeat(depth), "]".repeat(depth)].concat();
    assert!(from_slice::<Value>(nested(127).as_bytes()).is_ok());
    for json in [nested(128), nested(100_000), "[".repeat(100_000)] {
        let error = from_slice::<Value>(json.as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), "line 1, column 128 (byte 127): recursion limit exceeded");
    }
}

#[test]
fn what_is_skipped_may_nest_without_end() {
    let nested = ["[".repeat(100_000), "]".repeat(100_000)].concat();
    assert!(from_slice::<IgnoredAny>(nested.as_bytes()).is_ok());
}

#[test]
fn a_place_that_a_type_makes_up_stays_inside_the_text() {
    struct Liar;

    impl<'de> Deserialize<'de> for Liar {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let place: String = String::deserialize(deserializer)?;
            Err(serde::de::Error::custom(place))
        }
    }

    for (line, column) in
        [(0, 0), (0, 9), (1, 0), (1, 99), (2, 0), (7, 7), (usize::MAX, usize::MAX)]
    {
        let json = format!("[\n\"lie at line {line} column {column}\"]");
        let error: Error = from_slice::<Vec<Liar>>(json.as_bytes()).err().unwrap();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Data, "lie"));
        let at = usize::try_from(error.position().offset).unwrap();
        assert_eq!(error.position(), Position::START.after(&json.as_bytes()[..at]));
    }
}
