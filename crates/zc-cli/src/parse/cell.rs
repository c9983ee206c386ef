//! [`Cell`]: one value of one record, as it stands in the input.

use std::borrow::Cow;

use zc_core::{Source, Tally};
use zc_parse::Value;
use zc_parse::csv::{Field, Quoting};
use zc_parse::http1::Pairs;
use zc_parse::logfmt::unescape;
use zc_serde::members::Scalar;

use crate::parse::resp::described::Described;

/// One value of one record.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cell<'i> {
    /// The record does not have the field.
    Absent,
    /// The field has no value.
    Null,
    /// Bytes, mostly text.
    Text(&'i [u8]),
    /// Text with escapes as logfmt has them.
    Escaped(&'i [u8]),
    /// A field of CSV with doubled quotes.
    Doubled(Field<&'i [u8]>),
    /// Names with values, as HTTP has them.
    Pairs(Pairs<'i>),
    /// A key that stands for itself.
    True,
    /// A number that was converted from its digits.
    Number(u64),
    /// A value as JSON text.
    Json(&'i str),
    /// A value of RESP that is none of these.
    Resp(Described<'i>),
}

impl<'i> Cell<'i> {
    /// What to show of it without quotes and escapes; `None` where there is no value.
    #[inline]
    pub(crate) fn plain(self) -> Option<Plain<'i>> {
        match self {
            Self::Absent | Self::Null => None,
            Self::Text(text) => Some(Plain::Bytes(Cow::Borrowed(text))),
            Self::Number(number) => Some(Plain::Number(number)),
            Self::True => Some(Plain::True),
            Self::Escaped(value) => Some(Plain::Bytes(unescape(value))),
            Self::Doubled(field) => Some(Plain::Bytes(field.text())),
            Self::Pairs(pairs) => Some(Plain::Bytes(Cow::Borrowed(pairs.as_bytes()))),
            Self::Json(json) => plain_json(json),
            Self::Resp(part) => Some(Plain::Bytes(Cow::Owned(part.to_plain()))),
        }
    }

    /// Enters the cell as it stands in the input in a tally, by its address.
    pub(crate) fn tally(self, source: Source<'_>, tally: &mut Tally) {
        match self {
            Self::Absent | Self::Null => {}
            Self::Text(text) | Self::Escaped(text) => tally.field(source, text),
            Self::Doubled(field) => tally.field(source, field.value),
            Self::Pairs(pairs) => tally.field(source, pairs.as_bytes()),
            Self::True | Self::Number(_) => tally.converted(),
            Self::Json(json) => tally.field(source, json.as_bytes()),
            Self::Resp(part) => match part.joined() {
                Some(text) => tally.copied(&text),
                None => tally.converted(),
            },
        }
    }
}

impl Cell<'_> {
    /// Enters what the cell becomes in `MessagePack` in a tally, by the address of its text. The
    /// bytes of JSON that is unescaped are entered where that is done.
    pub(crate) fn tally_packed(self, source: Source<'_>, tally: &mut Tally) {
        let json = match self {
            Self::Json(json) => json.as_bytes(),
            Self::Escaped(value) => return tally.field(source, &unescape(value)),
            Self::Doubled(field) => return tally.field(source, &field.text()),
            _ => return self.tally(source, tally),
        };
        match json {
            [b'n', ..] => {}
            [b'"', inside @ .., b'"'] if !inside.contains(&b'\\') => tally.field(source, inside),
            [b'"', ..] => tally.copied(b""),
            _ => tally.converted(),
        }
    }
}

/// What to show of a value of JSON, which has no blanks around it: its first byte says what it is.
#[inline]
fn plain_json(json: &str) -> Option<Plain<'_>> {
    let bytes = match json.as_bytes() {
        [b'n', ..] => return None,
        [b'"', inside @ .., b'"'] if !inside.contains(&b'\\') => inside,
        [b'"', ..] => match Scalar::of(json) {
            Scalar::Text(text) => {
                return Some(Plain::Bytes(Cow::Owned(text.into_owned().into_bytes())));
            }
            _ => json.as_bytes(),
        },
        bytes => bytes,
    };
    Some(Plain::Bytes(Cow::Borrowed(bytes)))
}

impl<'i> From<Value<'i>> for Cell<'i> {
    #[inline(always)]
    fn from(value: Value<'i>) -> Self {
        match value {
            Value::Absent => Self::Absent,
            Value::Null => Self::Null,
            Value::Text(text) => Self::Text(text),
            Value::Number(number) => Self::Number(number),
        }
    }
}

impl<'i> From<Field<&'i [u8]>> for Cell<'i> {
    #[inline]
    fn from(field: Field<&'i [u8]>) -> Self {
        match field.quoting {
            Quoting::Doubled(_) => Self::Doubled(field),
            Quoting::Plain | Quoting::Quoted => Self::Text(field.value),
        }
    }
}

/// A value without quotes and escapes.
#[derive(Debug)]
pub(crate) enum Plain<'i> {
    Bytes(Cow<'i, [u8]>),
    True,
    Number(u64),
}

impl Plain<'_> {
    /// Enters the value in a tally, by its address.
    #[inline]
    pub(crate) fn tally(&self, source: Source<'_>, tally: &mut Tally) {
        match self {
            Self::Bytes(bytes) => tally.field(source, bytes),
            Self::True | Self::Number(_) => tally.converted(),
        }
    }
}
