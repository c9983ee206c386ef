//! An audit finds what borrows, what was copied and what it cannot see.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::IpAddr;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use zc_core::Copies;
use zc_serde::audit::{Audit, Held, Leaf, Total, audit};
use zc_serde::shared::{SharedBytes, SharedStr, from_shared};
use zc_serde::{Raw, Text, ZeroCopyBuffer, assert_zero_copy, from_slice};

#[path = "../examples/audit.rs"]
mod example;

/// Checks the leaves of an audit, each written as `path kind bytes`, and that its totals agree.
#[track_caller]
fn check(audit: &Audit, expected: &[&str]) {
    let leaves: Vec<String> = audit.leaves().iter().map(show).collect();
    assert_eq!(leaves, expected);
    let totals = [audit.borrowed(), audit.copied(), audit.converted(), audit.not_visible()];
    let count: u64 = totals.iter().map(|total| total.leaves).sum();
    assert_eq!(count + audit.allowed().leaves, leaves.len() as u64);
}

fn show(leaf: &Leaf) -> String {
    let held = match leaf.held {
        Held::Borrowed { .. } => "borrowed",
        Held::Copied => "copied",
        Held::Converted => "converted",
        Held::NotVisible => "not visible",
        other => panic!("{other:?}"),
    };
    format!("{} {held} {}", leaf.path, leaf.bytes)
}

#[track_caller]
fn check_value<T: Serialize>(value: T, expected: &[&str]) {
    check(&audit(&value, b""), expected);
}

#[test]
fn borrowed_texts_have_their_place() {
    let json = br#"{"name":"Ada","tags":["a","bc"]}"#;
    #[derive(Deserialize, Serialize)]
    struct User<'a> {
        name: &'a str,
        #[serde(borrow)]
        tags: Vec<Text<'a>>,
    }
    let user: User = from_slice(json).unwrap();
    let audit = audit(&user, json);
    check(&audit, &["name borrowed 3", "tags[0] borrowed 1", "tags[1] borrowed 2"]);
    for leaf in audit.leaves() {
        let Held::Borrowed { offset } = leaf.held else { panic!("{leaf:?}") };
        assert_eq!(json[offset - 1], b'"');
    }
    assert_eq!(audit.borrowed(), Total { leaves: 3, bytes: 6 });
    assert!(audit.is_zero_copy());
    assert_zero_copy!(user, json);
}

#[test]
fn a_cow_that_forgets_to_borrow_is_caught() {
    #[derive(Deserialize, Serialize)]
    struct Cows<'a> {
        forgotten: Cow<'a, str>,
        #[serde(borrow)]
        plain: Cow<'a, str>,
        #[serde(borrow)]
        option: Option<Cow<'a, str>>,
        #[serde(borrow)]
        list: Vec<Cow<'a, str>>,
    }
    let json = br#"{"forgotten":"a","plain":"bc","option":"def","list":["ghij"]}"#;
    let cows: Cows = from_slice(json).unwrap();
    let audit = audit(&cows, json);
    check(
        &audit,
        &["forgotten copied 1", "plain borrowed 2", "option copied 3", "list[0] copied 4"],
    );
    assert_eq!(audit.copied(), Total { leaves: 3, bytes: 8 });
    assert_eq!(audit.copies(), Copies { decode: 8, ..Copies::default() });
    assert!(!audit.is_zero_copy());
}

#[test]
fn a_text_with_escapes_was_copied() {
    let json = br#"["caf\u00e9","tea"]"#;
    let texts: Vec<Text> = from_slice(json).unwrap();
    check(&audit(&texts, json), &["[0] copied 5", "[1] borrowed 3"]);
}

#[test]
fn empty_texts_count_as_borrowed() {
    let values = (String::new(), "", SharedBytes::new());
    check_value(values, &["[0] borrowed 0", "[1] borrowed 0", "[2] borrowed 0"]);
}

#[test]
fn shared_values_borrow_from_their_input() {
    let json = Bytes::from(br#"{"a":"bc"}"#.to_vec());
    let map: BTreeMap<SharedStr, SharedBytes> = from_shared(json.clone()).unwrap();
    assert_zero_copy!(map, json);
    check(&audit(&map, &json), &["{a} borrowed 1", "a borrowed 2"]);
    check(&audit(&map, b"elsewhere"), &["{a} copied 1", "a copied 2"]);
}

#[test]
fn a_raw_value_is_one_leaf() {
    #[derive(Deserialize, Serialize)]
    struct Message<'a> {
        #[serde(borrow)]
        body: Raw<'a>,
    }
    let json = br#"{"body":[1, 2]}"#;
    let message: Message = from_slice(json).unwrap();
    check(&audit(&message, json), &["body borrowed 6"]);
    check(&audit(&message, b""), &["body copied 6"]);
}

