//! Members agree with `serde_json`, borrow, and stay within their stack.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::value::RawValue;
use zc_core::{Position, assert_borrows};
use zc_serde::ErrorKind;
use zc_serde::members::{Member, Scalar, Shape, member, read_members};

#[track_caller]
fn check(json: &str, expected: &[(&str, &str)]) {
    let mut members = Vec::new();
    assert_eq!(read_members(json.as_bytes(), &mut members), Ok(Shape::Object));
    let pairs: Vec<_> = members.iter().map(|member| (&*member.key, member.value)).collect();
    assert_eq!(pairs, expected);
}

#[test]
fn members_come_in_order_with_all_that_share_a_name() {
    check("{}", &[]);
    check(r#" { "b" : 1 , "a":"x" } "#, &[("b", "1"), ("a", "\"x\"")]);
    check(
        r#"{"a":1,"a":[2, 3],"\u0061":{"a":null}}"#,
        &[("a", "1"), ("a", "[2, 3]"), ("a", r#"{"a":null}"#)],
    );
    check(
        r#"{"a":-0,"b":1e999,"c":"\ud800"}"#,
        &[("a", "-0"), ("b", "1e999"), ("c", r#""\ud800""#)],
    );
    check(
        r#"{"$serde_json::private::RawValue":"1"}"#,
        &[("$serde_json::private::RawValue", "\"1\"")],
    );
}

#[test]
fn a_value_that_is_no_object_has_no_members() {
    for json in ["1", " null ", "\"{}\"", "[{\"a\":1}]"] {
        let mut members = vec![Member { key: "old".into(), value: "1" }];
        assert_eq!(read_members(json.as_bytes(), &mut members), Ok(Shape::Other));
        assert!(members.is_empty());
    }
}

#[test]
fn a_bad_text_leaves_no_members_and_an_error_at_its_place() {
    for (json, offset, kind) in [
        (&b"{\"a\":1,\"b\":x}"[..], 11, ErrorKind::Syntax),
        (b"{\"a\":1", 6, ErrorKind::Eof),
        (b"", 0, ErrorKind::Eof),
        (b"{} {}", 3, ErrorKind::Syntax),
        (b"[1] x", 4, ErrorKind::Syntax),
        (b"{\"a\":\"\\t\xff\"}", 8, ErrorKind::Syntax),
        (b"{\"\xff\":1}", 2, ErrorKind::Syntax),
        (b"[\"\xff\"]", 2, ErrorKind::Syntax),
        (b"{\"a\":x,\"b\":\"\xff\"}", 5, ErrorKind::Syntax),
        (b"{\"\\ud800\":1}", 8, ErrorKind::Syntax),
    ] {
        let mut members = vec![Member { key: "old".into(), value: "1" }];
        let error = read_members(json, &mut members).unwrap_err();
        assert_eq!((error.position().offset, error.kind()), (offset, kind), "{error}");
        assert!(members.is_empty());
    }
}

#[test]
fn keys_and_values_borrow_from_the_text() {
    let json = br#"{"a": {"b": "c"}, "d": [1], "\u0065": 2}"#;
    let mut members = Vec::new();
    read_members(json, &mut members).unwrap();
    let [a, d, e] = &members[..] else { panic!("three members") };
    assert_borrows!(&json[..], a.key, a.value, d.key, d.value, e.value);
    assert!(!e.key.is_borrowed());
    let c = member(a.value, "b").unwrap();
    assert_borrows!(&json[..], c);
    let Scalar::Text(c) = Scalar::of(c) else { panic!("a string") };
    assert_borrows!(&json[..], c);
    let Scalar::Number(two) = Scalar::of(e.value) else { panic!("a number") };
    assert_borrows!(&json[..], two);
}

#[track_caller]
fn check_member(raw: &str, key: &str, expected: Option<&str>) {
    assert_eq!(member(raw, key), expected);
}

#[test]
fn the_last_member_of_a_name_is_found() {
    check_member(r#"{"a":1,"b":2,"a":{"a":3}}"#, "a", Some(r#"{"a":3}"#));
    check_member(r#"{"a":1,"\u0061":2}"#, "a", Some("2"));
    check_member(r#"{"":1}"#, "", Some("1"));
    check_member(r#"{"b":{"a":1}}"#, "a", None);
    check_member(r#"{"\ud800":1,"a":2}"#, "a", Some("2"));
    check_member("{}", "a", None);
}

#[test]
fn what_is_no_object_has_no_member() {
    for raw in ["", "1", "null", "\"a\"", r#"[{"a":1}]"#, r#"{"a":1"#, r#"{"a":1} x"#, "{\"a\":x}"]
    {
        check_member(raw, "a", None);
    }
}

#[track_caller]
fn check_scalar(raw: &str, expected: &Scalar<'_>) {
    assert_eq!(Scalar::of(raw), *expected);
}

#[test]
fn scalars_keep_their_literal_text() {
    check_scalar("null", &Scalar::Null);
    check_scalar("true", &Scalar::Bool(true));
    check_scalar(" false\n", &Scalar::Bool(false));
    for number in ["0", "-0", "1.50", "1e999", "123456789012345678901234567890", "-1.0E+2"] {
        check_scalar(number, &Scalar::Number(number));
    }
    check_scalar(r#""abc""#, &Scalar::Text("abc".into()));
    check_scalar(r#""\ud83d\ude00\n""#, &Scalar::Text("😀\n".into()));
    for other in ["[1]", "{}", r#""\ud800""#, r#""\udc00\ud800""#] {
        check_scalar(other, &Scalar::Other(other));
    }
}

#[test]
fn a_scalar_of_what_is_no_json_is_other() {
    for other in ["", " ", "-", "01", "1x", "1 2", "nul", "\"", "\"a\"b", "\"\\q\"", "é", "\u{85}1"]
    {
        check_scalar(other, &Scalar::Other(other));
    }
}

#[test]
fn deep_nesting_never_overflows_the_stack() {
    let (open, close) = ("[".repeat(100_000), "]".repeat(100_000));
    let mut members = Vec::new();
    for unclosed in [open.clone(), format!("{{\"a\":{open}"), "{\"a\":".repeat(100_000)] {
        assert!(read_members(unclosed.as_bytes(), &mut Vec::new()).unwrap_err().is_eof());
        assert_eq!(member(&unclosed, "a"), None);
        assert_eq!(Scalar::of(&unclosed), Scalar::Other(&unclosed));
    }
    // Skipping needs no recursion, so that serde_json sets it no limit.
    let json = format!("{{\"a\":{open}{close}}}");
    assert_eq!(read_members(json.as_bytes(), &mut members).unwrap(), Shape::Object);
    assert_eq!(members[0].value.len(), 200_000);
    assert_eq!(member(&json, "a"), Some(members[0].value));
}

fn check_against_serde_json(json: &[u8]) -> Result<(), TestCaseError> {
    let raw = serde_json::from_slice::<&RawValue>(json);
    let map = serde_json::from_slice::<BTreeMap<String, &RawValue>>(json);
    let mut members = Vec::new();
    match read_members(json, &mut members) {
        Ok(Shape::Object) => check_members(json, &members, &map.expect("an object")),
        Ok(Shape::Other) => {
            let is_object = raw.expect("JSON").get().as_bytes()[0] == b'{';
            prop_assert!(!is_object && members.is_empty());
            Ok(())
        }
        Err(error) => {
            // A key may be raw JSON and still be no string, if a surrogate stands alone in it.
            let is_other = raw.is_ok_and(|raw| raw.get().as_bytes()[0] != b'{');
            prop_assert!(!is_other);
            prop_assert!(map.is_err() && members.is_empty());
            let at = usize::try_from(error.position().offset).expect("it lies in the text");
            prop_assert_eq!(error.position(), Position::START.after(&json[..at]));
            Ok(())
        }
    }
}

fn check_members(
    json: &[u8],
    members: &[Member<'_>],
    map: &BTreeMap<String, &RawValue>,
) -> Result<(), TestCaseError> {
    let text = std::str::from_utf8(json).expect("what was accepted is UTF-8");
    for Member { key, value } in members {
        assert_borrows!(json, value);
        prop_assert_eq!(member(text, key), Some(map[&**key].get()));
        match (Scalar::of(value), serde_json::from_str::<String>(value)) {
            (Scalar::Text(text), Ok(string)) => prop_assert_eq!(text, string),
            (scalar, string) => prop_assert!(string.is_err(), "{:?}", scalar),
        }
    }
    // A map keeps the last of those that share a name.
    let last: BTreeMap<&str, &str> = members.iter().map(|m| (&*m.key, m.value)).collect();
    let expected: BTreeMap<&str, &str> =
        map.iter().map(|(key, raw)| (key.as_str(), raw.get())).collect();
    prop_assert_eq!(last, expected);
    Ok(())
}

fn json() -> impl Strategy<Value = String> {
    let leaf = proptest::sample::select(vec![
        "null",
        "true",
        "0",
        "-1.5e3",
        "1e999",
        r#""a""#,
        r#""é\n""#,
        r#""\ud800""#,
        "[]",
        "{}",
    ]);
    let key = proptest::sample::select(vec!["a", "b", "é", r"\u0061", r"\ud800", ""]);
    leaf.prop_map(str::to_owned).prop_recursive(4, 24, 4, move |inner| {
        let list = proptest::collection::vec(inner.clone(), 0..4);
        let object = proptest::collection::vec((key.clone(), inner), 0..4);
        prop_oneof![
            list.prop_map(|values| format!("[{}]", values.join(", "))),
            object.prop_map(|members| {
                let members: Vec<_> =
                    members.into_iter().map(|(key, value)| format!("\"{key}\": {value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn members_agree_with_a_map_of_raw_values(json in json()) {
        check_against_serde_json(json.as_bytes())?;
    }

    #[test]
    fn members_of_damaged_text_agree_with_a_map_of_raw_values(
        json in json(),
        at in any::<proptest::sample::Index>(),
        byte in prop_oneof![Just(b'"'), Just(b'\\'), Just(b'{'), Just(0xff), any::<u8>()],
        cut in any::<proptest::sample::Index>(),
    ) {
        let mut json = json.into_bytes();
        let at = at.index(json.len());
        json[at] = byte;
        check_against_serde_json(&json)?;
        json.truncate(cut.index(json.len() + 1));
        check_against_serde_json(&json)?;
    }

    #[test]
    fn any_text_has_a_scalar(raw in any::<String>(), key in any::<String>()) {
        let _ = Scalar::of(&raw);
        prop_assert_eq!(member(&raw, &key), None);
    }
}
