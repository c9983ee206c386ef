//! [`Value`]: a part of a text that is a value.

use std::fmt;

use serde::Deserialize;
use zc_core::Source;

use crate::Error;
use crate::members::Scalar;

/// A value as JSON text, without white space around it.
///
/// ```
/// use zc_serde::fields::{Fields, Kind};
///
/// let json = br#"{"id": 7, "tags": ["a", "b"], "name": "Ada"}"#;
/// let mut values = [None; 3];
/// Fields::new(["name", "tags", "mail"]).read(json, &mut values)?;
/// let [Some(name), Some(tags), None] = values else { unreachable!("there is no mail") };
///
/// assert_eq!((name.kind(), name.get()), (Kind::String, "\"Ada\""));
/// assert_eq!(name.as_plain_str(), Some("Ada"));
/// assert_eq!(tags.offset_in(json), Some(18));
/// assert_eq!(tags.parse::<Vec<&str>>()?, ["a", "b"]);
/// # Ok::<(), zc_serde::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Value<'de>(&'de str);

/// What a [`Value`] is.
///
/// ```
/// use zc_serde::fields::{Fields, Kind};
///
/// let mut values = [None; 3];
/// Fields::new(["a", "b", "c"]).read(br#"{"a": null, "b": [1], "c": -1.5}"#, &mut values)?;
/// let kinds = values.map(|value| value.unwrap().kind());
/// assert_eq!(kinds, [Kind::Null, Kind::Array, Kind::Number]);
/// # Ok::<(), zc_serde::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool,
    /// A number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl<'de> Value<'de> {
    /// The value that `text`, of which a pass has shown that it is one, is.
    #[inline(always)]
    pub(super) const fn new(text: &'de str) -> Self {
        Self(text)
    }

    /// The value as JSON text.
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub const fn get(self) -> &'de str {
        self.0
    }

    /// What the value is.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self.0.as_bytes().first() {
            Some(b'n') => Kind::Null,
            Some(b't' | b'f') => Kind::Bool,
            Some(b'"') => Kind::String,
            Some(b'[') => Kind::Array,
            Some(b'{') => Kind::Object,
            _ => Kind::Number,
        }
    }

    /// The text of a string without escapes: what lies between its quotes. `None` for a string
    /// with escapes, of which [`scalar`](Self::scalar) makes text, and for anything else.
    ///
    /// # Copies
    ///
    /// Never; looks for a backslash.
    #[must_use]
    pub fn as_plain_str(self) -> Option<&'de str> {
        let inside = self.0.strip_prefix('"')?.strip_suffix('"')?;
        (!inside.as_bytes().contains(&b'\\')).then_some(inside)
    }

    /// What the value says, if it is no array or object.
    ///
    /// ```
    /// use zc_serde::fields::Fields;
    /// use zc_serde::members::Scalar;
    ///
    /// let mut name = [None];
    /// Fields::new(["name"]).read(br#"{"name": "caf\u00e9"}"#, &mut name)?;
    /// let name = name[0].unwrap();
    /// assert_eq!((name.as_plain_str(), name.scalar()), (None, Scalar::Text("café".into())));
    /// # Ok::<(), zc_serde::Error>(())
    /// ```
    ///
    /// # Copies
    ///
    /// Strings that have escapes, and nothing else.
    #[must_use]
    pub fn scalar(self) -> Scalar<'de> {
        Scalar::of(self.0)
    }

    /// Reads the value into a `T`, which may borrow from the text; positions of errors count from
    /// the beginning of the value.
    ///
    /// # Errors
    ///
    /// As [`from_slice`](crate::from_slice).
    ///
    /// # Copies
    ///
    /// As [`from_slice`](crate::from_slice).
    pub fn parse<T: Deserialize<'de>>(self) -> Result<T, Error> {
        serde_json::from_str(self.0).map_err(|error| Error::new(self.0.as_bytes(), &error))
    }

    /// Where the value begins in `source`, in bytes; `None` if it does not lie there.
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub fn offset_in(self, source: &[u8]) -> Option<usize> {
        Source::new(source).offset_of(self.0.as_bytes())
    }
}

impl AsRef<str> for Value<'_> {
    fn as_ref(&self) -> &str {
        self.0
    }
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Value({})", self.0)
    }
}
