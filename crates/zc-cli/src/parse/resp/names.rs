//! [`Names`]: keys of maps, as names in an object.

use std::hash::{BuildHasher, Hasher};

use foldhash::quality::RandomState;
use zc_parse::resp::{Item, Value};

/// How much of a name is taken into account at a time.
const PIECE: usize = 4 << 10;

/// Keys of maps, made in storage that is used again.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// The chunks of one string, one behind the other, or the digits of a number.
    joined: Vec<u8>,
    /// A piece of a name that is no UTF-8, as text.
    text: Vec<u8>,
    /// What stands for each name in one map: two that differ share it with a chance of 2⁻¹²⁸.
    fingerprints: Vec<[u64; 2]>,
    hashers: [RandomState; 2],
}

impl Names {
    /// Whether the keys can be those of an object, each once.
    pub(super) fn are_unique<'t, 'i: 't, E>(&mut self, entries: E) -> bool
    where
        E: Iterator<Item = (Item<'t, &'i [u8]>, Item<'t, &'i [u8]>)>,
    {
        let Self { joined, text, fingerprints, hashers } = self;
        fingerprints.clear();
        for (key, _) in entries {
            let Some(name) = name_of(key, joined) else { return false };
            fingerprints.push(fingerprint(name, text, hashers));
        }
        fingerprints.sort_unstable();
        fingerprints.windows(2).all(|pair| pair[0] != pair[1])
    }

    /// Whether a key of an object is the one that `sought` is.
    pub(super) fn is(&mut self, key: Item<'_, &[u8]>, sought: &str) -> bool {
        let Some(name) = name_of(key, &mut self.joined) else { return false };
        // As text it is never shorter.
        if name.len() > sought.len() {
            return false;
        }
        self.text.clear();
        lossy(name).for_each(|part| self.text.extend_from_slice(part));
        self.text == sought.as_bytes()
    }

    /// The text of a string; `None` if it is none.
    pub(super) fn text<'t>(&'t mut self, item: Item<'t, &'t [u8]>) -> Option<&'t [u8]> {
        text_of(item, &mut self.joined)
    }

    /// A key of an object as it came, without quotes and escapes.
    pub(super) fn name<'t>(&'t mut self, key: Item<'t, &'t [u8]>) -> &'t [u8] {
        name_of(key, &mut self.joined).unwrap_or_default()
    }
}

/// What stands for a name, whatever bytes that are not UTF-8 are in it.
fn fingerprint(name: &[u8], text: &mut Vec<u8>, hashers: &[RandomState; 2]) -> [u64; 2] {
    let mut hashers = hashers.each_ref().map(RandomState::build_hasher);
    text.clear();
    for part in lossy(name).flat_map(|part| part.chunks(PIECE)) {
        text.extend_from_slice(part);
        if text.len() >= PIECE {
            hashers.iter_mut().for_each(|hasher| hasher.write(&text[..PIECE]));
            text.drain(..PIECE);
        }
    }
    hashers.map(|mut hasher| {
        hasher.write(text);
        hasher.finish()
    })
}

/// Parts of a text, with replacement characters for bytes that are not UTF-8.
fn lossy(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.utf8_chunks().flat_map(|chunk| {
        let replacement = if chunk.invalid().is_empty() { "" } else { "\u{fffd}" };
        [chunk.valid().as_bytes(), replacement.as_bytes()]
    })
}

/// The name that a key is in an object, which is made in `joined` where it is no text in one
/// piece; `None` if it can be none.
fn name_of<'t>(key: Item<'t, &'t [u8]>, joined: &'t mut Vec<u8>) -> Option<&'t [u8]> {
    if key.attributes().next().is_some() {
        return None;
    }
    let number = match key.value() {
        Value::Boolean(boolean) => return Some(word(*boolean)),
        Value::Double(text) if let Some(name) = not_finite(text) => return Some(name.as_bytes()),
        Value::BigNumber(text) | Value::Double(text) => text,
        Value::Integer(integer) => {
            joined.clear();
            joined.extend_from_slice(itoa::Buffer::new().format(*integer).as_bytes());
            return Some(joined);
        }
        _ => return text_of(key, joined),
    };
    joined.clear();
    push_number(joined, number);
    Some(joined)
}

/// The text of a string, which is made in `joined` where it comes in chunks; `None` if it is none.
pub(super) fn text_of<'t>(item: Item<'t, &'t [u8]>, joined: &'t mut Vec<u8>) -> Option<&'t [u8]> {
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

pub(super) const fn word(boolean: bool) -> &'static [u8] {
    if boolean { b"true" } else { b"false" }
}

/// The name of a double that JSON has no number for.
pub(super) fn not_finite(text: &[u8]) -> Option<&'static str> {
    match text {
        [b'-', b'i', ..] => Some("-inf"),
        [b'i', ..] | [b'+', b'i', ..] => Some("inf"),
        [b'n', ..] | [b'+' | b'-', b'n', ..] => Some("nan"),
        _ => None,
    }
}

/// Appends a number in the digits that it was written in, but for a `+` and zeros before it, which
/// JSON does not have.
pub(super) fn push_number(out: &mut Vec<u8>, text: &[u8]) {
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
