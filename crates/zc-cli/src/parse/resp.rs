//! [`RespReader`]: values of RESP, made JSON.

use std::ops::{ControlFlow, Range};

use zc_io::Window;
use zc_parse::resp::{Item, Resp, Tree, Value};
use zc_parse::{Bulk, Parsed};
use zc_serde::members::{Member, read_members};

use crate::args::Form;
use crate::parse::encode::json_string;
use crate::parse::reader::{Reader, read};
use crate::parse::row::Json;
use crate::parse::session::Session;

/// Reads values of RESP.
#[derive(Debug)]
pub(crate) struct RespReader {
    bulk: Bulk<Resp>,
    renderer: Renderer,
    members: Vec<Member<'static>>,
}

impl RespReader {
    /// For values of at most `limit` bytes.
    pub(crate) fn new(limit: usize) -> Self {
        let bulk = Bulk::new(Resp::new()).with_limit(limit);
        Self { bulk, renderer: Renderer::default(), members: Vec::new() }
    }
}

impl Reader for RespReader {
    fn read(&mut self, session: &mut Session<'_>, window: Window<'_>) -> usize {
        let Self { bulk, renderer, members } = self;
        read(bulk, (window.bytes, window.is_last), |outcome| match outcome {
            Ok(parsed) => {
                let storage = std::mem::take(members);
                let (flow, storage) = value(session, &parsed, renderer, (storage, window.bytes));
                *members = storage;
                flow
            }
            Err(bad) => session.bad(&bad, window),
        })
    }
}

/// Hands over a value; returns the storage for members again.
fn value(
    session: &mut Session<'_>,
    parsed: &Parsed<'_, '_, Tree<&[u8]>>,
    renderer: &mut Renderer,
    (storage, window): (Vec<Member<'static>>, &[u8]),
) -> (ControlFlow<()>, Vec<Member<'static>>) {
    let plan = session.plan;
    let members = storage;
    let is_unseen = plan.form == Form::Raw && plan.filters.is_empty() && !plan.has_stats;
    if is_unseen {
        let row = Json { line: b"", members: &members };
        return (session.record(&row, parsed.raw, window), members);
    }
    let replaced = parsed.record.root().map_or(0, |root| renderer.render(root));
    let json = &renderer.json[..];
    let copied = session.sink.tally.copied_bytes;
    let written = session.sink.written;
    let mut members = reused(members);
    let has_fields = plan.has_stats || plan.form == Form::Csv || plan.columns.is_some();
    if (has_fields || !plan.filters.is_empty()) && json.first() == Some(&b'{') {
        read_members(json, &mut members).expect("what was just rendered is JSON");
    }
    let flow = session.record(&Json { line: json, members: &members }, parsed.raw, window);
    if session.sink.written > written && plan.form != Form::Raw {
        session.sink.replaced += replaced;
    }
    // All of the value was copied, of which fields that were looked at are counted already.
    let counted = session.sink.tally.copied_bytes - copied;
    session.rendered += (json.len() as u64).saturating_sub(counted);
    (flow, reused(members))
}

/// The storage of a vector, for members that borrow from something else.
fn reused<'b>(mut members: Vec<Member<'_>>) -> Vec<Member<'b>> {
    members.clear();
    members.into_iter().map(|_| unreachable!("it was cleared")).collect()
}

/// Makes JSON of values, in storage that is used again.
#[derive(Debug, Default)]
struct Renderer {
    json: Vec<u8>,
    /// Replacement characters in it for bytes that are not UTF-8.
    replaced: u64,
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
    fn render(&mut self, root: Item<'_, &[u8]>) -> u64 {
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
                let text = text_of(item, &mut self.joined).unwrap_or_default();
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
        let is_object = self.are_names(keys);
        self.json.push(if is_object { b'{' } else { b'[' });
        for (index, (key, value)) in entries.enumerate() {
            if index > 0 {
                self.json.push(b',');
            }
            if is_object {
                self.replaced += push_name(&mut self.json, key, &mut self.joined).unwrap_or(0);
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

    /// Whether the keys can be those of an object, each once.
    fn are_names<'t, 'i: 't, E>(&mut self, entries: E) -> bool
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
