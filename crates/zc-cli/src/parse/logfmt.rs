//! [`LastOfEach`]: the fields of a line of logfmt, each name once.

use std::borrow::Cow;
use std::collections::HashMap;

use zc_parse::logfmt::{Entries, Entry};

use crate::parse::cell::Cell;
use crate::parse::place::Place;
use crate::parse::row::Row;

/// Up to so many fields are compared one by one, which is faster than to hash their names.
const FEW: usize = 16;

/// The entries of a line without those that share a name: the last value counts, in the place of
/// the first, as in most readers of JSON.
#[derive(Debug, Default)]
pub(crate) struct LastOfEach<'i> {
    fields: Vec<Entry<&'i [u8]>>,
    /// Where the field of each name is; empty where there are few.
    places: HashMap<Cow<'i, str>, usize>,
}

impl<'i> LastOfEach<'i> {
    /// Takes the place of the line before.
    pub(crate) fn read(&mut self, entries: &Entries<&'i [u8]>) {
        self.fields.clear();
        self.places.clear();
        // To clear a table takes as long as it is large: a long line is paid for only once.
        self.places.shrink_to(4 * entries.len());
        for entry in entries {
            let before = if entries.len() <= FEW {
                self.position(entry.key)
            } else {
                self.place_for(entry.key)
            };
            match before {
                Some(place) => self.fields[place] = *entry,
                None => self.fields.push(*entry),
            }
        }
    }

    /// The place of the field with this name, if there is one; else the next one becomes it.
    fn place_for(&mut self, key: &'i [u8]) -> Option<usize> {
        let next = self.fields.len();
        let place = *self.places.entry(String::from_utf8_lossy(key)).or_insert(next);
        (place < next).then_some(place)
    }

    /// The place of the field with this name, found one by one. Names are the same if they are
    /// shown alike: bytes that are not UTF-8 all look the same.
    #[inline]
    fn position(&self, key: &[u8]) -> Option<usize> {
        if key.is_ascii() {
            return self.fields.iter().position(|field| field.key == key);
        }
        let shown = String::from_utf8_lossy(key);
        self.fields.iter().position(|field| String::from_utf8_lossy(field.key) == shown)
    }
}

impl<'i> Row<'i> for LastOfEach<'i> {
    fn cell(&self, place: &Place) -> Cell<'i> {
        let Place::Key(name) = place else { return Cell::Absent };
        let place = if self.places.is_empty() {
            self.position(name.as_bytes())
        } else {
            self.places.get(name.as_str()).copied()
        };
        place.map_or(Cell::Absent, |place| cell(&self.fields[place]))
    }

    fn each_field(&self, mut visit: impl FnMut(&[u8], Cell<'i>)) {
        for field in &self.fields {
            visit(field.key, cell(field));
        }
    }

    fn whole(&self) -> Option<Cell<'i>> {
        None
    }
}

fn cell<'i>(field: &Entry<&'i [u8]>) -> Cell<'i> {
    match field.value {
        None => Cell::True,
        Some(value) if field.has_escapes => Cell::Escaped(value),
        Some(value) => Cell::Text(value),
    }
}
