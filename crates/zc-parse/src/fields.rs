//! [`Fields`]: the fields of a record by name, for programs that learn the names at run time.

use crate::http1::Pairs;

/// A record whose fields have fixed names.
pub trait Fields<'i> {
    /// The names, in their order.
    const NAMES: &'static [&'static str];

    /// The value of the field at `index` of [`NAMES`](Self::NAMES); [`Value::Absent`] beyond.
    ///
    /// # Copies
    ///
    /// Never.
    fn field(&self, index: usize) -> Value<'i>;

    /// The same where the field is a list of pairs, taken apart; `None` where it is none. As a
    /// [`Value`] such a field is the text that it is read from.
    ///
    /// # Copies
    ///
    /// Never.
    #[inline(always)]
    fn pairs(&self, _index: usize) -> Option<Pairs<'i>> {
        None
    }
}

/// The value of one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'i> {
    /// This record does not have the field.
    Absent,
    /// The record says that the field has no value, as by `-` in an access log.
    Null,
    /// Bytes of the record, mostly text.
    Text(&'i [u8]),
    /// A number that was converted from its digits.
    Number(u64),
}

impl<'i> Value<'i> {
    pub(crate) fn text_or_null(text: Option<&'i [u8]>) -> Self {
        text.map_or(Self::Null, Self::Text)
    }

    pub(crate) fn number_or_null(number: Option<u64>) -> Self {
        number.map_or(Self::Null, Self::Number)
    }
}
