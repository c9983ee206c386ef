//! What [`base64`](crate::base64) and [`hex`](crate::hex) share: text where people read it, and
//! plain bytes where they do not.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use data_encoding::{DecodeError, DecodeKind, Encoding};
use serde::de::{Error, Visitor};
use serde::{Deserializer, Serializer};
use zc_core::SliceExt;

/// A way to spell bytes in text.
#[derive(Debug)]
pub(crate) struct Spelling {
    pub(crate) name: &'static str,
    pub(crate) encoding: &'static Encoding,
    /// What each place may hold.
    pub(crate) symbols: &'static str,
    /// How many symbols there may be.
    pub(crate) lengths: &'static str,
}

impl Spelling {
    pub(crate) fn serialize<S: Serializer>(
        &self,
        bytes: &[u8],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return serializer.collect_str(&self.encoding.encode_display(bytes));
        }
        serializer.serialize_bytes(bytes)
    }

    pub(crate) fn deserialize<'de, D, T>(&'static self, deserializer: D) -> Result<T, D::Error>
    where
        D: Deserializer<'de>,
        T: From<Cow<'de, [u8]>>,
    {
        if deserializer.is_human_readable() {
            return deserializer.deserialize_str(TextVisitor(self, PhantomData));
        }
        deserializer.deserialize_bytes(BytesVisitor(PhantomData))
    }

    fn decode(&self, text: &str) -> Result<Vec<u8>, String> {
        let symbols = text.as_bytes();
        let bytes = self.encoding.decode(symbols).map_err(|error| self.describe(text, error))?;
        // Padded texts that follow one another would be taken for one; RFC 4648 ends at the first.
        match symbols.find_byte(b'=') {
            Some(position) if position + 2 < symbols.len() => {
                Err(self.describe(text, DecodeError { position, kind: DecodeKind::Symbol }))
            }
            _ => Ok(bytes),
        }
    }

    fn describe(&self, text: &str, error: DecodeError) -> String {
        let Self { name, symbols, lengths, .. } = self;
        let DecodeError { position, kind } = error;
        if kind == DecodeKind::Length {
            return format!("found {} bytes of {name} text; expected {lengths}", text.len());
        }
        // Symbols are ASCII, so whatever stands at the first wrong byte begins there.
        let found = text.get(position..).and_then(|rest| rest.chars().next()).unwrap_or_default();
        let found = found.escape_debug();
        let expected = match kind {
            DecodeKind::Trailing => "a symbol whose unused bits are zero",
            DecodeKind::Padding => "a whole number of bytes before the padding",
            _ => symbols,
        };
        format!("found `{found}` at byte {position} of {name} text; expected {expected}")
    }
}

struct TextVisitor<T>(&'static Spelling, PhantomData<T>);

impl<'de, T: From<Cow<'de, [u8]>>> Visitor<'de> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} text", self.0.name)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        let bytes = self.0.decode(text).map_err(E::custom)?;
        Ok(T::from(Cow::Owned(bytes)))
    }
}

struct BytesVisitor<T>(PhantomData<T>);

impl<'de, T: From<Cow<'de, [u8]>>> Visitor<'de> for BytesVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes")
    }

    fn visit_borrowed_bytes<E: Error>(self, bytes: &'de [u8]) -> Result<T, E> {
        Ok(T::from(Cow::Borrowed(bytes)))
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<T, E> {
        Ok(T::from(Cow::Owned(bytes.to_vec())))
    }

    fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<T, E> {
        Ok(T::from(Cow::Owned(bytes)))
    }
}
