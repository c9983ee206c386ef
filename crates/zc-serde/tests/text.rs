//! `Text` borrows where `Cow` owns and `&str` fails.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{BorrowedBytesDeserializer, BytesDeserializer, Error as ValueError};
use zc_core::{Source, assert_borrows};
use zc_serde::{ErrorKind, Text, from_slice};

const JSON: &[u8] = br#"{"plain":"abc","option":"def","list":["ghi"],"map":{"key":"jkl"}}"#;

#[derive(Deserialize)]
struct Texts<'a> {
    #[serde(borrow)]
    plain: Text<'a>,
    #[serde(borrow)]
    option: Option<Text<'a>>,
    #[serde(borrow)]
    list: Vec<Text<'a>>,
    #[serde(borrow)]
    map: HashMap<Text<'a>, Text<'a>>,
}

#[derive(Deserialize)]
struct Cows<'a> {
    #[serde(borrow)]
    plain: Cow<'a, str>,
    #[serde(borrow)]
    option: Option<Cow<'a, str>>,
    #[serde(borrow)]
    list: Vec<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct ForgottenCow<'a> {
    plain: Cow<'a, str>,
}

#[test]
fn a_text_borrows_inside_options_vectors_and_maps() {
    let texts: Texts = from_slice(JSON).unwrap();
    let (key, value) = texts.map.iter().next().unwrap();
    assert_borrows!(JSON, texts.plain, texts.option.as_ref().unwrap(), texts.list[0], key, value);
    assert!(texts.plain.is_borrowed() && texts.list[0].is_borrowed() && key.is_borrowed());
    assert_eq!(texts.map["key"], "jkl");
}

#[test]
fn a_cow_owns_silently_without_the_attribute() {
    let cow: ForgottenCow = from_slice(JSON).unwrap();
    assert!(matches!(cow.plain, Cow::Owned(_)));
}

#[test]
fn a_cow_inside_an_option_or_vector_owns_even_with_the_attribute() {
    let cows: Cows = from_slice(JSON).unwrap();
    assert_borrows!(JSON, cows.plain);
    assert!(matches!(cows.option, Some(Cow::Owned(_))));
    assert!(matches!(cows.list[0], Cow::Owned(_)));
}

#[test]
fn a_str_fails_on_escapes_where_a_text_owns() {
    let json = br#""caf\u00e9""#;
    assert_eq!(from_slice::<&str>(json).unwrap_err().kind(), ErrorKind::Data);
    let text: Text = from_slice(json).unwrap();
    assert_eq!(text, "café");
    assert!(!text.is_borrowed());
    assert!(!Source::new(json).borrows(text.as_bytes()));
}

#[test]
fn a_text_that_is_no_string_is_refused() {
    for json in [&b"1"[..], b"null", b"[]", b"{}", br#""\ud800""#, b"\"\xff\""] {
        assert!(from_slice::<Text>(json).is_err());
        assert!(serde_json::from_slice::<String>(json).is_err());
    }
}

#[test]
fn a_text_compares_hashes_and_prints_as_its_str() {
    let borrowed = Text::from("a\"b");
    let owned = Text::from("a\"b".to_owned());
    assert_eq!(borrowed, owned);
    assert_eq!((borrowed == *"a\"b", "a\"b" == owned), (true, true));
    assert_eq!(String::from("a\"b"), borrowed);
    assert_eq!(borrowed, String::from("a\"b"));
    assert_eq!(format!("{borrowed}|{owned:>4}|{borrowed:?}"), "a\"b| a\"b|\"a\\\"b\"");
    assert_eq!(borrowed.cmp(&Text::from("b")), Ordering::Less);
    assert_eq!(HashMap::from([(owned.clone(), 1)]).get("a\"b"), Some(&1));
    assert_eq!(BTreeMap::from([(borrowed.clone(), 1)]).get("a\"b"), Some(&1));
    assert_eq!((borrowed.into_owned(), owned.into_owned()), ("a\"b".into(), "a\"b".into()));
    assert_eq!(Text::default(), "");
}

#[test]
fn an_owned_text_gives_up_its_string_without_a_copy() {
    let text: Text = from_slice(br#""a\nb""#).unwrap();
    let at = text.as_ptr();
    let string = text.into_owned();
    assert_eq!((string.as_ptr(), &*string), (at, "a\nb"));
}

#[test]
fn a_text_is_written_as_a_string() {
    assert_eq!(serde_json::to_string(&Text::from("é\n")).unwrap(), r#""é\n""#);
}

#[test]
fn a_format_that_hands_out_bytes_or_strings_is_understood() {
    let bytes = b"abc";
    let text = Text::deserialize(BorrowedBytesDeserializer::<ValueError>::new(bytes)).unwrap();
    assert_borrows!(&bytes[..], text);
    let text = Text::deserialize(BytesDeserializer::<ValueError>::new(bytes)).unwrap();
    assert!(text == "abc" && !text.is_borrowed());
    let string = "abc".to_owned().into_deserializer();
    let text = Text::deserialize::<serde::de::value::StringDeserializer<ValueError>>(string);
    assert!(!text.unwrap().is_borrowed());
    for damaged in [&b"\xff"[..], b"\xe2\x82"] {
        assert!(Text::deserialize(BytesDeserializer::<ValueError>::new(damaged)).is_err());
        assert!(Text::deserialize(BorrowedBytesDeserializer::<ValueError>::new(damaged)).is_err());
    }
}

#[test]
fn a_text_compares_with_and_turns_into_every_kind_of_string() {
    let string = "abc".to_owned();
    let text = Text::from(&string);
    assert_borrows!(string, text, text.as_str());
    let cow = Cow::from("abc");
    assert_eq!(text, cow);
    assert_eq!(cow, text);
    assert_ne!(text, Cow::from("abd"));
    assert!(Text::from(Cow::from("abc")).is_borrowed());
    assert!(!Text::from(Cow::from("abc".to_owned())).is_borrowed());
    assert!(matches!(Cow::from(text.clone()), Cow::Borrowed("abc")));
    assert_eq!(String::from(text), "abc");
}
