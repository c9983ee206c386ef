//! Any JSON as a tree whose texts are of any type, and what must hold of it whatever type that is.

use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use serde::de::value::{BorrowedStrDeserializer, StrDeserializer};
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::{Number, Value};
use zc_core::rope::{Rope, RopeWriter};
use zc_core::{Position, Source};
use zc_serde::audit::audit;
use zc_serde::shared::{SharedStr, from_shared_counted, with_shared};
use zc_serde::{Error, Raw, Text, from_slice, json, msgpack};

/// Any JSON, with the members of objects as they stand.
#[derive(Debug)]
enum Tree<S> {
    Null,
    Bool(bool),
    Number(Number),
    Text(S),
    List(Vec<Tree<S>>),
    Map(Vec<(S, Tree<S>)>),
}

/// The input as one JSON text: texts that borrow, that are shared and that are owned are the same,
/// and so are refusals; what is written is the same, and lies where it came from.
pub(crate) fn shared(input: &[u8]) {
    raw(input);
    let owned = from_slice::<Tree<String>>(input);
    let borrowed = from_slice::<Tree<Text<'_>>>(input);
    let source = Bytes::copy_from_slice(input);
    let shared = from_shared_counted::<Tree<SharedStr>>(source.clone());
    let (owned, borrowed, shared) = match (owned, borrowed, shared) {
        (Ok(owned), Ok(borrowed), Ok(shared)) => (owned, borrowed, shared),
        (owned, borrowed, shared) => {
            let error = owned.expect_err("the others refuse it");
            assert_eq!(borrowed.err().as_ref(), Some(&error));
            assert_eq!(shared.err(), Some(error));
            return;
        }
    };
    let written = serde_json::to_vec(&owned).expect("a tree is JSON");
    assert_eq!(serde_json::to_vec(&borrowed).expect("a tree is JSON"), written);
    borrowed.each_text(&mut |text| {
        assert_eq!(
            text.is_borrowed() || text.is_empty(),
            Source::new(input).borrows(text.as_bytes())
        );
    });

    let seen = audit(&shared.value, &source);
    assert_eq!((seen.borrowed().bytes, seen.copied().bytes), (shared.shared, shared.copied));
    let seen = audit(&borrowed, input);
    assert_eq!((seen.borrowed().bytes, seen.copied().bytes), (shared.shared, shared.copied));

    ropes(&shared.value, &source, &written);
    packed(&owned);
}

/// The input as a raw value, read at once or later.
fn raw(input: &[u8]) {
    let owned = serde_json::from_slice::<Box<serde_json::value::RawValue>>(input);
    let raw = from_slice::<Raw<'_>>(input);
    assert_eq!(owned.ok().map(|raw| raw.get().to_owned()), raw.as_ref().ok().map(Raw::to_string));
    let Ok(raw) = raw else { return };
    assert_eq!(raw.get().as_bytes(), input.trim_ascii());
    assert_eq!(raw.parse_in::<Value>(input), from_slice::<Value>(input));
    let at = raw.offset_in(input).expect("it lies there");
    let read: Result<_, Error> = raw.parse::<Tree<Text<'_>>>();
    let moved = read.map_err(|error| error.starting_at(Position::START.after(&input[..at])));
    assert_eq!(moved.err(), from_slice::<Tree<String>>(input).err());
}

/// A tree as JSON and as `MessagePack` in a rope that references what it can.
fn ropes(tree: &Tree<SharedStr>, source: &Bytes, written: &[u8]) {
    let writer = || RopeWriter::new([source.clone()]).with_threshold(1);
    let mut all = writer();
    assert_eq!(json::to_rope_with(tree, &mut all).expect("a tree is JSON"), *written);
    assert_eq!(all.referenced() + all.copies().encode, written.len() as u64);

    let mut packer = writer();
    let rope: Rope = msgpack::to_rope_with(tree, &mut packer).expect("a tree can be packed");
    assert_eq!(rope, rmp_serde::to_vec(tree).expect("a tree can be packed")[..]);
    let seen = audit(tree, source);
    assert_eq!(packer.referenced(), seen.borrowed().bytes);
}

/// What is packed is read again, and all of its texts are shared.
fn packed(tree: &Tree<String>) {
    let packed = rmp_serde::to_vec(tree).expect("a tree can be packed");
    let read = with_shared(packed.clone().into(), |bytes| {
        rmp_serde::from_slice::<Tree<SharedStr>>(bytes).expect("it was just packed")
    });
    assert_eq!(rmp_serde::to_vec(&read.value).expect("a tree can be packed"), packed);
    assert_eq!(read.copied, 0);
}

impl<S> Tree<S> {
    fn each_text(&self, visit: &mut impl FnMut(&S)) {
        match self {
            Self::Null | Self::Bool(_) | Self::Number(_) => {}
            Self::Text(text) => visit(text),
            Self::List(items) => items.iter().for_each(|item| item.each_text(visit)),
            Self::Map(members) => members.iter().for_each(|(key, value)| {
                visit(key);
                value.each_text(visit);
            }),
        }
    }
}

impl<S: Serialize> Serialize for Tree<S> {
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => value.serialize(serializer),
            Self::Number(value) => value.serialize(serializer),
            Self::Text(text) => text.serialize(serializer),
            Self::List(items) => items.serialize(serializer),
            Self::Map(members) => serializer.collect_map(members.iter().map(|(k, v)| (k, v))),
        }
    }
}

impl<'de, S: Deserialize<'de>> Deserialize<'de> for Tree<S> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor(PhantomData))
    }
}

struct TreeVisitor<S>(PhantomData<S>);

impl<'de, S: Deserialize<'de>> Visitor<'de> for TreeVisitor<S> {
    type Value = Tree<S>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any valid JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Tree<S>, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Tree<S>, E> {
        Ok(Tree::Bool(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Tree<S>, E> {
        Ok(Tree::Number(value.into()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Tree<S>, E> {
        Ok(Tree::Number(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Tree<S>, E> {
        Ok(Number::from_f64(value).map_or(Tree::Null, Tree::Number))
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Tree<S>, E> {
        S::deserialize(BorrowedStrDeserializer::new(text)).map(Tree::Text)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Tree<S>, E> {
        S::deserialize(StrDeserializer::new(text)).map(Tree::Text)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree<S>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Tree<S>, A::Error> {
        let mut map = Vec::new();
        while let Some(member) = members.next_entry()? {
            map.push(member);
        }
        Ok(Tree::Map(map))
    }
}
