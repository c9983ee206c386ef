//! RESP values.

use alloc::vec::Vec;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::Text;
use crate::resp::{Item, Tree, Value};

/// What the value is; null before the first one was read.
///
/// Attributes are left out. A string in chunks is one string, a number that may have any size is
/// its digits as a string, and an error is a map with one entry, `error`. Where the format is for
/// people, a double that is not finite is a string, and a map that has other keys than strings,
/// integers and booleans is a list of `[key, value]` pairs.
///
/// It goes as deep as the value, which is as deep as the grammar let it be.
impl<T: AsRef<[u8]>> Serialize for Tree<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.root() {
            Some(root) => root.serialize(serializer),
            None => serializer.serialize_none(),
        }
    }
}

/// As the [`Tree`] that it is the root of.
impl<T: AsRef<[u8]>> Serialize for Item<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value() {
            Value::Simple(text) | Value::Bulk(text) | Value::Verbatim { text, .. } => {
                Text(text.as_ref()).serialize(serializer)
            }
            Value::BigNumber(text) | Value::Chunk(text) => {
                Text(text.as_ref()).serialize(serializer)
            }
            Value::Error(text) | Value::BulkError(text) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("error", &Text(text.as_ref()))?;
                map.end()
            }
            Value::Integer(integer) => serializer.serialize_i64(*integer),
            Value::Boolean(boolean) => serializer.serialize_bool(*boolean),
            Value::Double(text) => double(self.value().to_f64(), text.as_ref(), serializer),
            Value::Null(_) | Value::Attribute(_) => serializer.serialize_none(),
            Value::Chunks(_) => Text(&joined(*self)).serialize(serializer),
            Value::Map(count) => map(*self, *count, serializer),
            Value::Array(count) | Value::Set(count) | Value::Push(count) => {
                list(*count, self.children(), serializer)
            }
        }
    }
}

fn double<S: Serializer>(
    number: Option<f64>,
    text: &[u8],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match number {
        Some(number) if number.is_finite() || !serializer.is_human_readable() => {
            serializer.serialize_f64(number)
        }
        _ => Text(text).serialize(serializer),
    }
}

/// The chunks of a string, one behind the other.
fn joined<T: AsRef<[u8]>>(string: Item<'_, T>) -> Vec<u8> {
    let mut text = Vec::new();
    for chunk in string.children() {
        text.extend_from_slice(chunk.value().text().map_or(&[][..], AsRef::as_ref));
    }
    text
}

fn map<T: AsRef<[u8]>, S: Serializer>(
    item: Item<'_, T>,
    count: usize,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let is_list = serializer.is_human_readable() && !item.entries().all(|(key, _)| is_name(key));
    if is_list {
        return list(count, item.entries(), serializer);
    }
    let mut map = serializer.serialize_map(Some(count))?;
    for (key, value) in item.entries() {
        map.serialize_entry(&key, &value)?;
    }
    map.end()
}

/// Whether a map for people may have it as a key.
const fn is_name<T>(key: Item<'_, T>) -> bool {
    matches!(
        key.value(),
        Value::Simple(_)
            | Value::Bulk(_)
            | Value::Verbatim { .. }
            | Value::BigNumber(_)
            | Value::Chunks(_)
            | Value::Integer(_)
            | Value::Boolean(_)
    )
}

/// By its length, which some formats write first, and which the iterator does not know.
fn list<S: Serializer>(
    count: usize,
    items: impl Iterator<Item: Serialize>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    use serde::ser::SerializeSeq;

    let mut list = serializer.serialize_seq(Some(count))?;
    for item in items {
        list.serialize_element(&item)?;
    }
    list.end()
}
