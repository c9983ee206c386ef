//! Shared texts and bytes are slices of the input where they can be, and copies where they cannot.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use proptest::prelude::*;
use serde::de::value::{BorrowedBytesDeserializer, BytesDeserializer, Error as ValueError};
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde::{Deserialize, Serialize};
use zc_core::{Copies, Source, assert_borrows};
use zc_serde::shared::{
    Shared, SharedBytes, SharedStr, copied_outside, from_shared, from_shared_counted, with_shared,
};

/// Checks how many bytes of a `T` are shared and copied when `json` is read.
#[track_caller]
fn check<T: DeserializeOwned>(json: &str, shared: u64, copied: u64) -> T {
    let read: Shared<T> = from_shared_counted(Bytes::from(json.to_owned())).expect("good JSON");
    assert_eq!((read.shared, read.copied), (shared, copied));
    assert_eq!(read.copies(), Copies { decode: copied, ..Copies::default() });
    read.value
}

#[test]
fn both_types_cross_threads_and_have_no_lifetime() {
    fn assert<T: Send + Sync + Unpin + 'static>() {}
    assert::<SharedStr>();
    assert::<SharedBytes>();
    assert::<Shared<SharedStr>>();
    assert_eq!([size_of::<SharedStr>(), size_of::<SharedBytes>()], [4 * size_of::<usize>(); 2]);
}

#[test]
fn texts_are_slices_of_the_input_in_options_vectors_and_maps() {
    #[derive(Deserialize)]
    struct Record {
        name: SharedStr,
        option: Option<SharedStr>,
        list: Vec<SharedBytes>,
        map: HashMap<SharedStr, SharedStr>,
    }
    let json = Bytes::from(
        r#"{"name":"Ada","option":"some","list":["first"],"map":{"key":"value"}}"#.to_owned(),
    );
    let record: Record = from_shared(json.clone()).unwrap();
    let (key, value) = record.map.iter().next().unwrap();
    let option = record.option.unwrap();
    assert_borrows!(json, record.name, option, record.list[0], key, value);
    assert_eq!(record.map["key"], "value");
}

