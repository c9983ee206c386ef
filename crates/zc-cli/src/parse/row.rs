//! [`Row`]: a record whose fields can be asked for, whatever its format.

use zc_parse::Fields;
use zc_serde::members::{Member, member};

use crate::parse::cell::Cell;
use crate::parse::plan::Place;

/// A record whose fields can be asked for.
pub(crate) trait Row<'i> {
    /// The value at `place`.
    fn cell(&self, place: &Place) -> Cell<'i>;

    /// Every field that the record has, with its name.
    fn each_field(&self, visit: impl FnMut(&[u8], Cell<'i>));

    /// The record as JSON, if that is what it is.
    fn as_json(&self) -> Option<&'i [u8]>;
}

/// A record whose fields have fixed names.
pub(crate) struct Fixed<'r, R>(pub(crate) &'r R);

impl<'i, R: Fields<'i>> Row<'i> for Fixed<'_, R> {
    #[inline(always)]
    fn cell(&self, place: &Place) -> Cell<'i> {
        match place {
            Place::Index(index) => cell(self.0, *index),
            Place::Keys(_) => Cell::Absent,
        }
    }

    fn each_field(&self, mut visit: impl FnMut(&[u8], Cell<'i>)) {
        for (index, name) in R::NAMES.iter().enumerate() {
            visit(name.as_bytes(), cell(self.0, index));
        }
    }

    fn as_json(&self) -> Option<&'i [u8]> {
        None
    }
}

#[inline(always)]
fn cell<'i>(record: &impl Fields<'i>, index: usize) -> Cell<'i> {
    match record.pairs(index) {
        Some(pairs) => Cell::Pairs(pairs),
        None => record.field(index).into(),
    }
}

/// A line of JSON; one that is no object has no fields.
pub(crate) struct Json<'r, 'i> {
    pub(crate) line: &'i [u8],
    pub(crate) members: &'r [Member<'i>],
}

impl<'i> Row<'i> for Json<'_, 'i> {
    fn cell(&self, place: &Place) -> Cell<'i> {
        let Place::Keys(keys) = place else { return Cell::Absent };
        let (first, below) = keys.split_first().expect("a name has a key");
        // Of members that share a name the last one counts, as in most readers of JSON.
        let top = self.members.iter().rev().find(|member| *member.key == **first);
        let value = below
            .iter()
            .try_fold(top.map(|member| member.value), |raw, key| Some(member(raw?, key)))
            .flatten();
        value.map_or(Cell::Absent, Cell::Json)
    }

    fn each_field(&self, mut visit: impl FnMut(&[u8], Cell<'i>)) {
        for member in self.members {
            visit(member.key.as_bytes(), Cell::Json(member.value));
        }
    }

    fn as_json(&self) -> Option<&'i [u8]> {
        Some(self.line.trim_ascii())
    }
}
