//! The serializer that walks a value and writes down its leaves instead of writing it.

use std::fmt::{self, Display, Write};
use std::mem;

use serde::ser::{self, Serialize, Serializer};
use zc_core::Source;

use super::leaf::{Held, Leaf};
use super::parts::{Parts, Sequence};

/// What `serde_json` calls the structs that stand for a raw value or an exact number: to the
/// reader of a report they are the text in them.
const TRANSPARENT: &str = "$serde_json::private::";

/// How many characters of a key are shown.
const KEY_CHARS: usize = 40;

/// The state of a walk.
pub(super) struct Walk<'s> {
    source: Source<'s>,
    pub(super) path: String,
    pub(super) leaves: Vec<Leaf>,
    pub(super) plain: Plain,
    /// The number of the map's key that is being walked, until its name is known.
    pub(super) key: Option<usize>,
    /// The name of the key that was walked last.
    pub(super) label: String,
}

/// Whether the sequence around a number counts it, rather than having it as a leaf.
#[derive(Clone, Copy)]
pub(super) enum Plain {
    /// There is no such sequence.
    Unwanted,
    /// There is one.
    Wanted,
    /// It has to count this number.
    Seen { bytes: u64, is_byte: bool },
}

impl<'s> Walk<'s> {
    pub(super) const fn new(source: &'s [u8]) -> Self {
        Self {
            source: Source::new(source),
            path: String::new(),
            leaves: Vec::new(),
            plain: Plain::Unwanted,
            key: None,
            label: String::new(),
        }
    }

    pub(super) fn into_leaves(self) -> Vec<Leaf> {
        self.leaves
    }

    pub(super) fn leaf(&mut self, held: Held, bytes: u64) {
        self.plain = Plain::Unwanted;
        self.leaves.push(self.leaf_here(held, bytes));
    }

    pub(super) fn leaf_here(&self, held: Held, bytes: u64) -> Leaf {
        Leaf { path: self.path.clone(), bytes, held, is_allowed: false }
    }

    /// Adds the name of a field or key to the path.
    pub(super) fn push_name(&mut self, name: &str) {
        let is_plain = |char: char| char.is_alphanumeric() || matches!(char, '_' | '-');
        if name.is_empty() || !name.chars().all(is_plain) {
            let _ = write!(self.path, "[\"{}\"]", name.escape_debug());
            return;
        }
        if !self.path.is_empty() {
            self.path.push('.');
        }
        self.path.push_str(name);
    }

    /// Names the key that is being walked, if one is.
    pub(super) fn name_key(&mut self, name: &dyn Display) {
        if self.key.take().is_none() {
            return;
        }
        self.label.clear();
        // The error is that enough of the key was written.
        let _ = write!(Short { text: &mut self.label, room: KEY_CHARS }, "{name}");
        let _ = write!(self.path, "{}}}", self.label.escape_debug());
    }

    /// Names a key that is no text or number by its place.
    pub(super) fn number_key(&mut self) {
        if let Some(index) = self.key {
            self.name_key(&format_args!("#{index}"));
        }
    }

    fn text(&mut self, bytes: &[u8]) {
        let held = match self.source.offset_of(bytes) {
            Some(offset) => Held::Borrowed { offset },
            None => Held::Copied,
        };
        self.leaf(held, bytes.len() as u64);
    }

    fn plain<T: Display>(&mut self, value: T, is_byte: bool) {
        self.name_key(&value);
        let bytes = size_of::<T>() as u64;
        match self.plain {
            Plain::Wanted => self.plain = Plain::Seen { bytes, is_byte },
            Plain::Unwanted | Plain::Seen { .. } => self.leaf(Held::Converted, bytes),
        }
    }

    fn nothing(&mut self) {
        self.number_key();
        self.leaf(Held::Converted, 0);
    }

    fn begin<'w>(&'w mut self, sequence: Sequence, variant: Option<&str>) -> Parts<'w, 's> {
        self.number_key();
        self.plain = Plain::Unwanted;
        let outer = self.path.len();
        if let Some(variant) = variant {
            self.push_name(variant);
        }
        Parts::new(self, sequence, outer)
    }
}

