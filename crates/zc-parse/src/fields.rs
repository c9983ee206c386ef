//! [`Fields`]: the fields of a record by name, for programs that learn the names at run time.

use crate::http1::Pairs;

/// A record whose fields have fixed names.
///
/// ```
/// use zc_parse::{Command, CommandLine, Fields, Grammar, Value};
///
/// let (command, _) = CommandLine.parse_one(b"GET /index.html")?;
/// let wanted = "path";
/// let index = Command::NAMES.iter().position(|name| *name == wanted).unwrap();
/// assert_eq!(command.field(index), Value::Text(b"/index.html"));
/// assert_eq!(command.field(2), Value::Absent);
/// # Ok::<(), zc_parse::Error>(())
/// ```
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
///
/// ```
/// use zc_parse::access_log::Common;
/// use zc_parse::{CommonLog, Fields, Grammar, Value};
///
/// let line = b"::1 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 200 -";
/// let (line, _) = CommonLog.parse_one(line)?;
/// let field = |name| line.field(Common::NAMES.iter().position(|other| *other == name).unwrap());
/// assert_eq!(field("host"), Value::Text(b"::1"));
/// assert_eq!(field("status"), Value::Number(200));
/// assert_eq!((field("bytes"), field("request")), (Value::Null, Value::Absent));
/// # Ok::<(), zc_parse::Error>(())
/// ```
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
