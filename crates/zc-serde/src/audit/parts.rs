//! [`Parts`]: the elements of a sequence, the fields of a struct or the entries of a map.

use std::fmt::Write;
use std::mem;

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

use super::leaf::Held;
use super::walk::{Failure, Plain, Walk};

/// Where the elements of a sequence are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sequence {
    /// In a slice or vector.
    Elsewhere,
    /// In the value itself.
    Inline,
    /// In the value itself, which is nothing but a wrapping.
    Transparent,
}

/// A value that has parts, while they are walked.
pub(super) struct Parts<'w, 's> {
    walk: &'w mut Walk<'s>,
    sequence: Sequence,
    /// How long the path is without this value.
    outer: usize,
    /// How long the path is without its parts.
    own: usize,
    count: usize,
    /// What the elements amount to, while all of them are numbers.
    run: Option<Run>,
    /// The name of the key whose value comes next.
    label: String,
}

#[derive(Clone, Copy)]
struct Run {
    bytes: u64,
    is_bytes: bool,
}

impl<'w, 's> Parts<'w, 's> {
    pub(super) fn new(walk: &'w mut Walk<'s>, sequence: Sequence, outer: usize) -> Self {
        Self {
            outer,
            own: walk.path.len(),
            walk,
            sequence,
            count: 0,
            run: Some(Run { bytes: 0, is_bytes: true }),
            label: String::new(),
        }
    }

    /// Walks the only part, as if it were this value.
    pub(super) fn transparent<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        value.serialize(&mut *self.walk)
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        let _ = write!(self.walk.path, "[{}]", self.count);
        let first = self.walk.leaves.len();
        let wanted = if self.run.is_some() { Plain::Wanted } else { Plain::Unwanted };
        let plain = self.walk.element(value, wanted)?;
        self.walk.path.truncate(self.own);
        match (&mut self.run, plain) {
            (Some(run), Plain::Seen { bytes, is_byte }) => {
                run.bytes += bytes;
                run.is_bytes &= is_byte;
            }
            (run, _) => {
                if let Some(run) = run.take() {
                    self.insert_run(run, first);
                }
            }
        }
        self.count += 1;
        Ok(())
    }

    /// Makes a leaf of the numbers before an element that is none, whose first leaf is `first`.
    fn insert_run(&mut self, run: Run, first: usize) {
        let _ = match self.count {
            0 => return,
            1 => write!(self.walk.path, "[0]"),
            count => write!(self.walk.path, "[0..{count}]"),
        };
        let leaf = self.walk.leaf_here(Held::Converted, run.bytes);
        self.walk.leaves.insert(first, leaf);
        self.walk.path.truncate(self.own);
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Failure> {
        if self.sequence != Sequence::Transparent {
            self.walk.push_name(name);
        }
        value.serialize(&mut *self.walk)?;
        self.walk.path.truncate(self.own);
        Ok(())
    }

    fn key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Failure> {
        // This map may itself be the key of another one, whose name is kept.
        let outer_label = mem::take(&mut self.walk.label);
        self.walk.path.push('{');
        self.walk.key = Some(self.count);
        key.serialize(&mut *self.walk)?;
        self.walk.number_key();
        self.walk.path.truncate(self.own);
        self.label = mem::replace(&mut self.walk.label, outer_label);
        self.count += 1;
        Ok(())
    }

    /// Ends the value.
    pub(super) fn close(self) {
        if let Some(run) = self.run
            && run.bytes > 0
        {
            let is_slice = self.sequence == Sequence::Elsewhere;
            let held = if run.is_bytes && is_slice { Held::NotVisible } else { Held::Converted };
            self.walk.leaf(held, run.bytes);
        }
        self.walk.path.truncate(self.outer);
    }
}

macro_rules! elements {
    ($($trait:ident::$method:ident),+) => {
        $(impl $trait for Parts<'_, '_> {
            type Ok = ();
            type Error = Failure;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
                self.element(value)
            }

            fn end(self) -> Result<(), Failure> {
                self.close();
                Ok(())
            }
        })+
    };
}

elements!(
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field
);

macro_rules! fields {
    ($($trait:ident),+) => {
        $(impl $trait for Parts<'_, '_> {
            type Ok = ();
            type Error = Failure;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), Failure> {
                self.field(name, value)
            }

            fn end(self) -> Result<(), Failure> {
                self.close();
                Ok(())
            }
        })+
    };
}

fields!(SerializeStruct, SerializeStructVariant);

impl SerializeMap for Parts<'_, '_> {
    type Ok = ();
    type Error = Failure;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Failure> {
        self.key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        let label = mem::take(&mut self.label);
        self.field(&label, value)
    }

    fn end(self) -> Result<(), Failure> {
        self.close();
        Ok(())
    }
}