#[test]
fn a_record_outlives_the_handle_it_was_read_from() {
    let record: Vec<SharedStr> = from_shared(Bytes::from(br#"["Ada"]"#.to_vec())).unwrap();
    let sent = std::thread::spawn(move || record[0].clone()).join().unwrap();
    assert_eq!(sent, "Ada");
}

#[test]
fn escapes_and_numbers_are_copied_and_counted() {
    check::<Vec<SharedStr>>(r#"["plain", "caf\u00e9", ""]"#, 5, 5);
    check::<Vec<SharedBytes>>(r#"["plain", "caf\u00e9", [1, 2, 255], "", []]"#, 5, 8);
    check::<Vec<SharedStr>>(r#"["é", "€uro"]"#, 8, 0);
    check::<(SharedStr, u32, String)>(r#"["a", 1, "not ours"]"#, 1, 0);
}

#[test]
fn an_empty_text_keeps_nothing_alive() {
    let json = Bytes::from(br#"["", ""]"#.to_vec());
    let (text, bytes): (SharedStr, SharedBytes) = from_shared(json.clone()).unwrap();
    assert!(text.is_empty() && bytes.is_empty());
    assert!(json.is_unique());
}

#[test]
fn what_is_no_text_or_no_json_is_an_error_with_its_place() {
    #[track_caller]
    fn check<T: DeserializeOwned + Debug>(json: &'static [u8], expected: &str) {
        let error = from_shared::<T>(Bytes::from_static(json)).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    let place = "line 2, column 1 (byte 2): ";
    let wrong = format!("{place}invalid type: integer `7`, expected a string");
    check::<Vec<SharedStr>>(b"[\n7]", &wrong);
    check::<Vec<SharedStr>>(b"[\nx]", &format!("{place}expected value"));
    check::<Vec<SharedBytes>>(
        b"[\n[256]]",
        "line 2, column 2 (byte 3): invalid value: integer `256`, expected u8",
    );
    check::<Vec<SharedBytes>>(b"[\nnull]", &format!("{place}invalid type: null, expected bytes"));
    check::<Vec<SharedStr>>(
        b"[\"a\", \"\xff\"]",
        "line 1, column 8 (byte 7): invalid unicode code point",
    );
    check::<Vec<SharedStr>>(b"[x, \"\xff\"]", "line 1, column 2 (byte 1): expected value");
}

#[test]
fn bytes_accept_strings_that_are_not_utf8() {
    let json = Bytes::from_static(b"[\"\xff\xfe\"]");
    let parts: Vec<SharedBytes> = from_shared(json.clone()).unwrap();
    assert_eq!(parts, [b"\xff\xfe"]);
    assert_borrows!(json, parts[0]);
}

#[derive(Debug, Deserialize, PartialEq)]
struct Inner {
    id: SharedStr,
    #[serde(default)]
    raw: SharedBytes,
}

#[test]
fn flattened_fields_are_shared() {
    #[derive(Deserialize)]
    struct Outer {
        name: SharedStr,
        #[serde(flatten)]
        inner: Inner,
        #[serde(flatten)]
        rest: HashMap<String, SharedStr>,
    }
    let json = r#"{"name":"one","id":"four","raw":"three","other":"o","escaped":"a\nb"}"#;
    let outer: Outer = check(json, 3 + 4 + 5 + 1, 3);
    assert_eq!((outer.name.as_str(), outer.inner.id.as_str()), ("one", "four"));
    assert_eq!(outer.inner.raw, b"three"[..]);
    assert_eq!(outer.rest["escaped"], "a\nb");
}

#[test]
fn untagged_and_tagged_enums_are_shared() {
    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(untagged)]
    enum Untagged {
        Number(u32),
        Text(SharedStr),
        Inner(Inner),
    }
    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(tag = "kind")]
    enum Tagged {
        Inner(Inner),
    }
    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(tag = "kind", content = "content")]
    enum Adjacent {
        Inner(Inner),
    }
    let values: Vec<Untagged> = check(r#"[1, "abc", {"id":"de"}, "\t"]"#, 5, 1);
    assert_eq!(values[1], Untagged::Text("abc".into()));
    check::<Tagged>(r#"{"id":"abc","kind":"Inner","raw":"\t"}"#, 3, 1);
    check::<Adjacent>(r#"{"content":{"id":"abc"},"kind":"Inner"}"#, 3, 0);
}

#[test]
fn a_variant_that_is_tried_in_vain_counts_too() {
    #[derive(Debug, Deserialize)]
    #[serde(untagged)]
    #[expect(dead_code, reason = "only read")]
    enum Tried {
        Pair(SharedStr, u32),
        Words(Vec<SharedStr>),
    }
    check::<Tried>(r#"["ab", "c"]"#, 2 + 3, 0);
}

#[test]
fn readers_and_values_share_nothing() {
    let json = Bytes::from(br#"["abc"]"#.to_vec());
    let read = with_shared(json.clone(), |json| serde_json::from_reader::<_, Vec<SharedStr>>(json));
    assert_eq!((read.shared, read.copied, &read.value.unwrap()[0][..]), (0, 3, "abc"));
    let value: serde_json::Value = serde_json::from_slice(&json).unwrap();
    let read = with_shared(json, |_| serde_json::from_value::<Vec<SharedBytes>>(value).unwrap());
    assert_eq!((read.shared, read.copied, &read.value[0][..]), (0, 3, &b"abc"[..]));
}

#[test]
fn a_format_that_lends_its_own_buffer_is_not_believed() {
    let input = Bytes::from_static(b"name,note\nAda,first\n");
    let rows = |input: &[u8]| -> csv::Result<Vec<HashMap<SharedStr, SharedStr>>> {
        let mut reader = csv::Reader::from_reader(input);
        reader.deserialize().collect()
    };
    let read = with_shared(input.clone(), rows).transpose().unwrap();
    assert_eq!(
        read.value,
        [HashMap::from([("name".into(), "Ada".into()), ("note".into(), "first".into())])]
    );
    assert_eq!((read.shared, read.copied), (0, 16));

    let elsewhere = b"abc";
    let read = with_shared(input, |_| {
        let borrowed = BorrowedBytesDeserializer::<ValueError>::new(elsewhere);
        SharedBytes::deserialize(borrowed).unwrap()
    });
    assert_eq!((read.shared, read.copied), (0, 3));
    assert!(!Source::new(elsewhere).borrows(&read.value));
}

#[test]
fn a_slice_of_the_input_is_shared_though_it_is_not_called_borrowed() {
    let input = Bytes::from(b"abcdef".to_vec());
    let read = with_shared(input.clone(), |bytes| {
        SharedBytes::deserialize(BytesDeserializer::<ValueError>::new(&bytes[2..4])).unwrap()
    });
    assert_eq!((read.shared, read.copied), (2, 0));
    assert_borrows!(input, read.value);
}

#[test]
fn a_slice_that_only_overlaps_the_input_is_copied() {
    let whole = Bytes::from(b"abcdef".to_vec());
    for (input, part) in [(0..4, 2..6), (2..6, 0..4), (2..4, 0..6), (0..3, 3..6)] {
        let read = with_shared(whole.slice(input), |_| {
            SharedBytes::deserialize(BytesDeserializer::<ValueError>::new(&whole[part.clone()]))
        });
        assert_eq!((read.shared, read.copied), (0, part.len() as u64));
        assert_eq!(read.value.unwrap(), whole[part]);
    }
}

#[test]
fn outside_of_a_scope_everything_is_copied_and_counted() {
    let before = copied_outside();
    let json = Bytes::from_static(br#"["abc", "defg"]"#);
    let pair: (SharedStr, SharedBytes) = serde_json::from_slice(&json).unwrap();
    assert_eq!((&*pair.0, &*pair.1), ("abc", &b"defg"[..]));
    assert!(!Source::new(&json).borrows(pair.0.as_bytes()));
    assert_eq!(copied_outside() - before, 7);

    from_shared::<Vec<SharedStr>>(Bytes::from_static(br#"["caf\u00e9"]"#)).unwrap();
    assert_eq!(copied_outside() - before, 7);
    assert_eq!(std::thread::spawn(copied_outside).join().unwrap(), 0);
}

#[test]
fn another_thread_is_not_in_the_scope() {
    let input = Bytes::from_static(br#"["abc"]"#);
    let read = with_shared(input.clone(), |json| {
        std::thread::scope(|scope| {
            let read = || serde_json::from_slice::<Vec<SharedStr>>(json).unwrap();
            scope.spawn(read).join().unwrap()
        })
    });
    assert_eq!((read.shared, read.copied), (0, 0));
    assert!(!Source::new(&input).borrows(read.value[0].as_bytes()));
}

/// A text of JSON in a text of JSON.
#[derive(Debug)]
struct Nested(Shared<Vec<SharedStr>>);

impl<'de> Deserialize<'de> for Nested {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let inner = SharedStr::deserialize(deserializer)?;
        from_shared_counted(inner.into_bytes()).map(Self).map_err(serde::de::Error::custom)
    }
}

#[test]
fn scopes_nest_and_count_on_their_own() {
    let json = Bytes::from(br#"["abc", "[7]", "[]", "de"]"#.to_vec());
    type Row = (SharedStr, String, Nested, SharedStr);
    let read = from_shared_counted::<Row>(json.clone()).unwrap();
    assert_eq!((read.shared, read.copied), (3 + 2 + 2, 0));
    assert_borrows!(json, read.value.0, read.value.3);

    let json = Bytes::from(r#"["abc", "[\"inner\"]", "de"]"#.to_owned());
    let read = from_shared_counted::<(SharedStr, Nested, SharedStr)>(json.clone()).unwrap();
    assert_eq!((read.shared, read.copied), (5, 9));
    assert_eq!((read.value.1.0.shared, read.value.1.0.copied), (5, 0));
    assert_borrows!(json, read.value.0, read.value.2);
}

#[test]
fn a_slice_of_the_outer_input_is_copied_in_an_inner_scope() {
    let outer = Bytes::from(br#"["outer"]"#.to_vec());
    let read = with_shared(outer.clone(), |json| {
        let inner = with_shared(Bytes::from_static(b"inner"), |_| {
            serde_json::from_slice::<Vec<SharedStr>>(json).unwrap()
        });
        assert_eq!((inner.shared, inner.copied), (0, 5));
        serde_json::from_slice::<Vec<SharedStr>>(json).unwrap()
    });
    assert_eq!((read.shared, read.copied), (5, 0));
    assert_borrows!(outer, read.value[0]);
}

#[test]
fn a_panic_leaves_the_scope_around_it_as_it_was() {
    let outer = Bytes::from(br#"["outer"]"#.to_vec());
    let inner = Bytes::from(br#"["inner"]"#.to_vec());
    let read = with_shared(outer.clone(), |json| {
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            with_shared(inner.clone(), |_| panic!("while it reads"));
        }));
        assert!(panicked.is_err());
        serde_json::from_slice::<Vec<SharedStr>>(json).unwrap()
    });
    assert_eq!((read.shared, read.copied), (5, 0));
    assert!(inner.is_unique());

    let before = copied_outside();
    let panicked = catch_unwind(|| with_shared(outer.clone(), |_| panic!("while it reads")));
    assert!(panicked.is_err());
    serde_json::from_slice::<Vec<SharedStr>>(&outer).unwrap();
    assert_eq!(copied_outside() - before, 5);
}

#[test]
fn a_buffer_whose_owner_reads_when_it_is_dropped_does_no_harm() {
    struct Owner(&'static [u8]);
    impl AsRef<[u8]> for Owner {
        fn as_ref(&self) -> &[u8] {
            self.0
        }
    }
    impl Drop for Owner {
        fn drop(&mut self) {
            assert!(from_shared::<Vec<SharedStr>>(Bytes::from_static(br#"["x"]"#)).is_ok());
        }
    }
    let before = copied_outside();
    let input = Bytes::from_owner(Owner(b"[]"));
    assert!(from_shared::<Vec<SharedStr>>(input).unwrap().is_empty());
    assert_eq!(copied_outside(), before);
}

#[test]
fn a_detached_slice_lets_the_input_go() {
    let json = Bytes::from(br#"["abc", "defg"]"#.to_vec());
    let (mut text, bytes): (SharedStr, SharedBytes) = from_shared(json.clone()).unwrap();
    assert!(!text.is_unique() && !bytes.is_unique());
    text.detach();
    assert!(text.is_unique() && text == "abc");
    assert!(!json.is_unique());
    let bytes = bytes.into_detached();
    assert!(bytes.is_unique() && bytes == b"defg"[..]);
    assert!(json.is_unique());
    assert_eq!(text.into_detached(), "abc");
}

#[test]
fn parts_of_a_shared_value_are_shared() {
    let text = SharedStr::from("key=value".to_owned());
    let (key, value) = text.split_once('=').unwrap();
    let (key, value) = (text.slice_ref(key).unwrap(), text.slice_ref(value).unwrap());
    assert_borrows!(text, key, value);
    assert_eq!((&*key, &*value), ("key", "value"));
    assert_eq!(text.slice_ref(&text[..0]), Some(SharedStr::new()));
    assert_eq!(text.slice_ref("key"), None);
    let bytes = SharedBytes::from(text.clone());
    let part = bytes.slice_ref(&text.as_bytes()[4..]).unwrap();
    assert_borrows!(text, bytes, part);
    assert_eq!(bytes.slice_ref(b"key"), None);
    assert_eq!(SharedStr::try_from(bytes).unwrap(), text);
    assert!(SharedStr::try_from(SharedBytes::from_static(b"\xff")).is_err());
}

#[test]
fn conversions_that_can_do_without_a_copy_do() {
    let string = "a string".to_owned();
    let at = string.as_ptr();
    let text = SharedStr::from(string);
    assert_eq!(text.as_ptr(), at);
    let string = String::from(text);
    assert_eq!(string.as_ptr(), at);
    let bytes = SharedBytes::from(string.into_bytes());
    assert_eq!(bytes.as_ptr(), at);
    let bytes: Bytes = bytes.into();
    assert_eq!(bytes.as_ptr(), at);
    let text = SharedStr::try_from(bytes).unwrap();
    assert_eq!(text.as_ptr(), at);
    let vector = Vec::from(SharedBytes::from(Bytes::from(text)));
    assert_eq!(vector.as_ptr(), at);
}

#[track_caller]
fn check_equal<S: PartialEq<T> + Debug, T: PartialEq<S> + Debug>(shared: &S, other: &T) {
    assert_eq!(shared, other);
    assert_eq!(other, shared);
}

#[test]
fn a_shared_text_compares_and_shows_itself_as_a_str() {
    let text = SharedStr::from("a\"b");
    check_equal(&text, &"a\"b");
    check_equal(&text, &"a\"b".to_owned());
    check_equal(&text, &Cow::from("a\"b"));
    assert_eq!(text, *"a\"b");
    assert_ne!(text, "a");
    assert_eq!(format!("{text:5}|{text:?}"), r#"a"b  |"a\"b""#);
    assert_eq!(HashMap::from([(text.clone(), 1)]).get("a\"b"), Some(&1));
    assert_eq!(BTreeMap::from([(text.clone(), 1)]).get("a\"b"), Some(&1));
    assert!(SharedStr::from_static("b") > text && SharedStr::default().is_empty());
}

#[test]
fn shared_bytes_compare_as_a_slice() {
    let bytes = SharedBytes::from(&b"a\0"[..]);
    let slice: &[u8] = b"a\0";
    check_equal(&bytes, &slice);
    check_equal(&bytes, &slice.to_vec());
    check_equal(&bytes, &Cow::from(slice));
    check_equal(&bytes, &Bytes::from_static(slice));
    assert_eq!(bytes, *slice);
    assert_ne!(bytes, b"a");
    assert_ne!(bytes, *b"a");
    assert_eq!(format!("{bytes:?}"), r#"b"a\0""#);
    assert_eq!(HashMap::from([(bytes.clone(), 1)]).get(&b"a\0"[..]), Some(&1));
    assert!(SharedBytes::from_static(b"b") > bytes && SharedBytes::default().is_empty());
}

#[test]
fn they_are_written_as_text_and_as_bytes() {
    let pair = (SharedStr::from("é\n"), SharedBytes::from(&b"\0\xff"[..]));
    assert_eq!(serde_json::to_string(&pair).unwrap(), r#"["é\n",[0,255]]"#);
    assert_eq!(rmp_serde::to_vec(&pair).unwrap(), b"\x92\xa3\xc3\xa9\n\xc4\x02\0\xff");
}

#[test]
fn a_format_that_hands_out_bytes_or_strings_is_understood() {
    for good in [&b"abc"[..], "é".as_bytes()] {
        let text = SharedStr::deserialize(BytesDeserializer::<ValueError>::new(good));
        assert_eq!(text.unwrap().as_bytes(), good);
    }
    for damaged in [&b"\xff"[..], b"\xe2\x82"] {
        assert!(SharedStr::deserialize(BytesDeserializer::<ValueError>::new(damaged)).is_err());
    }
    let string = IntoDeserializer::<ValueError>::into_deserializer("abc".to_owned());
    assert_eq!(SharedStr::deserialize(string.clone()).unwrap(), "abc");
    assert_eq!(SharedBytes::deserialize(string).unwrap(), b"abc"[..]);
}

#[test]
fn a_sequence_that_lies_about_its_length_allocates_no_more_than_it_has() {
    struct Liar;
    impl Iterator for Liar {
        type Item = u8;
        fn next(&mut self) -> Option<u8> {
            None
        }
        fn size_hint(&self) -> (usize, Option<usize>) {
            (usize::MAX, Some(usize::MAX))
        }
    }
    let sequence = serde::de::value::SeqDeserializer::<_, ValueError>::new(Liar);
    let bytes = SharedBytes::deserialize(serde::de::value::SeqAccessDeserializer::new(sequence));
    assert!(bytes.unwrap().is_empty());
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Tree<S: Ord> {
    Text(S),
    List(Vec<Tree<S>>),
    Map(BTreeMap<S, Tree<S>>),
}

fn tree() -> impl Strategy<Value = Tree<String>> {
    let leaf = any::<String>().prop_map(Tree::Text);
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Tree::List),
            prop::collection::btree_map(any::<String>(), inner, 0..4).prop_map(Tree::Map),
        ]
    })
}

proptest! {
    #[test]
    fn shared_texts_are_those_that_are_owned(tree in tree()) {
        let json = serde_json::to_string(&tree).unwrap();
        let read: Tree<SharedStr> = from_shared(Bytes::from(json.clone())).unwrap();
        prop_assert_eq!(serde_json::to_string(&read).unwrap(), json);
    }

    #[test]
    fn damaged_input_is_an_error_as_it_is_for_owned_texts(
        tree in tree(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut json = serde_json::to_vec(&tree).unwrap();
        let at = at.index(json.len());
        json[at] = byte;
        let owned = zc_serde::from_slice::<Tree<String>>(&json);
        let shared = from_shared::<Tree<SharedStr>>(Bytes::from(json));
        match (owned, shared) {
            (Ok(owned), Ok(shared)) => prop_assert_eq!(
                serde_json::to_string(&owned).unwrap(),
                serde_json::to_string(&shared).unwrap()
            ),
            (owned, shared) => prop_assert_eq!(owned.err(), shared.err()),
        }
    }
}
