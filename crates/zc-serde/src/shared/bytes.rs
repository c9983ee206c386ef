//! [`SharedBytes`]: reference-counted bytes, mostly a slice of a larger buffer.

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::ops::Deref;

use bytes::Bytes;
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zc_core::Source;

use super::compare::compare;
use super::{SharedStr, scope};

/// Bytes that are shared with others: cloning copies none of them, and they have no lifetime.
///
/// They are a slice of the input when they are read by [`from_shared`](super::from_shared) or
/// [`with_shared`](super::with_shared); read by anything else, they are a copy. They are
/// read from byte strings, from strings, and from sequences of numbers, which are copied; they
/// are written as a byte string, of which JSON makes an array of numbers.
///
/// ```
/// use zc_serde::shared::{SharedBytes, from_shared_counted};
///
/// let parts = from_shared_counted::<Vec<SharedBytes>>(r#"["abc", [1, 2]]"#.into())?;
/// assert_eq!(parts.value, [&b"abc"[..], &[1, 2]]);
/// assert_eq!((parts.shared, parts.copied), (3, 2));
/// # Ok::<(), zc_serde::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SharedBytes(Bytes);

impl SharedBytes {
    /// No bytes.
    #[must_use]
    pub const fn new() -> Self {
        Self(Bytes::new())
    }

    /// Bytes of the program itself, which need no counting.
    ///
    /// ```
    /// use zc_serde::shared::SharedBytes;
    ///
    /// static TEXT: &[u8] = b"of the program";
    /// let bytes = SharedBytes::from_static(TEXT);
    /// assert_eq!(bytes.as_slice().as_ptr(), TEXT.as_ptr());
    /// ```
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub const fn from_static(bytes: &'static [u8]) -> Self {
        Self(Bytes::from_static(bytes))
    }

    /// The bytes as a slice.
    ///
    /// ```
    /// let bytes = zc_serde::shared::SharedBytes::from(vec![1, 2]);
    /// assert_eq!(bytes.as_slice(), [1, 2]);
    /// ```
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub fn as_slice(&self) -> &[u8] {
        &self.0
    }

    /// `part` as bytes that share these; `None` if it is no slice of them.
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub fn slice_ref(&self, part: &[u8]) -> Option<Self> {
        if part.is_empty() {
            return Some(Self::new());
        }
        Source::new(self).borrows(part).then(|| Self(self.0.slice_ref(part)))
    }

    /// The bytes, which stay shared.
    ///
    /// ```
    /// use zc_serde::shared::SharedBytes;
    ///
    /// let bytes = SharedBytes::from(b"passed on".to_vec());
    /// let part = bytes.slice_ref(&bytes[7..]).unwrap().into_bytes();
    /// zc_core::assert_borrows!(bytes, part);
    /// ```
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.0
    }

    /// Whether nothing else refers to the buffer that the bytes keep alive; how large that is
    /// cannot be told. Bytes of the program itself are never unique.
    #[must_use]
    pub fn is_unique(&self) -> bool {
        self.0.is_unique()
    }

    /// Gives the bytes a buffer of their own, so that they no longer keep the whole input alive.
    ///
    /// # Copies
    ///
    /// The bytes, each time.
    pub fn detach(&mut self) {
        self.0 = Bytes::copy_from_slice(&self.0);
    }

    /// The same bytes with a buffer of their own, as [`detach`](Self::detach) makes it.
    ///
    /// ```
    /// use zc_serde::shared::SharedBytes;
    ///
    /// let buffer = SharedBytes::from(vec![7; 1 << 20]);
    /// let kept = buffer.slice_ref(&buffer[..4]).unwrap().into_detached();
    /// assert!(buffer.is_unique(), "a part of four bytes no longer keeps a megabyte");
    /// assert_eq!(kept.as_slice(), [7; 4]);
    /// ```
    ///
    /// # Copies
    ///
    /// The bytes.
    #[must_use]
    pub fn into_detached(mut self) -> Self {
        self.detach();
        self
    }
}

impl From<Bytes> for SharedBytes {
    fn from(bytes: Bytes) -> Self {
        Self(bytes)
    }
}

impl From<Vec<u8>> for SharedBytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Bytes::from(bytes))
    }
}

impl From<&[u8]> for SharedBytes {
    /// Copies the bytes.
    fn from(bytes: &[u8]) -> Self {
        Self(Bytes::copy_from_slice(bytes))
    }
}

impl From<SharedStr> for SharedBytes {
    fn from(text: SharedStr) -> Self {
        Self(text.into_bytes())
    }
}

impl From<SharedBytes> for Bytes {
    fn from(bytes: SharedBytes) -> Self {
        bytes.0
    }
}

impl From<SharedBytes> for Vec<u8> {
    /// Copies the bytes, unless nothing else refers to their buffer.
    fn from(bytes: SharedBytes) -> Self {
        Self::from(bytes.0)
    }
}

impl Deref for SharedBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.as_slice()
    }
}

impl AsRef<[u8]> for SharedBytes {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

// Sound for maps: equality, order and hash are those of the slice.
impl Borrow<[u8]> for SharedBytes {
    fn borrow(&self) -> &[u8] {
        self
    }
}

compare!(SharedBytes, [u8]: [u8], &[u8], Vec<u8>, Cow<'_, [u8]>, Bytes);

impl<const N: usize> PartialEq<[u8; N]> for SharedBytes {
    fn eq(&self, other: &[u8; N]) -> bool {
        **self == *other
    }
}

impl<const N: usize> PartialEq<&[u8; N]> for SharedBytes {
    fn eq(&self, other: &&[u8; N]) -> bool {
        **self == **other
    }
}

/// As a byte string literal.
impl fmt::Debug for SharedBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl Serialize for SharedBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self)
    }
}

impl<'de> Deserialize<'de> for SharedBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(BytesVisitor)
    }
}

struct BytesVisitor;

// The borrowed forms end up here too: that a format calls a slice borrowed proves nothing.
impl<'de> Visitor<'de> for BytesVisitor {
    type Value = SharedBytes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<SharedBytes, E> {
        let shared = scope::share(bytes);
        Ok(shared.map_or_else(|| SharedBytes::from(bytes), SharedBytes))
    }

    fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<SharedBytes, E> {
        scope::count_copied(bytes.len());
        Ok(SharedBytes::from(bytes))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<SharedBytes, E> {
        self.visit_bytes(text.as_bytes())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<SharedBytes, E> {
        self.visit_byte_buf(text.into_bytes())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut numbers: A) -> Result<SharedBytes, A::Error> {
        // A length that the input claims is believed only so far.
        let capacity = numbers.size_hint().unwrap_or(0).min(4096);
        let mut bytes = Vec::with_capacity(capacity);
        while let Some(byte) = numbers.next_element()? {
            bytes.push(byte);
        }
        self.visit_byte_buf(bytes)
    }
}
