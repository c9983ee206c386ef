//! [`Counter`]: how many records hold each value of the fields that are counted by.

use std::borrow::Cow;

use zc_core::{Counts, Source, Tally};
use zc_serde::members::Scalar;

use crate::parse::cell::Cell;
use crate::parse::place::Place;
use crate::parse::plan::Plan;
use crate::parse::row::Row;

/// The values of a record, of which a second one may not be asked for.
pub(crate) type Key<'k> = [Value<'k>; 2];

/// A value that records are counted by, the same however it is written in the input.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Value<'k> {
    /// There is none.
    Null,
    /// A key that stands for itself.
    True,
    Number(u64),
    /// Text without quotes and escapes.
    Text(Cow<'k, [u8]>),
    /// Any other value of JSON, as it is written.
    Json(Cow<'k, str>),
}

/// Counts records by the values of one or two fields.
#[derive(Debug, Default)]
pub(crate) struct Counter<'m> {
    /// A map of the input, which lasts as long as the keys.
    map: &'m [u8],
    pub(crate) counts: Counts<Key<'m>, foldhash::fast::RandomState>,
}

impl<'m> Counter<'m> {
    /// Counts records of windows of `map`, from which keys are borrowed.
    pub(crate) fn borrowing(map: &'m [u8]) -> Self {
        Self { map, ..Self::default() }
    }

    /// Counts a record of `window`.
    #[inline]
    pub(crate) fn add<'i>(
        &mut self,
        plan: &Plan,
        row: &impl Row<'i>,
        window: &'i [u8],
        tally: &mut Tally,
    ) {
        let value = |place: Option<&Place>, tally: &mut Tally| match place {
            Some(place) => {
                let cell = row.cell(place);
                if plan.has_stats {
                    cell.tally(Source::new(window), tally);
                }
                Value::of(cell, tally)
            }
            None => Value::Null,
        };
        let key = [value(plan.count_by.first(), tally), value(plan.count_by.get(1), tally)];
        match self.place(&key) {
            Some(place) => self.counts.add_at(place, 1),
            None => {
                let key = key.map(|value| self.keep(value, tally));
                self.counts.add(key, 1);
            }
        }
    }

    /// The place of a key, which may live shorter than those that are kept.
    #[inline]
    fn place<'k>(&self, key: &Key<'k>) -> Option<usize>
    where
        'm: 'k,
    {
        let counts: &Counts<Key<'k>, _> = &self.counts;
        counts.find(key)
    }

    /// A value for as long as the map lives: borrowed from it where it lies there, else a copy,
    /// which is entered in the tally.
    #[cold]
    fn keep(&self, value: Value<'_>, tally: &mut Tally) -> Value<'m> {
        let mut kept = |bytes: &[u8]| match Source::new(self.map).offset_of(bytes) {
            Some(start) if !self.map.is_empty() => {
                Cow::Borrowed(&self.map[start..start + bytes.len()])
            }
            _ => {
                tally.copied(bytes);
                Cow::Owned(bytes.to_vec())
            }
        };
        match value {
            Value::Null => Value::Null,
            Value::True => Value::True,
            Value::Number(number) => Value::Number(number),
            Value::Text(Cow::Owned(text)) => Value::Text(Cow::Owned(text)),
            Value::Text(Cow::Borrowed(text)) => Value::Text(kept(text)),
            Value::Json(json) => Value::Json(match kept(json.as_bytes()) {
                Cow::Borrowed(json) => String::from_utf8_lossy(json),
                Cow::Owned(_) => Cow::Owned(json.into_owned()),
            }),
        }
    }
}

impl<'i> Value<'i> {
    /// What a cell holds. What had to be unescaped is entered in the tally.
    #[inline]
    fn of(cell: Cell<'i>, tally: &mut Tally) -> Self {
        let text = match cell {
            Cell::Absent | Cell::Null => return Self::Null,
            Cell::True => return Self::True,
            Cell::Number(number) => return Self::Number(number),
            Cell::Text(text) => return Self::Text(Cow::Borrowed(text)),
            Cell::Pairs(pairs) => return Self::Text(Cow::Borrowed(pairs.as_bytes())),
            Cell::Json(json) => match json.as_bytes() {
                [b'n', ..] => return Self::Null,
                [b'"', text @ .., b'"'] if !text.contains(&b'\\') => {
                    return Self::Text(Cow::Borrowed(text));
                }
                [b'"', ..] => match Scalar::of(json) {
                    Scalar::Text(text) => Cow::Owned(text.into_owned().into_bytes()),
                    _ => return Self::Json(Cow::Borrowed(json)),
                },
                _ => return Self::Json(Cow::Borrowed(json)),
            },
            Cell::Resp(part) => match part.joined() {
                Some(text) => Cow::Owned(text),
                None => return Self::Json(Cow::Owned(part.to_json())),
            },
            Cell::Escaped(value) => zc_parse::logfmt::unescape(value),
            Cell::Doubled(field) => field.text(),
        };
        if let Cow::Owned(unescaped) = &text {
            tally.copied(unescaped);
        }
        Self::Text(text)
    }

    fn as_cell(&self) -> Cell<'_> {
        match self {
            Self::Null => Cell::Null,
            Self::True => Cell::True,
            Self::Number(number) => Cell::Number(*number),
            Self::Text(text) => Cell::Text(text),
            Self::Json(json) => Cell::Json(json),
        }
    }
}

/// A key and how often it was counted, to be written as a record.
pub(crate) struct Counted<'k> {
    pub(crate) key: &'k Key<'k>,
    pub(crate) count: u64,
    /// How many values the key has.
    pub(crate) width: usize,
}

impl<'k> Row<'k> for Counted<'k> {
    fn cell(&self, place: &Place) -> Cell<'k> {
        match place {
            Place::Index(index) if *index < self.width => self.key[*index].as_cell(),
            _ => Cell::Number(self.count),
        }
    }

    fn each_field(&self, mut visit: impl FnMut(&[u8], Cell<'k>)) {
        self.key[..self.width].iter().for_each(|value| visit(b"", value.as_cell()));
        visit(b"count", Cell::Number(self.count));
    }

    fn whole(&self) -> Option<Cell<'k>> {
        None
    }
}
