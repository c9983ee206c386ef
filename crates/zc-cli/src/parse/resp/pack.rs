//! [`Packed`]: values of RESP as `MessagePack`, in the shape that they have as JSON.

use std::cell::RefCell;

use zc_parse::resp::{Item, Value};

use crate::parse::cell::Cell;
use crate::parse::pack::{self, Open};
use crate::parse::plan::Place;
use crate::parse::row::{Done, Json, Packer, Row};

use super::render::Names;

/// A value that is written as it came, and looked at as JSON.
pub(super) struct Packed<'r, 'i, 't> {
    pub(super) row: Json<'r, 'i>,
    pub(super) root: Item<'t, &'t [u8]>,
    pub(super) paths: &'r [Vec<String>],
    pub(super) names: &'r RefCell<Names>,
}

impl<'i> Row<'i> for Packed<'_, 'i, '_> {
    fn cell(&self, place: &Place) -> Cell<'i> {
        self.row.cell(place)
    }

    fn each_field(&self, visit: impl FnMut(&[u8], Cell<'i>)) {
        self.row.each_field(visit);
    }

    fn as_json(&self) -> Option<&'i [u8]> {
        self.row.as_json()
    }

    fn pack(&self, place: Option<&Place>, packer: &mut Packer<'_>) -> Done {
        let mut names = self.names.borrow_mut();
        let path = match place {
            Some(Place::Index(slot)) => Some(&self.paths[*slot]),
            Some(Place::Key(_)) => return Done::No,
            None => None,
        };
        let keys = path.into_iter().flatten();
        let part = keys
            .into_iter()
            .try_fold(Part::Whole(self.root), |part, key| part.child(key, &mut names));
        match (place, part) {
            (None, _) => names.tally_fields(self.root, packer),
            (Some(_), Some(part)) => names.tally_part(part, packer),
            (Some(_), None) => {}
        }
        match part {
            Some(part) => names.pack(part, packer.out),
            None => pack::null(packer.out),
        }
        Done::Yes
    }
}

/// A part of a value that has a name in its JSON.
#[derive(Clone, Copy)]
enum Part<'t> {
    Whole(Item<'t, &'t [u8]>),
    /// Without its attributes.
    Bare(Item<'t, &'t [u8]>),
    /// The attributes alone.
    Attributes(Item<'t, &'t [u8]>),
    /// What is pushed.
    List(Item<'t, &'t [u8]>),
    /// What an error says.
    Text(&'t [u8]),
}

impl<'t> Part<'t> {
    fn child(self, key: &str, names: &mut Names) -> Option<Self> {
        match self {
            Self::Whole(item) if item.attributes().next().is_none() => {
                Self::Bare(item).child(key, names)
            }
            Self::Whole(item) => match key {
                "attributes" => Some(Self::Attributes(item)),
                "value" => Some(Self::Bare(item)),
                _ => None,
            },
            Self::Attributes(item) if names.are_unique(item.attributes()) => {
                let mut entries = item.attributes();
                entries.find(|(name, _)| names.is(*name, key)).map(|(_, value)| Self::Whole(value))
            }
            Self::Bare(item) => match item.value() {
                Value::Error(text) | Value::BulkError(text) if key == "error" => {
                    Some(Self::Text(text))
                }
                Value::Push(_) if key == "push" => Some(Self::List(item)),
                Value::Map(_) if names.are_unique(item.entries()) => {
                    let mut entries = item.entries();
                    let entry = entries.find(|(name, _)| names.is(*name, key));
                    entry.map(|(_, value)| Self::Whole(value))
                }
                _ => None,
            },
            Self::Attributes(_) | Self::List(_) | Self::Text(_) => None,
        }
    }
}

impl Names {
    /// Enters the members of a map in the tally.
    fn tally_fields(&mut self, root: Item<'_, &[u8]>, packer: &mut Packer<'_>) {
        let is_object = matches!(root.value(), Value::Map(_)) && root.attributes().next().is_none();
        if is_object && self.are_unique(root.entries()) {
            root.entries().for_each(|(_, value)| self.tally_part(Part::Whole(value), packer));
        }
    }

    fn tally_part(&mut self, part: Part<'_>, packer: &mut Packer<'_>) {
        let Packer { source, tally, .. } = packer;
        match part {
            Part::Text(text) => tally.field(*source, text),
            Part::Whole(item) | Part::Bare(item) => match (item.value(), self.text(item)) {
                (Value::Null(_), _) => {}
                (_, Some(text)) => tally.field(*source, text),
                _ => tally.converted(),
            },
            Part::Attributes(_) | Part::List(_) => tally.converted(),
        }
    }

    fn pack(&mut self, part: Part<'_>, out: &mut Vec<u8>) {
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
