//! [`Renderer`]: values of RESP as JSON.

use std::ops::Range;

use zc_parse::resp::{Item, Value};

use crate::parse::encode::json_string;

/// Makes JSON of values, in storage that is used again.
#[derive(Debug, Default)]
pub(super) struct Renderer {
    pub(super) json: Vec<u8>,
    /// Replacement characters in it for bytes that are not UTF-8.
    replaced: u64,
    names: Names,
}

/// Keys of maps, made in storage that is used again.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// The chunks of one string, one behind the other.
    joined: Vec<u8>,
    /// The keys of one map as JSON, and where each of them stands.
    keys: Vec<u8>,
    places: Vec<Range<usize>>,
}

impl Renderer {
    /// Makes JSON of a value; returns how many replacement characters are in it.
    ///
    /// It goes as deep as the value, which is as deep as the grammar let it be.
    pub(super) fn render(&mut self, root: Item<'_, &[u8]>) -> u64 {
        self.json.clear();
        self.replaced = 0;
        self.value(root);
        self.replaced
    }

    fn value(&mut self, item: Item<'_, &[u8]>) {
        if item.attributes().next().is_none() {
            return self.bare(item);
        }
        self.json.extend_from_slice(b"{\"attributes\":");
        self.map(item.attributes(), item.attributes());
        self.json.extend_from_slice(b",\"value\":");
        self.bare(item);
        self.json.push(b'}');
    }

    /// A value without its attributes.
    fn bare(&mut self, item: Item<'_, &[u8]>) {
        match item.value() {
            Value::Null(_) => self.json.extend_from_slice(b"null"),
            Value::Boolean(boolean) => self.json.extend_from_slice(word(*boolean)),
            Value::Integer(integer) => {
                self.json.extend_from_slice(itoa::Buffer::new().format(*integer).as_bytes());
            }
            Value::BigNumber(text) => push_number(&mut self.json, text),
            Value::Double(text) => match not_finite(text) {
                Some(name) => self.text(name.as_bytes()),
                None => push_number(&mut self.json, text),
            },
            Value::Error(text) | Value::BulkError(text) => {
                self.json.extend_from_slice(b"{\"error\":");
                self.text(text);
                self.json.push(b'}');
            }
            Value::Array(_) | Value::Set(_) => self.list(item),
            Value::Push(_) => {
                self.json.extend_from_slice(b"{\"push\":");
                self.list(item);
                self.json.push(b'}');
            }
            Value::Map(_) => self.map(item.entries(), item.entries()),
            // All else is text.
            _ => {
                let text = text_of(item, &mut self.names.joined).unwrap_or_default();
                self.replaced += json_string(&mut self.json, text);
            }
        }
    }

    fn text(&mut self, text: &[u8]) {
        self.replaced += json_string(&mut self.json, text);
    }

    fn list(&mut self, item: Item<'_, &[u8]>) {
        self.json.push(b'[');
        for (index, child) in item.children().enumerate() {
            if index > 0 {
                self.json.push(b',');
            }
            self.value(child);
        }
        self.json.push(b']');
    }

    /// An object if all keys can be its keys and no two are the same, else an array of pairs.
    fn map<'t, 'i: 't, E>(&mut self, keys: E, entries: E)
    where
        E: Iterator<Item = (Item<'t, &'i [u8]>, Item<'t, &'i [u8]>)>,
    {
        let is_object = self.names.are_unique(keys);
        self.json.push(if is_object { b'{' } else { b'[' });
        for (index, (key, value)) in entries.enumerate() {
            if index > 0 {
                self.json.push(b',');
            }
            if is_object {
                self.replaced +=
                    push_name(&mut self.json, key, &mut self.names.joined).unwrap_or(0);
                self.json.push(b':');
                self.value(value);
            } else {
                self.json.push(b'[');
                self.value(key);
                self.json.push(b',');
                self.value(value);
                self.json.push(b']');
            }
        }
        self.json.push(if is_object { b'}' } else { b']' });
    }
}

