//! Values of RESP as `MessagePack`, in the shape that they have as JSON.

use zc_parse::resp::{Item, Value};

use crate::parse::pack::{self, Open};

use super::names::Names;
use super::part::Part;

impl Names {
    /// Appends a part.
    pub(super) fn pack(&mut self, part: Part<'_>, out: &mut Vec<u8>) {
        match part {
            Part::Whole(item) => self.pack_whole(item, out),
            Part::Bare(item) => self.pack_bare(item, out),
            Part::Attributes(item) => self.pack_map(item.attributes(), item.attributes(), out),
            Part::List(item) => self.pack_list(item, out),
            Part::Text(text) => pack::text(out, text),
        }
    }

    fn pack_whole(&mut self, item: Item<'_, &[u8]>, out: &mut Vec<u8>) {
        if item.attributes().next().is_none() {
            return self.pack_bare(item, out);
        }
        let open = Open::at_end(out);
        pack::text(out, b"attributes");
        self.pack_map(item.attributes(), item.attributes(), out);
        pack::text(out, b"value");
        self.pack_bare(item, out);
        open.end_map(out, 2);
    }

    fn pack_bare(&mut self, item: Item<'_, &[u8]>, out: &mut Vec<u8>) {
        match item.value() {
            Value::Null(_) => pack::null(out),
            Value::Boolean(boolean) => pack::boolean(out, *boolean),
            Value::Integer(integer) => pack::signed(out, *integer),
            Value::BigNumber(text) => big_number(out, text),
            Value::Double(_) => pack::float(out, item.value().to_f64().unwrap_or(f64::NAN)),
            Value::Error(text) | Value::BulkError(text) => {
                let open = Open::at_end(out);
                pack::text(out, b"error");
                pack::text(out, text);
                open.end_map(out, 1);
            }
            Value::Array(_) | Value::Set(_) => self.pack_list(item, out),
            Value::Push(_) => {
                let open = Open::at_end(out);
                pack::text(out, b"push");
                self.pack_list(item, out);
                open.end_map(out, 1);
            }
            Value::Map(_) => self.pack_map(item.entries(), item.entries(), out),
            _ => pack::text(out, self.text(item).unwrap_or_default()),
        }
    }

    fn pack_list(&mut self, item: Item<'_, &[u8]>, out: &mut Vec<u8>) {
        let (open, mut count) = (Open::at_end(out), 0);
        for child in item.children() {
            self.pack_whole(child, out);
            count += 1;
        }
        open.end_array(out, count);
    }

    fn pack_map<'t, 'i: 't, E>(&mut self, keys: E, entries: E, out: &mut Vec<u8>)
    where
        E: Iterator<Item = (Item<'t, &'i [u8]>, Item<'t, &'i [u8]>)>,
    {
        let is_object = self.are_unique(keys);
        let (open, mut count) = (Open::at_end(out), 0);
        for (key, value) in entries {
            if is_object {
                pack::text(out, self.name(key));
                self.pack_whole(value, out);
            } else {
                let pair = Open::at_end(out);
                self.pack_whole(key, out);
                self.pack_whole(value, out);
                pair.end_array(out, 2);
            }
            count += 1;
        }
        if is_object { open.end_map(out, count) } else { open.end_array(out, count) }
    }
}

/// Appends an integer, as a float if it has more than 64 bits.
fn big_number(out: &mut Vec<u8>, digits: &[u8]) {
    let text = std::str::from_utf8(digits).unwrap_or_default();
    match (text.parse::<u64>(), text.parse::<i64>()) {
        (Ok(number), _) => pack::unsigned(out, number),
        (_, Ok(number)) => pack::signed(out, number),
        _ => pack::float(out, text.parse().unwrap_or(f64::NAN)),
    }
}
