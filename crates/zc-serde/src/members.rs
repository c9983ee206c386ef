//! Objects whose fields are not known beforehand: keys, and values as raw JSON text.
//!
//! ```
//! use zc_serde::members::{Scalar, Shape, member, read_members};
//!
//! let json = br#"{"id": 1.50, "user": {"name": "Ada"}}"#;
//! let mut members = Vec::new();
//! assert_eq!(read_members(json, &mut members)?, Shape::Object);
//! assert_eq!(members[0].key, "id");
//! assert_eq!(Scalar::of(members[0].value), Scalar::Number("1.50"));
//! let name = member(members[1].value, "name").unwrap();
//! assert_eq!(Scalar::of(name), Scalar::Text("Ada".into()));
//! # Ok::<(), zc_serde::Error>(())
//! ```
//!
//! Values that are not looked at are skipped, as `serde_json` skips them for its `RawValue`:
//! they are checked to be JSON in UTF-8, but numbers may be out of every range and surrogates
//! may stand alone. Skipping does not recurse: its stack is one byte a level, on the heap, so
//! that no nesting overflows the stack of the thread.

use std::fmt;

use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::de::Read;
use serde_json::value::RawValue;

use crate::locate::is_blank;
use crate::{Error, Text};

/// One member of an object.
///
/// ```
/// use zc_serde::members::{Member, read_members};
///
/// let json = br#"{"n\u0061me": [1, 2]}"#;
/// let mut members = Vec::new();
/// read_members(json, &mut members)?;
/// assert_eq!(members, [Member { key: "name".into(), value: "[1, 2]" }]);
/// assert!(!members[0].key.is_borrowed());
/// zc_core::assert_borrows!(json, members[0].value);
/// # Ok::<(), zc_serde::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member<'de> {
    /// The name, unescaped.
    pub key: Text<'de>,
    /// The value as JSON text, without white space around it.
    pub value: &'de str,
}

/// What a JSON text is.
///
/// ```
/// use zc_serde::members::{Shape, read_members};
///
/// let mut members = Vec::new();
/// assert_eq!(read_members(b"{}", &mut members)?, Shape::Object);
/// assert_eq!(read_members(b"[{}]", &mut members)?, Shape::Other);
/// # Ok::<(), zc_serde::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    /// An object.
    Object,
    /// Any other value.
    Other,
}

/// Replaces what `members` holds by the members of the object that `json` is, in order and with
/// all that share a name; by nothing if `json` is another value.
///
/// The vector is there to be used again: while it is large enough, nothing is allocated but the
/// keys that have escapes and, if a value nests two levels or more, one small stack.
///
/// ```
/// use zc_serde::members::read_members;
///
/// let mut members = Vec::new();
/// for json in [r#"{"a": 1, "b": 2}"#, r#"{"a": 3}"#] {
///     read_members(json.as_bytes(), &mut members)?;
///     assert_eq!(members[0].key, "a");
/// }
/// assert_eq!((members.len(), members[0].value), (1, "3"));
/// assert!(read_members(b"{} {}", &mut members).is_err() && members.is_empty());
/// # Ok::<(), zc_serde::Error>(())
/// ```
///
/// # Errors
///
/// [`Error`] if `json` is not one JSON value; `members` is left empty.
///
/// # Copies
///
/// Keys that have escapes, and nothing else.
pub fn read_members<'de>(json: &'de [u8], members: &mut Vec<Member<'de>>) -> Result<Shape, Error> {
    members.clear();
    // Checking the text once beats checking each of its strings; a text that fails the check is
    // read as bytes, for the sake of the mistake that comes first.
    let shape = match std::str::from_utf8(json) {
        Ok(text) => fill(serde_json::Deserializer::from_str(text), json, members),
        Err(_) => fill(serde_json::Deserializer::from_slice(json), json, members),
    };
    shape.map_err(|error| {
        members.clear();
        Error::new(json, &error)
    })
}

