//! Fields agree with `serde_json`: the same values, the same refusals, the same places.

mod inputs;
mod twins;

use std::ops::ControlFlow::{Break, Continue};

use inputs::{damaged, json, lines};
use proptest::prelude::*;
use zc_core::{Position, assert_borrows};
use zc_serde::ErrorKind;
use zc_serde::fields::{Fields, Kind, Rules, Value};
use zc_serde::members::Scalar;
use zc_serde::ndjson::Lines;

#[track_caller]
fn check(json: &str, names: &[&str], expected: &[Option<&str>]) {
    for rules in [Rules::Value, Rules::Raw] {
        let mut fields = Fields::new(names.iter().copied()).with_rules(rules);
        let mut values = vec![None; names.len()];
        fields.read(json.as_bytes(), &mut values).expect("good JSON");
        let raw: Vec<_> = values.into_iter().map(|value| value.map(Value::get)).collect();
        assert_eq!(raw, expected);
    }
}

#[test]
fn fields_are_found_in_any_order_and_depth() {
    let json = r#" { "a" : 1 , "b":{"c":"x","d":{"e":[2, {"a":3}]}},"f":null} "#;
    check(
        json,
        &["f", "a", "b.c", "b.d.e"],
        &[Some("null"), Some("1"), Some("\"x\""), Some("[2, {\"a\":3}]")],
    );
    check(
        json,
        &["b", "b.d", "e", "c", "b.c.d", "a.b"],
        &[
            Some(r#"{"c":"x","d":{"e":[2, {"a":3}]}}"#),
            Some(r#"{"e":[2, {"a":3}]}"#),
            None,
            None,
            None,
            None,
        ],
    );
    check(json, &["a", "a"], &[Some("1"), Some("1")]);
    check(json, &[], &[]);
}

#[test]
fn the_last_of_members_that_share_a_name_counts() {
    check(r#"{"a":1,"b":2,"a":3}"#, &["a"], &[Some("3")]);
    check(r#"{"a":{"b":1},"a":{"b":2}}"#, &["a.b"], &[Some("2")]);
    check(r#"{"a":{"b":1},"a":{"c":2}}"#, &["a.b", "a.c"], &[None, Some("2")]);
    check(r#"{"a":{"b":{"c":1}},"a":3}"#, &["a.b.c", "a"], &[None, Some("3")]);
    check(r#"{"a":{"b":1},"a":{"b":{"c":[]}}}"#, &["a.b.c"], &[Some("[]")]);
}

#[test]
fn keys_with_escapes_match_what_they_say() {
    check(r#"{"\u0061":{"b\t":1}}"#, &["a.b\t"], &[Some("1")]);
    check(r#"{"a":1,"caf\u00e9":2,"\u0061":3}"#, &["a", "café"], &[Some("3"), Some("2")]);
    check(r#"{"\"":1,"\\":2}"#, &["\"", "\\"], &[Some("1"), Some("2")]);
    check(r#"{"b":{"\u0061":1},"a":2}"#, &["a"], &[Some("2")]);
}

#[test]
fn keys_with_dots_are_sought_by_paths() {
    let json = br#"{"a.b":{"c.d":1},"a":{"b":2}}"#;
    let mut fields = Fields::at([vec!["a.b", "c.d"], vec!["a", "b"], vec![]]);
    let mut values = [None; 3];
    fields.read(json, &mut values).unwrap();
    assert_eq!(values.map(|value| value.map(Value::get)), [Some("1"), Some("2"), None]);
}

#[test]
fn a_value_that_is_no_object_has_no_fields() {
    for json in ["1", " null ", "\"a\"", "[{\"a\":1}]", "true", "{}", "-0.0e+0"] {
        check(json, &["a", "a.b"], &[None, None]);
    }
}

#[test]
fn values_say_what_they_are() {
    let json = br#"{"a":null,"b":true,"c":-1.50,"d":"x\ty","e":[1],"f":{},"g":"plain"}"#;
    let mut values = [None; 7];
    Fields::new(["a", "b", "c", "d", "e", "f", "g"]).read(json, &mut values).unwrap();
    let [a, b, c, d, e, f, g] = values.map(Option::unwrap);
    let kinds = [Kind::Null, Kind::Bool, Kind::Number, Kind::String, Kind::Array, Kind::Object];
    assert_eq!([a, b, c, d, e, f].map(Value::kind), kinds);
    assert_eq!(c.scalar(), Scalar::Number("-1.50"));
    assert_eq!(d.scalar(), Scalar::Text("x\ty".into()));
    assert_eq!((d.as_plain_str(), g.as_plain_str(), c.as_plain_str()), (None, Some("plain"), None));
    assert_eq!((e.parse::<Vec<u8>>(), e.offset_in(json)), (Ok(vec![1]), Some(44)));
    assert_borrows!(&json[..], a.get(), g.as_plain_str().unwrap());
}

/// What only one of the rules refuses, at its place.
#[track_caller]
fn check_strict(json: &str, offset: u64) {
    let (mut values, json) = ([None], json.as_bytes());
    let error = Fields::new(["a"]).read(json, &mut values).expect_err("a mistake");
    assert_eq!((error.kind(), error.position().offset), (ErrorKind::Syntax, offset), "{error}");
    Fields::new(["a"]).with_rules(Rules::Raw).read(json, &mut values).expect("good raw JSON");
}

#[test]
fn values_out_of_range_are_refused_as_values_and_kept_as_raw_text() {
    check_strict(r#"{"b":1e999}"#, 5);
    check_strict(&format!("{{\"b\":-{}}}", "9".repeat(400)), 5);
    check_strict(r#"{"b":["\ud800"]}"#, 13);
    check_strict(r#"{"b":"\udc00\ud800"}"#, 6);
    check_strict(&format!("{}{}", "[".repeat(128), "]".repeat(128)), 127);
    check_strict(&format!("{{\"a\":{}{}}}", "[".repeat(127), "]".repeat(127)), 131);
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(126), "]".repeat(126));
    check(&deep, &["a"], &[Some(&deep[5..deep.len() - 1])]);
    check(r#"{"a":1e308,"b":1e-999}"#, &["a", "b"], &[Some("1e308"), Some("1e-999")]);
    let long = format!("1.{}", "0".repeat(400));
    check(&format!("{{\"a\":{long}}}"), &["a"], &[Some(&long)]);
    check(r#"{"a":"\ud83d\ude00"}"#, &["a"], &[Some(r#""\ud83d\ude00""#)]);
}

#[test]
fn a_mistake_far_from_the_sought_field_is_refused() {
    for (json, offset) in [
        (&b"{\"a\":1,\"b\":x}"[..], 11),
        (b"{\"a\":1,\"b\":[1,]}", 14),
        (b"{\"a\":1,\"b\":{\"c\":01}}", 17),
        (b"{\"a\":1,\"b\":\"\x01\"}", 12),
        (b"{\"a\":1,\"b\":\"\xff\"}", 12),
        (b"{\"a\":1,\"b\":\"\\q\"}", 13),
        (b"{\"a\":1} x", 8),
        (b"{\"a\":1,}", 7),
        (b"{\"a\":1", 6),
        (b"\xef\xbb\xbf{\"a\":1}", 0),
    ] {
        for rules in [Rules::Value, Rules::Raw] {
            let mut values = [None];
            let mut fields = Fields::new(["a"]).with_rules(rules);
            let error = fields.read(json, &mut values).unwrap_err();
            assert_eq!(error.position().offset, offset, "{error}");
        }
    }
}

#[test]
fn reading_goes_on_behind_the_line_at_which_it_was_ended() {
    let mut lines = Lines::new(b"{\"a\":1}\r\n\n{\"a\":2}\n{\"a\":");
    let mut fields = Fields::new(["a"]);
    let mut read = |lines: &mut Lines<'static>| {
        let mut last = None;
        fields.each(lines, |line, values| {
            last = Some((line.position.line, values.map(|values| values[0].map(Value::get))));
            Break(())
        });
        last
    };
    assert_eq!(read(&mut lines), Some((1, Ok(Some("1")))));
    assert_eq!(lines.position(), Position { offset: 9, line: 2, column: 1 });
    assert_eq!(read(&mut lines), Some((3, Ok(Some("2")))));
    assert!(matches!(read(&mut lines), Some((4, Err(error))) if error.is_eof()));
    assert_eq!(read(&mut lines), None);
}

#[test]
fn a_line_over_the_limit_is_an_error_and_the_next_one_is_read() {
    for len in [50, 20_000, 100_000] {
        let long = format!("{{\"a\":\"{}\"}}", "x".repeat(len - 8));
        let input = format!("{{\"a\":1}}\n{long}\n{{\"a\":2}}\n{}\n{{\"a\":3}}", " ".repeat(len));
        for (limit, bad) in [(len, 0), (len - 1, 2)] {
            let (mut good, mut errors) = (0, Vec::new());
            let mut lines = Lines::new(input.as_bytes()).with_limit(limit);
            Fields::new(["a"]).each(&mut lines, |_, values| {
                match values {
                    Ok(_) => good += 1,
                    Err(error) => errors.push((error.kind(), error.position().line)),
                }
                Continue(())
            });
            let expected = [(ErrorKind::TooLong, 2), (ErrorKind::TooLong, 4)];
            assert_eq!((good, &errors[..]), (if bad == 0 { 4 } else { 3 }, &expected[..bad]));
        }
    }
}

#[test]
#[should_panic = "one value for each path"]
fn values_of_another_number_panic() {
    let _ = Fields::new(["a", "b"]).read(b"{}", &mut [None]);
}

#[test]
fn deep_nesting_and_long_lines_are_read_without_recursion() {
    let deep = ["[".repeat(100_000), "]".repeat(100_000)].concat();
    let json = format!("{{\"a\":{deep}}}");
    let mut values = [None];
    Fields::new(["a"]).with_rules(Rules::Raw).read(json.as_bytes(), &mut values).unwrap();
    assert_eq!(values[0].unwrap().get(), deep);
    let path = vec!["a"; 200];
    let nested = format!("{}1{}", "{\"a\":".repeat(200), "}".repeat(200));
    let mut fields = Fields::at([path]).with_rules(Rules::Raw);
    fields.read(nested.as_bytes(), &mut values).unwrap();
    assert_eq!(values[0].unwrap().get(), "1");
}

#[test]
fn a_path_of_a_million_keys_leads_nowhere_and_does_no_harm() {
    let json = format!("{}1{}", "{\"a\":".repeat(127), "}".repeat(127));
    let mut values = [None; 2];
    let mut fields = Fields::at([vec!["a"; 1_000_000], vec!["a"; 127]]);
    fields.read(json.as_bytes(), &mut values).unwrap();
    assert_eq!(values.map(|value| value.map(Value::get)), [None, Some("1")]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn fields_of_generated_lines_are_those_of_serde_json(input in lines()) {
        twins::fields(&input);
    }

    #[test]
    fn fields_of_one_text_are_those_of_serde_json(input in json()) {
        twins::fields(input.as_bytes());
    }

    #[test]
    fn fields_of_damaged_lines_are_those_of_serde_json(input in damaged()) {
        twins::fields(&input);
    }

    #[test]
    fn fields_of_noise_are_those_of_serde_json(
        input in proptest::collection::vec(
            proptest::sample::select(b"{}[]\"\",:: \n\\u01-.eatrufalsn\xc3\xa9\x02".to_vec()), 0..40,
        ),
    ) {
        twins::fields(&input);
    }
}

#[test]
fn lines_across_many_blocks_are_read_as_alone() {
    let line = |at: usize| match at % 50 {
        7 => "{\"a\":\u{1}}\n".as_bytes().to_vec(),
        11 => b"{\"a\":\"\xff\"}\r\n".to_vec(),
        13 => b"  \n".to_vec(),
        17 => format!("{{\"a\":{{\"b\":\"{}\"}}}}\n", "é".repeat(at * 9)).into_bytes(),
        _ => format!("{{\"a\":{{\"b\":{at}}},\"b\":\"\\n\"}}\n").into_bytes(),
    };
    let input: Vec<u8> = (0..2000).flat_map(line).collect();
    twins::fields(&input);
}