#[test]
fn sequences_of_bytes_are_not_visible() {
    let bytes: &[u8] = b"abc";
    #[derive(Serialize)]
    struct Bytes<'a> {
        slice: &'a [u8],
        buffer: ZeroCopyBuffer<'a>,
        array: [u8; 4],
        empty: &'a [u8],
        options: Vec<Option<u8>>,
    }
    let value = Bytes {
        slice: bytes,
        buffer: bytes.into(),
        array: [0; 4],
        empty: &[],
        options: vec![Some(1), None],
    };
    let audit = audit(&value, bytes);
    check(
        &audit,
        &[
            "slice not visible 3",
            "buffer not visible 3",
            "array converted 4",
            "options[0] converted 1",
            "options[1] converted 0",
        ],
    );
    assert_eq!(audit.not_visible(), Total { leaves: 2, bytes: 6 });
    assert!(!audit.is_zero_copy());
    assert_zero_copy!(value, bytes, allow: ["slice", "buffer"]);
}

#[test]
fn numbers_that_follow_one_another_are_one_leaf() {
    check_value(vec![1_u64; 1000], &[" converted 8000"]);
    check_value((1_u8, 2_u16, 'c', true), &[" converted 8"]);
    check_value((1_u32, 2_u32, "x"), &["[0..2] converted 8", "[2] copied 1"]);
    check_value(
        (1_u32, "x", 2_u32, 3_u8),
        &["[0] converted 4", "[1] copied 1", "[2] converted 4", "[3] converted 1"],
    );
    check_value(("x", 1_i128), &["[0] copied 1", "[1] converted 16"]);
    check_value(vec![(1, 2), (3, 4)], &["[0] converted 8", "[1] converted 8"]);
    check_value(Vec::<u32>::new(), &[]);
}

