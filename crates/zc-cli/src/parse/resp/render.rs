//! [`Renderer`]: values of RESP as JSON.

use zc_parse::resp::{Item, Value};

use crate::parse::encode::{LONG, push_string};
use crate::parse::target::Target;

use super::names::{Names, not_finite, push_number, word};
use super::part::Part;

/// Makes JSON of values, piece by piece: never the whole of it is in memory, unless the target
/// keeps it.
///
/// It goes as deep as the value, which is as deep as the grammar let it be.
#[derive(Debug)]
pub(super) struct Renderer<'o, T> {
    target: &'o mut T,
    names: &'o mut Names,
    /// Replacement characters so far for bytes that are not UTF-8.
    replaced: u64,
    /// Bytes of text so far.
    len: usize,
}

impl<'o, T: Target> Renderer<'o, T> {
    pub(super) const fn new(target: &'o mut T, names: &'o mut Names) -> Self {
        Self { target, names, replaced: 0, len: 0 }
    }

    /// Appends the JSON of a part; returns how many replacement characters are in it.
    pub(super) fn render(mut self, part: Part<'_>) -> Result<u64, T::Error> {
        match part {
            Part::Whole(item) => self.value(item)?,
            Part::Bare(item) => self.bare(item)?,
            Part::Attributes(item) => self.map(item.attributes(), item.attributes())?,
            Part::List(item) => self.list(item)?,
            Part::Text(text) => self.text(text)?,
        }
        Ok(self.replaced)
    }

    fn value(&mut self, item: Item<'_, &[u8]>) -> Result<(), T::Error> {
        if item.attributes().next().is_none() {
            return self.bare(item);
        }
        self.put(b"{\"attributes\":");
        self.map(item.attributes(), item.attributes())?;
        self.put(b",\"value\":");
        self.bare(item)?;
        self.put(b"}");
        Ok(())
    }

    /// A value without its attributes.
    fn bare(&mut self, item: Item<'_, &[u8]>) -> Result<(), T::Error> {
        match item.value() {
            Value::Null(_) => self.put(b"null"),
            Value::Boolean(boolean) => self.put(word(*boolean)),
            Value::Integer(integer) => self.put(itoa::Buffer::new().format(*integer).as_bytes()),
            Value::BigNumber(text) => push_number(self.target.buffer(), text),
            Value::Double(text) => match not_finite(text) {
                Some(name) => self.text(name.as_bytes())?,
                None => push_number(self.target.buffer(), text),
            },
            Value::Error(text) | Value::BulkError(text) => {
                self.put(b"{\"error\":");
                self.text(text)?;
                self.put(b"}");
            }
            Value::Array(_) | Value::Set(_) => self.list(item)?,
            Value::Push(_) => {
                self.put(b"{\"push\":");
                self.list(item)?;
                self.put(b"}");
            }
            Value::Map(_) => self.map(item.entries(), item.entries())?,
            // All else is text.
            _ => {
                let text = self.names.text(item).unwrap_or_default();
                self.len += text.len();
                self.replaced += push_string(self.target, text)?;
                self.spill()?;
            }
        }
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) {
        self.target.buffer().extend_from_slice(bytes);
    }

    fn text(&mut self, text: &[u8]) -> Result<(), T::Error> {
        self.len += text.len();
        self.replaced += push_string(self.target, text)?;
        self.spill()
    }

    /// Lets go of what was made of a long value.
    fn spill(&mut self) -> Result<(), T::Error> {
        if self.len < LONG { Ok(()) } else { self.target.spill() }
    }

    fn list(&mut self, item: Item<'_, &[u8]>) -> Result<(), T::Error> {
        self.put(b"[");
        for (index, child) in item.children().enumerate() {
            if index > 0 {
                self.put(b",");
            }
            self.value(child)?;
        }
        self.put(b"]");
        Ok(())
    }

    /// An object if all keys can be its keys and no two are the same, else an array of pairs.
    fn map<'t, 'i: 't, E>(&mut self, keys: E, entries: E) -> Result<(), T::Error>
    where
        E: Iterator<Item = (Item<'t, &'i [u8]>, Item<'t, &'i [u8]>)>,
    {
        let is_object = self.names.are_unique(keys);
        self.put(if is_object { b"{" } else { b"[" });
        for (index, (key, value)) in entries.enumerate() {
            if index > 0 {
                self.put(b",");
            }
            if is_object {
                let name = self.names.name(key);
                self.len += name.len();
                self.replaced += push_string(self.target, name)?;
                self.spill()?;
                self.put(b":");
                self.value(value)?;
            } else {
                self.put(b"[");
                self.value(key)?;
                self.put(b",");
                self.value(value)?;
                self.put(b"]");
            }
        }
        self.put(if is_object { b"}" } else { b"]" });
        Ok(())
    }
}