/// A text that takes so many characters, and then an ellipsis.
struct Short<'t> {
    text: &'t mut String,
    room: usize,
}

impl Write for Short<'_> {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        for char in part.chars() {
            if self.room == 0 {
                self.text.push('…');
                return Err(fmt::Error);
            }
            self.room -= 1;
            self.text.push(char);
        }
        Ok(())
    }
}

/// How many bytes are written, and nothing else.
struct Count(u64);

impl Write for Count {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        self.0 += part.len() as u64;
        Ok(())
    }
}

/// What the `Serialize` of a value says when it refuses.
#[derive(Debug)]
pub(super) struct Failure(String);

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

impl ser::Error for Failure {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

macro_rules! plain {
    ($($method:ident: $type:ty,)+) => {
        $(fn $method(self, value: $type) -> Result<(), Failure> {
            self.plain(value, false);
            Ok(())
        })+
    };
}

impl<'w, 's> Serializer for &'w mut Walk<'s> {
    type Ok = ();
    type Error = Failure;
    type SerializeSeq = Parts<'w, 's>;
    type SerializeTuple = Parts<'w, 's>;
    type SerializeTupleStruct = Parts<'w, 's>;
    type SerializeTupleVariant = Parts<'w, 's>;
    type SerializeMap = Parts<'w, 's>;
    type SerializeStruct = Parts<'w, 's>;
    type SerializeStructVariant = Parts<'w, 's>;

    plain! {
        serialize_bool: bool,
        serialize_i8: i8,
        serialize_i16: i16,
        serialize_i32: i32,
        serialize_i64: i64,
        serialize_i128: i128,
        serialize_u16: u16,
        serialize_u32: u32,
        serialize_u64: u64,
        serialize_u128: u128,
        serialize_f32: f32,
        serialize_f64: f64,
        serialize_char: char,
    }

    fn serialize_u8(self, value: u8) -> Result<(), Failure> {
        self.plain(value, true);
        Ok(())
    }

    fn serialize_str(self, text: &str) -> Result<(), Failure> {
        self.name_key(&text);
        self.text(text.as_bytes());
        Ok(())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), Failure> {
        self.number_key();
        self.text(bytes);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Failure> {
        self.nothing();
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Failure> {
        // Options of bytes are no slice of bytes.
        self.plain = Plain::Unwanted;
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Failure> {
        self.nothing();
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Failure> {
        self.nothing();
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Failure> {
        self.name_key(&variant);
        self.leaf(Held::Converted, 0);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Failure> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Failure> {
        let mut parts = self.begin(Sequence::Inline, Some(variant));
        parts.transparent(value)?;
        parts.close();
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts<'w, 's>, Failure> {
        Ok(self.begin(Sequence::Elsewhere, None))
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts<'w, 's>, Failure> {
        Ok(self.begin(Sequence::Inline, None))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Parts<'w, 's>, Failure> {
        Ok(self.begin(Sequence::Inline, None))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'w, 's>, Failure> {
        Ok(self.begin(Sequence::Inline, Some(variant)))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Parts<'w, 's>, Failure> {
        Ok(self.begin(Sequence::Inline, None))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Parts<'w, 's>, Failure> {
        if name.starts_with(TRANSPARENT) {
            return Ok(self.begin(Sequence::Transparent, None));
        }
        Ok(self.begin(Sequence::Inline, None))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'w, 's>, Failure> {
        Ok(self.begin(Sequence::Inline, Some(variant)))
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<(), Failure> {
        let mut count = Count(0);
        write!(count, "{value}").map_err(|_| ser::Error::custom("a text that does not format"))?;
        self.name_key(&value);
        self.leaf(Held::Converted, count.0);
        Ok(())
    }

    fn is_human_readable(&self) -> bool {
        // What people read is mostly made for the occasion; see the documentation of the module.
        false
    }
}

impl Walk<'_> {
    /// Walks one element, and says what the sequence has to count.
    pub(super) fn element<T: Serialize + ?Sized>(
        &mut self,
        value: &T,
        wanted: Plain,
    ) -> Result<Plain, Failure> {
        self.plain = wanted;
        value.serialize(&mut *self)?;
        Ok(mem::replace(&mut self.plain, Plain::Unwanted))
    }
}
