//! `Serialize` for records: maps of their fields by name, in their order.
//!
//! A field that is absent is left out, and one that is null is null. Text that is UTF-8 is a
//! string. Other text is one with U+FFFD in it where the format is for people, such as JSON, and
//! bytes where it is not, such as `MessagePack`.
//!
//! Rows are lists of texts, entries a map, headers a list of `[name, value]` pairs, and a RESP value
//! is what comes nearest to it.
//!
//! There is no `Deserialize`: a record comes from its grammar, and to read values that borrow out
//! of what a serializer wrote is the business of `zc-serde`.

mod resp;

use alloc::string::String;

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use crate::access_log::{Combined, Common};
use crate::csv::Row;
use crate::http1::{Headers, Message, Request, Response};
use crate::logfmt::{Entries, Entry};
use crate::uri::Uri;
use crate::{Command, Fields, Pair, Record, Value};

/// Absent is null too, since only the map around a value could leave it out.
impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            Self::Absent | Self::Null => serializer.serialize_none(),
            Self::Text(text) => Text(text).serialize(serializer),
            Self::Number(number) => serializer.serialize_u64(number),
        }
    }
}

/// Bytes that are mostly text.
struct Text<'t>(&'t [u8]);

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match str::from_utf8(self.0) {
            Ok(text) => serializer.serialize_str(text),
            Err(_) if serializer.is_human_readable() => {
                serializer.serialize_str(&String::from_utf8_lossy(self.0))
            }
            Err(_) => serializer.serialize_bytes(self.0),
        }
    }
}

macro_rules! by_their_fields {
    ($($record:ident),+) => {$(
        /// A map of the fields that the record has.
        impl<T: AsRef<[u8]>> Serialize for $record<T> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                fields(&self.as_slices(), serializer)
            }
        }
    )+};
}

by_their_fields!(Pair, Command, Common, Combined, Uri);

fn fields<'i, R: Fields<'i>, S: Serializer>(record: &R, serializer: S) -> Result<S::Ok, S::Error> {
    let all = R::NAMES.iter().enumerate().map(|(index, name)| (name, record.field(index)));
    let present = all.filter(|(_, value)| *value != Value::Absent);
    // Some formats write the length first, and need it.
    let mut map = serializer.serialize_map(Some(present.clone().count()))?;
    for (name, value) in present {
        map.serialize_entry(name, &value)?;
    }
    map.end()
}

/// A map of the entries, in their order; a bare key is `true`. Of those that share a key all are
/// there: most readers take the last one, which is the one that counts.
impl<T: AsRef<[u8]>> Serialize for Entries<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for entry in self {
            let entry = entry.as_slices();
            map.serialize_key(&Text(entry.key))?;
            match entry {
                Entry { value: None, .. } => map.serialize_value(&true)?,
                _ => map.serialize_value(&Text(&entry.text()))?,
            }
        }
        map.end()
    }
}

/// A list of the texts of the fields.
impl<T: AsRef<[u8]>> Serialize for Row<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut texts = serializer.serialize_seq(Some(self.len()))?;
        for field in self {
            texts.serialize_element(&Text(&field.as_slices().text()))?;
        }
        texts.end()
    }
}

/// As a request or as a response.
impl<T: AsRef<[u8]>> Serialize for Message<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Request(request) => request.serialize(serializer),
            Self::Response(response) => response.serialize(serializer),
        }
    }
}

/// `method`, `target`, `version` and `headers`.
impl<T: AsRef<[u8]>> Serialize for Request<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("method", &Text(self.method.as_ref()))?;
        map.serialize_entry("target", &Text(self.target.as_ref()))?;
        map.serialize_entry("version", &Text(self.version.name.as_ref()))?;
        map.serialize_entry("headers", &self.headers)?;
        map.end()
    }
}

/// `version`, `status`, `reason` and `headers`.
impl<T: AsRef<[u8]>> Serialize for Response<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("version", &Text(self.version.name.as_ref()))?;
        map.serialize_entry("status", &self.status)?;
        map.serialize_entry("reason", &Text(self.reason.as_ref()))?;
        map.serialize_entry("headers", &self.headers)?;
        map.end()
    }
}

/// A list of `[name, value]` pairs.
impl<T: AsRef<[u8]>> Serialize for Headers<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let pairs = self.iter().map(|it| (Text(it.name.as_ref()), Text(it.value.as_ref())));
        serializer.collect_seq(pairs)
    }
}
