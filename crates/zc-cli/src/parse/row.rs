//! [`Row`]: a record whose fields can be asked for, whatever its format.

use std::cell::RefCell;

use zc_core::{Source, Tally};
use zc_parse::Fields;
use zc_serde::fields::Value;
use zc_serde::members::{Member, read_members};

use crate::parse::cell::Cell;
use crate::parse::out::Out;
use crate::parse::place::Place;

/// A record whose fields can be asked for.
pub(crate) trait Row<'i> {
    /// The value at `place`.
    fn cell(&self, place: &Place) -> Cell<'i>;

    /// Every field that the record has, with its name.
    fn each_field(&self, visit: impl FnMut(&[u8], Cell<'i>));

    /// The record as one value, if it is more than a list of fields.
    fn whole(&self) -> Option<Cell<'i>>;

    /// Appends the record, or the value at `place`, as `MessagePack`, if it has a way of its own to
    /// do so.
    fn pack(&self, _place: Option<&Place>, _packer: &mut Packer<'_>) -> Done {
        Done::No
    }
}

/// Where [`Row::pack`] writes to, and enters what it did.
#[derive(Debug)]
pub(crate) struct Packer<'o> {
    pub(crate) out: &'o mut Out,
    /// Where the records lie.
    pub(crate) source: Source<'o>,
    pub(crate) tally: &'o mut Tally,
}

/// Whether something was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Done {
    Yes,
    No,
}

/// A record whose fields have fixed names.
pub(crate) struct Fixed<'r, R>(pub(crate) &'r R);

impl<'i, R: Fields<'i>> Row<'i> for Fixed<'_, R> {
    #[inline(always)]
    fn cell(&self, place: &Place) -> Cell<'i> {
        match place {
            Place::Index(index) => cell(self.0, *index),
            Place::Key(_) => Cell::Absent,
        }
    }

    fn each_field(&self, mut visit: impl FnMut(&[u8], Cell<'i>)) {
        for (index, name) in R::NAMES.iter().enumerate() {
            visit(name.as_bytes(), cell(self.0, index));
        }
    }

    fn whole(&self) -> Option<Cell<'i>> {
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

/// A JSON text, which was found to be one; one that is no object has no fields.
///
/// Of a mapped file that is cut after that, zeros are left, which have no fields either: nothing of
/// them is written before the run ends with an error.
pub(crate) struct Json<'r, 'i> {
    pub(crate) text: &'i [u8],
    /// What was sought in it.
    pub(crate) values: &'r [Option<Value<'i>>],
    /// All members; if there are none, memory for them, and they are read if somebody asks.
    pub(crate) members: &'r RefCell<Vec<Member<'i>>>,
}

impl<'i> Row<'i> for Json<'_, 'i> {
    #[inline]
    fn cell(&self, place: &Place) -> Cell<'i> {
        let Place::Index(slot) = place else { return Cell::Absent };
        self.values[*slot].map_or(Cell::Absent, |value| Cell::Json(value.get()))
    }

    fn each_field(&self, mut visit: impl FnMut(&[u8], Cell<'i>)) {
        let members = &mut *self.members.borrow_mut();
        if members.is_empty() && read_members(self.text, members).is_err() {
            members.clear();
        }
        for member in members {
            visit(member.key.as_bytes(), Cell::Json(member.value));
        }
    }

    fn whole(&self) -> Option<Cell<'i>> {
        Some(Cell::Json(std::str::from_utf8(self.text.trim_ascii()).unwrap_or_default()))
    }
}