impl Names {
    /// Whether the keys can be those of an object, each once.
    pub(super) fn are_unique<'t, 'i: 't, E>(&mut self, entries: E) -> bool
    where
        E: Iterator<Item = (Item<'t, &'i [u8]>, Item<'t, &'i [u8]>)>,
    {
        let Self { joined, keys, places, .. } = self;
        keys.clear();
        places.clear();
        for (key, _) in entries {
            let start = keys.len();
            if push_name(keys, key, joined).is_none() {
                return false;
            }
            places.push(start..keys.len());
        }
        places.sort_unstable_by(|a, b| keys[a.clone()].cmp(&keys[b.clone()]));
        places.windows(2).all(|pair| keys[pair[0].clone()] != keys[pair[1].clone()])
    }

    /// Whether the key of an object is the one that `sought` is.
    pub(super) fn is(&mut self, key: Item<'_, &[u8]>, sought: &str) -> bool {
        let Self { joined, keys, .. } = self;
        keys.clear();
        push_name(keys, key, joined);
        let end = keys.len();
        json_string(keys, sought.as_bytes());
        keys[..end] == keys[end..]
    }

    /// The text of a string; `None` if it is none.
    pub(super) fn text<'t>(&'t mut self, item: Item<'t, &'t [u8]>) -> Option<&'t [u8]> {
        text_of(item, &mut self.joined)
    }

    /// The key of an object without quotes and escapes.
    pub(super) fn name<'t>(&'t mut self, key: Item<'t, &'t [u8]>) -> &'t [u8] {
        if text_of(key, &mut self.joined).is_some() {
            return text_of(key, &mut self.joined).unwrap_or_default();
        }
        self.keys.clear();
        push_name(&mut self.keys, key, &mut self.joined);
        // What is no text has no escapes.
        self.keys.get(1..self.keys.len() - 1).unwrap_or_default()
    }
}

/// Appends a key as a JSON string, and returns how many replacement characters are in it; `None`
/// if it is none that an object can have.
fn push_name(out: &mut Vec<u8>, key: Item<'_, &[u8]>, joined: &mut Vec<u8>) -> Option<u64> {
    if key.attributes().next().is_some() {
        return None;
    }
    if let Some(text) = text_of(key, joined) {
        return Some(json_string(out, text));
    }
    out.push(b'"');
    match key.value() {
        Value::Integer(integer) => {
            out.extend_from_slice(itoa::Buffer::new().format(*integer).as_bytes());
        }
        Value::Boolean(boolean) => out.extend_from_slice(word(*boolean)),
        Value::BigNumber(text) => push_number(out, text),
        Value::Double(text) => match not_finite(text) {
            Some(name) => out.extend_from_slice(name.as_bytes()),
            None => push_number(out, text),
        },
        _ => return None,
    }
    out.push(b'"');
    Some(0)
}

/// The text of a string, which is made in `joined` where it comes in chunks; `None` if it is none.
fn text_of<'t>(item: Item<'t, &'t [u8]>, joined: &'t mut Vec<u8>) -> Option<&'t [u8]> {
    match item.value() {
        Value::Simple(text) | Value::Bulk(text) | Value::Verbatim { text, .. } => Some(text),
        Value::Chunks(_) => {
            joined.clear();
            for chunk in item.children() {
                joined.extend_from_slice(chunk.value().text().copied().unwrap_or_default());
            }
            Some(joined)
        }
        _ => None,
    }
}

const fn word(boolean: bool) -> &'static [u8] {
    if boolean { b"true" } else { b"false" }
}

/// The name of a double that JSON has no number for.
fn not_finite(text: &[u8]) -> Option<&'static str> {
    match text {
        [b'-', b'i', ..] => Some("-inf"),
        [b'i', ..] | [b'+', b'i', ..] => Some("inf"),
        [b'n', ..] | [b'+' | b'-', b'n', ..] => Some("nan"),
        _ => None,
    }
}

/// Appends a number in the digits that it was written in, but for a `+` and zeros before it, which
/// JSON does not have.
fn push_number(out: &mut Vec<u8>, text: &[u8]) {
    let digits = match text {
        [b'-', digits @ ..] => {
            out.push(b'-');
            digits
        }
        [b'+', digits @ ..] => digits,
        _ => text,
    };
    let whole = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let zeros = digits.iter().take_while(|byte| **byte == b'0').count();
    out.extend_from_slice(&digits[zeros.min(whole.saturating_sub(1))..]);
}
