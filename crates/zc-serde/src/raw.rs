//! [`Raw`]: an unparsed JSON value.

use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use zc_core::{Position, Source, Span};

use crate::Error;

/// A JSON value as it stands in the text, to be parsed later, elsewhere, or never.
///
/// It knows what it borrows, so that a source tells its place, and that of a mistake in it:
///
/// ```
/// use serde::Deserialize;
/// use zc_serde::Raw;
///
/// #[derive(Deserialize)]
/// struct Message<'a> {
///     kind: &'a str,
///     #[serde(borrow)]
///     body: Raw<'a>,
/// }
///
/// let json = b"{\"kind\":\"size\",\n \"body\": [640, \"big\"]}";
/// let message: Message = zc_serde::from_slice(json)?;
/// assert_eq!(message.body.get(), "[640, \"big\"]");
/// assert_eq!(message.body.offset_in(json), Some(25));
/// let error = message.body.parse_in::<[u32; 2]>(json).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "line 2, column 16 (byte 31): invalid type: string \"big\", expected u32",
/// );
/// # Ok::<(), zc_serde::Error>(())
/// ```
///
/// In a struct it needs `#[serde(borrow)]`; without it the struct does not compile:
///
/// ```compile_fail
/// # use serde::Deserialize;
/// # use zc_serde::Raw;
/// #[derive(Deserialize)]
/// struct Message<'a> {
///     body: Raw<'a>,
/// }
/// ```
///
/// The value is known to be JSON in UTF-8, but numbers may be out of every range and surrogates
/// may stand alone: [`parse`](Self::parse) finds that. It may nest without end.
///
/// # Where it cannot be read
///
/// Only the deserializer of a JSON text has raw text to give. serde keeps in a buffer of its own,
/// and parses, what it reads
///
/// - as a `#[serde(flatten)]` field, and whatever is in it; fields beside it are not concerned,
/// - as a variant of an enum that is `untagged` or internally tagged (`tag = "…"`), or that is
///   adjacently tagged if the content comes before the tag.
///
/// A `Raw` in there is an error, `invalid type: newtype struct, expected any valid JSON value`,
/// and so it is under other formats, from a `serde_json::Value`, and from a reader.
/// [`members`](crate::members) reads raw values without a type.
#[derive(Clone, Copy)]
pub struct Raw<'a>(&'a RawValue);

impl<'a> Raw<'a> {
    /// The value as JSON text, without white space around it.
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub fn get(self) -> &'a str {
        self.0.get()
    }

    /// Where the value begins in `source`, in bytes; `None` if it does not lie there.
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub fn offset_in(self, source: &[u8]) -> Option<usize> {
        Source::new(source).offset_of(self.get().as_bytes())
    }

    /// Where the value lies in `source`; `None` if it lies elsewhere, or past the 4 GiB that a
    /// [`Span`] reaches.
    ///
    /// ```
    /// use zc_serde::Raw;
    ///
    /// let mut json = b"[\"kept\"]".to_vec();
    /// let [value] = zc_serde::from_slice::<[Raw; 1]>(&json)?;
    /// let span = value.span_in(&json).unwrap();
    /// json.make_ascii_uppercase();
    /// assert_eq!(span.get(&json), Some(&b"\"KEPT\""[..]));
    /// # Ok::<(), zc_serde::Error>(())
    /// ```
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub fn span_in(self, source: &[u8]) -> Option<Span> {
        Source::new(source).span_of(self.get().as_bytes())
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
    pub fn parse<T: Deserialize<'a>>(self) -> Result<T, Error> {
        let json = self.get();
        serde_json::from_str(json).map_err(|error| Error::new(json.as_bytes(), &error))
    }

    /// [`parse`](Self::parse), with positions of errors in `source`, the text that the value was
    /// read from; if it does not lie there, positions count from the beginning of the value.
    ///
    /// # Errors
    ///
    /// As [`from_slice`](crate::from_slice).
    ///
    /// # Copies
    ///
    /// As [`from_slice`](crate::from_slice).
    pub fn parse_in<T: Deserialize<'a>>(self, source: &[u8]) -> Result<T, Error> {
        self.parse().map_err(|error| {
            let before = self.offset_in(source).map_or(&[][..], |offset| &source[..offset]);
            error.starting_at(Position::START.after(before))
        })
    }
}

/// Two values are equal if their texts are, byte by byte.
impl PartialEq for Raw<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl Eq for Raw<'_> {}

impl PartialEq<str> for Raw<'_> {
    fn eq(&self, other: &str) -> bool {
        self.get() == other
    }
}

impl PartialEq<&str> for Raw<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.get() == *other
    }
}

impl Hash for Raw<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.get().hash(state);
    }
}

impl<'a> From<Raw<'a>> for &'a str {
    fn from(raw: Raw<'a>) -> Self {
        raw.get()
    }
}

impl AsRef<str> for Raw<'_> {
    fn as_ref(&self) -> &str {
        self.get()
    }
}

impl fmt::Display for Raw<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.get())
    }
}

impl fmt::Debug for Raw<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Raw({})", self.get())
    }
}

/// `serde_json` writes the text as it is; other formats write a struct that holds it.
impl Serialize for Raw<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

// `'de: 'a` as for `Text`: a derive that lacks `#[serde(borrow)]` cannot prove it.
impl<'de: 'a, 'a> Deserialize<'de> for Raw<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&RawValue>::deserialize(deserializer).map(Self)
    }
}