#[derive(Serialize)]
enum Shape {
    Nothing,
    Named(&'static str),
    Pair(u8, &'static str),
    Circle { label: &'static str },
}

#[test]
fn variants_are_part_of_the_path() {
    check_value(Shape::Nothing, &[" converted 0"]);
    check_value(Shape::Named("a"), &["Named copied 1"]);
    check_value(Shape::Pair(1, "a"), &["Pair[0] converted 1", "Pair[1] copied 1"]);
    check_value([Shape::Circle { label: "a" }], &["[0].Circle.label copied 1"]);
}

#[test]
fn a_tag_is_a_static_text_which_can_be_allowed() {
    #[derive(Serialize)]
    #[serde(tag = "kind")]
    enum Tagged<'a> {
        Named { name: &'a str },
    }
    let text = "name";
    let values = [Tagged::Named { name: text }];
    check(&audit(&values, text.as_bytes()), &["[0].kind copied 5", "[0].name borrowed 4"]);
    assert_zero_copy!(values, text, allow: ["[].kind"]);
    let audit = audit(&values, text.as_bytes()).allowing(&["[0].kind", "[].name"]);
    assert!(audit.is_zero_copy());
    assert_eq!(audit.allowed(), Total { leaves: 1, bytes: 5 });
    assert_eq!(audit.borrowed(), Total { leaves: 1, bytes: 4 });
}

#[test]
fn keys_name_their_values() {
    check_value(BTreeMap::from([(7, "x")]), &["{7} converted 4", "7 copied 1"]);
    check_value(BTreeMap::from([('c', ())]), &["{c} converted 4", "c converted 0"]);
    check_value(BTreeMap::from([("a b", 1_u8)]), &["{a b} copied 3", "[\"a b\"] converted 1"]);
    check_value(BTreeMap::from([("", 1_u8)]), &["{} borrowed 0", "[\"\"] converted 1"]);
    check_value(
        BTreeMap::from([((1_u8, "k"), "x")]),
        &["{#0}[0] converted 1", "{#0}[1] copied 1", "[\"#0\"] copied 1"],
    );
    check_value(
        BTreeMap::from([(BTreeMap::from([("in", 1_u8)]), 2_u8)]),
        &["{#0}{in} copied 2", "{#0}.in converted 1", "[\"#0\"] converted 1"],
    );
    check_value(
        BTreeMap::from([(None::<u8>, 2_u8)]),
        &["{#0} converted 0", "[\"#0\"] converted 1"],
    );
    let long = "k".repeat(100);
    let short = format!("{}…", &long[..40]);
    check_value(
        BTreeMap::from([(long, 1_u8)]),
        &[&format!("{{{short}}} copied 100"), &format!("[\"{short}\"] converted 1")],
    );
}

#[test]
fn nested_paths_read_from_left_to_right() {
    let value = BTreeMap::from([("users", vec![BTreeMap::from([("name", vec!["Ada"])])])]);
    check_value(
        value,
        &["{users} copied 5", "users[0]{name} copied 4", "users[0].name[0] copied 3"],
    );
}

#[test]
fn what_is_made_for_the_occasion_is_converted() {
    struct Shown;
    impl Serialize for Shown {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(&format_args!("{}-{}", 1, 2))
        }
    }
    check_value(Shown, &[" converted 3"]);
    let address: IpAddr = "127.0.0.1".parse().unwrap();
    check_value(address, &["V4 converted 4"]);
}

#[test]
fn bytes_that_json_holds_as_text_are_seen_themselves() {
    #[derive(Serialize, Deserialize)]
    struct Packet<'a> {
        #[serde(borrow, with = "zc_serde::base64")]
        payload: Cow<'a, [u8]>,
    }
    let json = br#"{"payload":"AAEC"}"#;
    let packet: Packet = from_slice(json).unwrap();
    check(&audit(&packet, json), &["payload copied 3"]);
    let input = rmp_serde::to_vec(&packet).unwrap();
    let packet: Packet = rmp_serde::from_slice(&input).unwrap();
    assert_zero_copy!(packet, input);
}

#[test]
fn a_value_that_refuses_to_be_written_is_no_zero_copy() {
    struct Refuses;
    impl Serialize for Refuses {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("not today"))
        }
    }
    let audit = audit(&("", Refuses), b"");
    assert_eq!(audit.failure(), Some("not today"));
    assert!(!audit.is_zero_copy());
    assert_eq!(
        audit.to_string(),
        "borrowed  [0]  0 B at 0\n\
         the value could not be walked to its end: not today\n\
         1 borrowed (0 B)\n"
    );
}

#[test]
fn the_report_shows_first_what_fails() {
    let source = "source";
    let value = (source, "elsewhere", b"bytes".to_vec(), "static", 1.0, Shape::Nothing);
    let audit = audit(&value, source.as_bytes()).allowing(&["[3]"]);
    assert_eq!(
        audit.to_string(),
        "copied       [1]  9 B\n\
         not visible  [2]  5 B\n\
         borrowed     [0]  6 B at 0\n\
         allowed      [3]  6 B\n\
         converted    [4]  8 B\n\
         converted    [5]  0 B\n\
         1 borrowed (6 B), 1 copied (9 B), 2 converted (8 B), 1 not visible (5 B), 1 allowed (6 B)\n"
    );
}

#[test]
fn the_value_itself_and_nothing_have_reports_too() {
    assert_eq!(audit("x", b"").to_string(), "copied  (the value)  1 B\n1 copied (1 B)\n");
    assert_eq!(audit(&[0_u8; 0], b"").to_string(), "nothing\n");
}

#[test]
#[should_panic(expected = "`names` is not all borrowed from `json`:\ncopied  [0]  3 B\n")]
fn the_assertion_names_what_was_copied() {
    let json = br#"["Ada"]"#;
    let names: Vec<String> = from_slice(json).unwrap();
    assert_zero_copy!(names, json);
}

#[test]
#[should_panic(expected = "not visible  (the value)  1 B")]
fn the_assertion_does_not_pass_what_it_cannot_see() {
    assert_zero_copy!(vec![1_u8], b"");
}

#[test]
fn the_example_shows_the_fields_that_were_copied() {
    assert_eq!(
        example::report().unwrap(),
        "copied     host     11 B\n\
         copied     agent     4 B\n\
         copied     tags[1]   5 B\n\
         converted  id        8 B\n\
         borrowed   user      3 B at 24\n\
         borrowed   path      6 B at 39\n\
         borrowed   tags[0]   4 B at 102\n\
         3 borrowed (13 B), 3 copied (20 B), 1 converted (8 B)\n"
    );
    example::main().unwrap();
}
