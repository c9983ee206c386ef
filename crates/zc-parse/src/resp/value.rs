//! [`Value`]: what one node of a RESP value holds.

use crate::Record;

/// What one node of a RESP value holds; what is in an aggregate stands behind it.
///
/// ```
/// use zc_parse::resp::Value;
///
/// assert_eq!(Value::Bulk("any bytes").text(), Some(&"any bytes"));
/// assert_eq!(Value::Double("1.50").text(), Some(&"1.50"), "as it was written");
/// assert_eq!(Value::Double("1.50").to_f64(), Some(1.5));
/// assert_eq!(Value::<&str>::Integer(7).text(), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Value<S> {
    /// `+OK`: a string without line breaks.
    Simple(S),
    /// `-ERR …`: an error without line breaks.
    Error(S),
    /// `:1`
    Integer(i64),
    /// `$5`: a string of any bytes.
    Bulk(S),
    /// `!5`: an error of any bytes.
    BulkError(S),
    /// `=15`: a string that is shown as it is.
    Verbatim {
        /// What the text is: `txt`, `mkd` or another three bytes.
        format: [u8; 3],
        /// The text behind `format` and `:`.
        text: S,
    },
    /// No value, in one of three forms.
    Null(NullForm),
    /// `#t` or `#f`
    Boolean(bool),
    /// `,1.5`: a double as it was written; [`to_f64`](Self::to_f64) converts it.
    Double(S),
    /// `(123`: an integer of any size, as it was written.
    BigNumber(S),
    /// `*2`: so many values.
    Array(usize),
    /// `~2`: so many values in no order; that none occurs twice is not checked.
    Set(usize),
    /// `>2`: so many values that nobody asked for.
    Push(usize),
    /// `%2`: so many entries, each a key and a value.
    Map(usize),
    /// `|2`: so many entries that say something of the value behind them.
    Attribute(usize),
    /// `$?`: a string in so many chunks.
    Chunks(usize),
    /// `;5`: one chunk of a string; never empty.
    Chunk(S),
}

/// The forms of a value that is none.
///
/// ```
/// use zc_parse::Grammar;
/// use zc_parse::resp::{NullForm, Resp, Value};
///
/// for (input, form) in [(&b"_\r\n"[..], NullForm::Plain), (b"$-1\r\n", NullForm::Bulk)] {
///     let (tree, _) = Resp::new().parse_one(input)?;
///     assert_eq!(tree.root().unwrap().value(), &Value::Null(form));
/// }
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NullForm {
    /// `_`, since RESP3.
    Plain,
    /// `$-1`, a string that is none, in RESP2.
    Bulk,
    /// `*-1`, an array that is none, in RESP2.
    Array,
}

impl<S> Value<S> {
    /// The text or the digits that the value holds; `None` for the others.
    #[must_use]
    pub const fn text(&self) -> Option<&S> {
        match self {
            Self::Simple(text)
            | Self::Error(text)
            | Self::Bulk(text)
            | Self::BulkError(text)
            | Self::Verbatim { text, .. }
            | Self::Double(text)
            | Self::BigNumber(text)
            | Self::Chunk(text) => Some(text),
            _ => None,
        }
    }

    /// The number that a double stands for, rounded to the nearest; `None` for the others.
    #[must_use]
    pub fn to_f64(&self) -> Option<f64>
    where
        S: AsRef<[u8]>,
    {
        let Self::Double(text) = self else { return None };
        str::from_utf8(text.as_ref()).ok()?.parse().ok()
    }

    /// Says how much is in an aggregate whose end was not known before.
    pub(super) const fn set_count(&mut self, values: usize) {
        match self {
            Self::Array(count) | Self::Set(count) | Self::Chunks(count) => *count = values,
            Self::Map(count) => *count = values / 2,
            _ => {}
        }
    }
}

impl<S> Record for Value<S> {
    type Slice = S;
    type Of<T> = Value<T>;

    #[inline(always)]
    fn map<'r, T>(&'r self, mut f: impl FnMut(&'r S) -> T) -> Value<T> {
        match self {
            Self::Simple(text) => Value::Simple(f(text)),
            Self::Error(text) => Value::Error(f(text)),
            Self::Integer(integer) => Value::Integer(*integer),
            Self::Bulk(text) => Value::Bulk(f(text)),
            Self::BulkError(text) => Value::BulkError(f(text)),
            Self::Verbatim { format, text } => Value::Verbatim { format: *format, text: f(text) },
            Self::Null(form) => Value::Null(*form),
            Self::Boolean(boolean) => Value::Boolean(*boolean),
            Self::Double(text) => Value::Double(f(text)),
            Self::BigNumber(text) => Value::BigNumber(f(text)),
            Self::Array(count) => Value::Array(*count),
            Self::Set(count) => Value::Set(*count),
            Self::Push(count) => Value::Push(*count),
            Self::Map(count) => Value::Map(*count),
            Self::Attribute(count) => Value::Attribute(*count),
            Self::Chunks(count) => Value::Chunks(*count),
            Self::Chunk(text) => Value::Chunk(f(text)),
        }
    }
}
