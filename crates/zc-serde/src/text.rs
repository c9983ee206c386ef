//! [`Text`]: a string that borrows from its JSON text, or does not compile.

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::ops::Deref;

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A string that borrows wherever the JSON text spells it out, and owns only where the text has
/// escapes, since then the string lies nowhere in it.
///
/// The usual types each have a trap:
///
/// | field | without escapes | with escapes |
/// | --- | --- | --- |
/// | `&'a str` | borrows | **fails** |
/// | `Cow<'a, str>` | **owns, silently** | owns |
/// | `#[serde(borrow)] Cow<'a, str>` | borrows | owns |
/// | `#[serde(borrow)] Option<Cow<'a, str>>`, `Vec<Cow<'a, str>>` | **owns, silently** | owns |
/// | `Text<'a>` | **does not compile** | |
/// | `#[serde(borrow)] Text<'a>` | borrows | owns |
/// | `#[serde(borrow)] Option<Text<'a>>`, `Vec<Text<'a>>`, maps | borrows | owns |
///
/// ```
/// use serde::Deserialize;
/// use zc_serde::Text;
///
/// #[derive(Deserialize)]
/// struct User<'a> {
///     #[serde(borrow)]
///     name: Text<'a>,
/// }
///
/// let json = br#"{"name":"Ada"}"#;
/// let user: User = zc_serde::from_slice(json)?;
/// zc_core::assert_borrows!(&json[..], user.name);
/// # Ok::<(), zc_serde::Error>(())
/// ```
///
/// The compiler says `lifetime may not live long enough` where the attribute is forgotten:
///
/// ```compile_fail
/// # use serde::Deserialize;
/// # use zc_serde::Text;
/// #[derive(Deserialize)]
/// struct User<'a> {
///     name: Text<'a>,
/// }
/// ```
///
/// A `&str` field compiles, and then fails at run time on the first escape; a `Text` owns there:
///
/// ```
/// use zc_serde::Text;
///
/// let json = br#""caf\u00e9""#;
/// let error = zc_serde::from_slice::<&str>(json).unwrap_err();
/// assert_eq!(error.message(), "invalid type: string \"café\", expected a borrowed string");
/// assert_eq!(zc_serde::from_slice::<Text>(json)?, "café");
/// # Ok::<(), zc_serde::Error>(())
/// ```
///
/// In C++ a `string_view` into the text would hold the escape itself, and into a parser's scratch
/// buffer it would dangle; neither is an error.
///
/// Under formats other than JSON it borrows where they offer borrowed strings.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text<'a>(Cow<'a, str>);

impl Text<'_> {
    /// Whether the text is a slice of what it was read from, rather than a string of its own.
    #[must_use]
    pub const fn is_borrowed(&self) -> bool {
        matches!(self.0, Cow::Borrowed(_))
    }

    /// The text as a `str`, which lives as long as this.
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text as a string of its own.
    ///
    /// ```
    /// let names = {
    ///     let json = br#"["Ada", "Grace"]"#.to_vec();
    ///     let names: Vec<zc_serde::Text> = zc_serde::from_slice(&json)?;
    ///     assert_eq!(names[0].as_str(), "Ada");
    ///     names.into_iter().map(zc_serde::Text::into_owned).collect::<Vec<String>>()
    /// };
    /// assert_eq!(names[1], "Grace");
    /// # Ok::<(), zc_serde::Error>(())
    /// ```
    ///
    /// # Copies
    ///
    /// The text where it is borrowed, nothing where it is owned.
    #[must_use]
    pub fn into_owned(self) -> String {
        self.0.into_owned()
    }
}

impl Default for Text<'_> {
    fn default() -> Self {
        Self::from("")
    }
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Self(Cow::Owned(text))
    }
}

impl<'a> From<&'a String> for Text<'a> {
    fn from(text: &'a String) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl<'a> From<Cow<'a, str>> for Text<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self(text)
    }
}

impl<'a> From<Text<'a>> for Cow<'a, str> {
    fn from(text: Text<'a>) -> Self {
        text.0
    }
}

impl From<Text<'_>> for String {
    /// Copies the text where it is borrowed, as [`Text::into_owned`].
    fn from(text: Text<'_>) -> Self {
        text.into_owned()
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Text<'_> {
    fn as_ref(&self) -> &str {
        self
    }
}

impl AsRef<[u8]> for Text<'_> {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

// Sound for maps: equality, order and hash are those of `str`.
impl Borrow<str> for Text<'_> {
    fn borrow(&self) -> &str {
        self
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl PartialEq<str> for Text<'_> {
    fn eq(&self, other: &str) -> bool {
        **self == *other
    }
}

impl PartialEq<&str> for Text<'_> {
    fn eq(&self, other: &&str) -> bool {
        **self == **other
    }
}

impl PartialEq<String> for Text<'_> {
    fn eq(&self, other: &String) -> bool {
        **self == **other
    }
}

impl PartialEq<Cow<'_, str>> for Text<'_> {
    fn eq(&self, other: &Cow<'_, str>) -> bool {
        **self == **other
    }
}

impl PartialEq<Text<'_>> for Cow<'_, str> {
    fn eq(&self, other: &Text<'_>) -> bool {
        **self == **other
    }
}

impl PartialEq<Text<'_>> for str {
    fn eq(&self, other: &Text<'_>) -> bool {
        *self == **other
    }
}

impl PartialEq<Text<'_>> for &str {
    fn eq(&self, other: &Text<'_>) -> bool {
        **self == **other
    }
}

impl PartialEq<Text<'_>> for String {
    fn eq(&self, other: &Text<'_>) -> bool {
        **self == **other
    }
}

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

// `'de: 'a` is the whole point: a derive that lacks `#[serde(borrow)]` cannot prove it.
impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
        Ok(Text::from(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
        Ok(Text::from(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Text<'de>, E> {
        Ok(Text::from(text))
    }

    // Some formats hand out the bytes of a string and leave the check to us, as `&str` does it.
    fn visit_borrowed_bytes<E: Error>(self, bytes: &'de [u8]) -> Result<Text<'de>, E> {
        let text = std::str::from_utf8(bytes);
        text.map(Text::from).map_err(|_| E::invalid_value(Unexpected::Bytes(bytes), &self))
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Text<'de>, E> {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.visit_str(text),
            Err(_) => Err(E::invalid_value(Unexpected::Bytes(bytes), &self)),
        }
    }
}
