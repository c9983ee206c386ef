//! [`SharedStr`]: a reference-counted text, mostly a slice of a larger one.

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::ops::Deref;
use std::str::Utf8Error;

use bytes::Bytes;
use bytestring::ByteString;
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zc_core::Source;

use super::compare::compare;
use super::{SharedBytes, scope};

/// A text that shares its bytes with others: cloning it copies none of them, and it has no
/// lifetime.
///
/// It is a slice of the input when it is read by [`from_shared`](super::from_shared) or
/// [`with_shared`](super::with_shared); read by anything else, it is a copy.
/// It is equal, ordered and hashed as the `str` that it is, and written as one.
///
/// ```
/// use zc_serde::shared::SharedStr;
///
/// let path = SharedStr::from("/usr/share");
/// let last = path.slice_ref(path.rsplit('/').next().unwrap()).unwrap();
/// zc_core::assert_borrows!(path, last);
/// assert_eq!(last, "share");
/// assert_eq!(path.slice_ref("share"), None);
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SharedStr(ByteString);

impl SharedStr {
    /// The empty text.
    #[must_use]
    pub const fn new() -> Self {
        Self(ByteString::new())
    }

    /// A text of the program itself, which needs no counting.
    ///
    /// ```
    /// use zc_serde::shared::SharedStr;
    ///
    /// const UNKNOWN: SharedStr = SharedStr::from_static("unknown");
    /// assert_eq!(UNKNOWN.as_str(), "unknown");
    /// ```
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub const fn from_static(text: &'static str) -> Self {
        Self(ByteString::from_static(text))
    }

    /// The text as a `str`.
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `part` as a text that shares these bytes; `None` if it is no slice of them.
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub fn slice_ref(&self, part: &str) -> Option<Self> {
        if part.is_empty() {
            return Some(Self::new());
        }
        let is_inside = Source::new(self.as_bytes()).borrows(part.as_bytes());
        is_inside.then(|| Self(self.0.slice_ref(part)))
    }

    /// The bytes of the text, which stay shared.
    ///
    /// ```
    /// use zc_serde::shared::SharedStr;
    ///
    /// let name = SharedStr::from("Ada");
    /// let bytes = name.clone().into_bytes();
    /// zc_core::assert_borrows!(name, bytes);
    /// ```
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.0.into_bytes()
    }

    /// Whether nothing else refers to the buffer that the text keeps alive; how large that is
    /// cannot be told. A text of the program itself is never unique.
    #[must_use]
    pub fn is_unique(&self) -> bool {
        self.0.as_bytes().is_unique()
    }

    /// Gives the text a buffer of its own, so that it no longer keeps the whole input alive.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use zc_serde::shared::{SharedStr, from_shared};
    ///
    /// let json = Bytes::from(format!("[\"kept\", \"{}\"]", "dropped".repeat(1000)));
    /// let mut words: Vec<SharedStr> = from_shared(json.clone())?;
    /// words.truncate(1);
    /// assert!(!json.is_unique());
    /// words[0].detach();
    /// assert!(json.is_unique());
    /// # Ok::<(), zc_serde::Error>(())
    /// ```
    ///
    /// # Copies
    ///
    /// The text, each time.
    pub fn detach(&mut self) {
        self.0 = ByteString::from(self.as_str());
    }

    /// The same text with a buffer of its own, as [`detach`](Self::detach) makes it.
    ///
    /// ```
    /// use zc_serde::shared::SharedStr;
    ///
    /// let path = SharedStr::from("/usr/share");
    /// let last = path.slice_ref(&path[5..]).unwrap().into_detached();
    /// assert!(path.is_unique());
    /// assert_eq!(last, "share");
    /// ```
    ///
    /// # Copies
    ///
    /// The text.
    #[must_use]
    pub fn into_detached(mut self) -> Self {
        self.detach();
        self
    }
}

impl From<&str> for SharedStr {
    /// Copies the text.
    fn from(text: &str) -> Self {
        Self(ByteString::from(text))
    }
}

impl From<String> for SharedStr {
    fn from(text: String) -> Self {
        Self(ByteString::from(text))
    }
}

/// Shares the bytes if they are UTF-8.
impl TryFrom<Bytes> for SharedStr {
    type Error = Utf8Error;

    fn try_from(bytes: Bytes) -> Result<Self, Utf8Error> {
        ByteString::try_from(bytes).map(Self)
    }
}

impl TryFrom<SharedBytes> for SharedStr {
    type Error = Utf8Error;

    fn try_from(bytes: SharedBytes) -> Result<Self, Utf8Error> {
        Self::try_from(bytes.into_bytes())
    }
}

impl From<SharedStr> for Bytes {
    fn from(text: SharedStr) -> Self {
        text.into_bytes()
    }
}

impl From<SharedStr> for String {
    /// Copies the text, unless nothing else refers to its buffer.
    fn from(text: SharedStr) -> Self {
        let bytes = Vec::from(text.into_bytes());
        Self::from_utf8(bytes).expect("a shared text is UTF-8")
    }
}

impl Deref for SharedStr {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for SharedStr {
    fn as_ref(&self) -> &str {
        self
    }
}

impl AsRef<[u8]> for SharedStr {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

// Sound for maps: equality, order and hash are those of `str`.
impl Borrow<str> for SharedStr {
    fn borrow(&self) -> &str {
        self
    }
}

compare!(SharedStr, str: str, &str, String, Cow<'_, str>);

impl fmt::Display for SharedStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}

impl fmt::Debug for SharedStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl Serialize for SharedStr {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for SharedStr {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(StrVisitor)
    }
}

struct StrVisitor;

// The borrowed forms end up here too: that a format calls a slice borrowed proves nothing.
impl Visitor<'_> for StrVisitor {
    type Value = SharedStr;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<SharedStr, E> {
        match scope::share(text.as_bytes()) {
            Some(shared) => {
                Ok(SharedStr::try_from(shared).expect("the slice is the text, which is UTF-8"))
            }
            None => Ok(SharedStr::from(text)),
        }
    }

    fn visit_string<E: Error>(self, text: String) -> Result<SharedStr, E> {
        scope::count_copied(text.len());
        Ok(SharedStr::from(text))
    }

    // Some formats hand out the bytes of a string and leave the check to us, as `&str` does it.
    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<SharedStr, E> {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.visit_str(text),
            Err(_) => Err(E::invalid_value(Unexpected::Bytes(bytes), &self)),
        }
    }

    fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<SharedStr, E> {
        match String::from_utf8(bytes) {
            Ok(text) => self.visit_string(text),
            Err(error) => Err(E::invalid_value(Unexpected::Bytes(error.as_bytes()), &self)),
        }
    }
}