fn fill<'de, R: Read<'de>>(
    mut deserializer: serde_json::Deserializer<R>,
    json: &[u8],
    members: &mut Vec<Member<'de>>,
) -> serde_json::Result<Shape> {
    let shape = if json.iter().find(|byte| !is_blank(**byte)) == Some(&b'{') {
        deserializer.deserialize_map(Collect(members))?;
        Shape::Object
    } else {
        <&RawValue>::deserialize(&mut deserializer)?;
        Shape::Other
    };
    deserializer.end()?;
    Ok(shape)
}

struct Collect<'v, 'de>(&'v mut Vec<Member<'de>>);

impl<'de> Visitor<'de> for Collect<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some((key, value)) = map.next_entry::<Text<'de>, &'de RawValue>()? {
            self.0.push(Member { key, value: value.get() });
        }
        Ok(())
    }
}

/// The value of the last member called `key` in the object that `raw` is; `None` if it has none
/// or is no object.
///
/// ```
/// use zc_serde::members::member;
///
/// assert_eq!(member(r#"{"a": 1, "b": 2, "\u0061": [3]}"#, "a"), Some("[3]"));
/// assert_eq!(member(r#"{"a": 1}"#, "b"), None);
/// assert_eq!(member("[1]", "a"), None);
/// ```
///
/// # Copies
///
/// Keys that have escapes, into a scratch buffer for the comparison; reads every byte once.
#[must_use]
pub fn member<'de>(raw: &'de str, key: &str) -> Option<&'de str> {
    let mut deserializer = serde_json::Deserializer::from_str(raw);
    let value = deserializer.deserialize_map(FindLast(key)).ok()?;
    deserializer.end().ok()?;
    value
}

struct FindLast<'k>(&'k str);

impl<'de> Visitor<'de> for FindLast<'_> {
    type Value = Option<&'de str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<&'de str>, A::Error> {
        let mut found = None;
        while let Some(is_sought) = map.next_key_seed(IsKey(self.0))? {
            if is_sought {
                found = Some(map.next_value::<&'de RawValue>()?.get());
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

/// Whether the next key is this one.
///
/// Keys are compared as bytes, so that one with a lone surrogate does not hide the others.
struct IsKey<'k>(&'k str);

impl<'de> DeserializeSeed<'de> for IsKey<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_bytes(self)
    }
}

impl Visitor<'_> for IsKey<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_bytes<E: de::Error>(self, key: &[u8]) -> Result<bool, E> {
        Ok(key == self.0.as_bytes())
    }
}

/// What a raw value says, if it is no array or object.
///
/// ```
/// use zc_serde::members::Scalar;
///
/// assert_eq!(Scalar::of("1e400"), Scalar::Number("1e400"), "no number is too large");
/// assert_eq!(Scalar::of(r#""\u00e9""#), Scalar::Text("é".into()));
/// assert_eq!(Scalar::of("[1]"), Scalar::Other("[1]"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scalar<'de> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, in the digits of the JSON text: none is too large or too precise.
    Number(&'de str),
    /// A string, unescaped.
    Text(Text<'de>),
    /// The raw text of anything else: an array, an object, a string that is not Unicode since a
    /// surrogate stands alone in it, and what is not JSON at all.
    Other(&'de str),
}

impl<'de> Scalar<'de> {
    /// What `raw` says; it is meant to be a value of [`read_members`] or [`member`].
    ///
    /// # Copies
    ///
    /// Strings that have escapes, and nothing else; reads every byte once.
    #[must_use]
    pub fn of(raw: &'de str) -> Self {
        let value = raw.trim_matches(|char: char| char.is_ascii() && is_blank(char as u8));
        match value.as_bytes().first() {
            Some(b'"') => serde_json::from_str(value).map_or(Self::Other(raw), Self::Text),
            Some(b'-' | b'0'..=b'9') if is_json(value) => Self::Number(value),
            _ => match value {
                "null" => Self::Null,
                "true" => Self::Bool(true),
                "false" => Self::Bool(false),
                _ => Self::Other(raw),
            },
        }
    }
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}
