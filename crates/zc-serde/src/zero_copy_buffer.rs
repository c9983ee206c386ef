//! [`ZeroCopyBuffer`]: a byte slice that serde writes number by number and reads only by borrowing.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;

use serde::de::{Error, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Bytes that lie in somebody else's buffer.
///
/// It is written as a sequence of numbers, in every format:
///
/// ```
/// use zc_serde::ZeroCopyBuffer;
///
/// let buffer = ZeroCopyBuffer(&[1, 2, 3, 4, 5]);
/// assert_eq!(serde_json::to_string(&buffer)?, "[1,2,3,4,5]");
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// No copy of the slice is made for that, but it is not free of copies: JSON **encodes every
/// byte**, as one to three digits and a comma. What is written counts as `encode` in
/// [`Copies`](zc_core::Copies), and is two to four times as long as the slice. Fields of bytes
/// that JSON should hold in less space are for `zc_serde::base64` and `zc_serde::hex`, behind the
/// feature `text-bytes`.
///
/// It is read where the format hands out bytes of the input itself: byte fields of
/// `MessagePack` and the like, and JSON strings without escapes.
///
/// ```
/// use zc_serde::ZeroCopyBuffer;
///
/// let json = br#""raw""#;
/// let buffer: ZeroCopyBuffer = zc_serde::from_slice(json)?;
/// zc_core::assert_borrows!(&json[..], buffer);
/// # Ok::<(), zc_serde::Error>(())
/// ```
///
/// Everything else is an error that says what to use instead, since it would have to be copied:
///
/// | input | use |
/// | --- | --- |
/// | a sequence of numbers, also what JSON makes of a `ZeroCopyBuffer` | `Vec<u8>` |
/// | bytes or a string of a reader, a string with escapes | `#[serde(borrow)] Cow<'a, [u8]>` |
///
/// ```
/// use zc_serde::ZeroCopyBuffer;
///
/// let error = zc_serde::from_slice::<ZeroCopyBuffer>(b"[1,2]").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "line 1, column 1 (byte 0): invalid type: sequence, expected bytes that lie in the input \
///      as they are; for a sequence of numbers use `Vec<u8>`",
/// );
/// ```
///
/// A format that writes a sequence of bytes and a byte field alike, as postcard does, reads back
/// what it wrote; `MessagePack`, which tells the two apart, does not.
///
/// In a struct it needs `#[serde(borrow)]`; without it the struct does not compile:
///
/// ```compile_fail
/// # use serde::Deserialize;
/// # use zc_serde::ZeroCopyBuffer;
/// #[derive(Deserialize)]
/// struct Packet<'a> {
///     payload: ZeroCopyBuffer<'a>,
/// }
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ZeroCopyBuffer<'a>(pub &'a [u8]);

impl Deref for ZeroCopyBuffer<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.0
    }
}

impl AsRef<[u8]> for ZeroCopyBuffer<'_> {
    fn as_ref(&self) -> &[u8] {
        self.0
    }
}

// Sound for maps: equality, order and hash are those of the slice.
impl Borrow<[u8]> for ZeroCopyBuffer<'_> {
    fn borrow(&self) -> &[u8] {
        self.0
    }
}

impl<'a> From<&'a [u8]> for ZeroCopyBuffer<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for ZeroCopyBuffer<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Self(bytes)
    }
}

impl<'a> From<&'a Vec<u8>> for ZeroCopyBuffer<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl<'a> From<&'a str> for ZeroCopyBuffer<'a> {
    fn from(text: &'a str) -> Self {
        Self(text.as_bytes())
    }
}

impl<'a> From<ZeroCopyBuffer<'a>> for &'a [u8] {
    fn from(buffer: ZeroCopyBuffer<'a>) -> Self {
        buffer.0
    }
}

impl PartialEq<[u8]> for ZeroCopyBuffer<'_> {
    fn eq(&self, other: &[u8]) -> bool {
        *self.0 == *other
    }
}

impl PartialEq<&[u8]> for ZeroCopyBuffer<'_> {
    fn eq(&self, other: &&[u8]) -> bool {
        *self.0 == **other
    }
}

impl<const N: usize> PartialEq<[u8; N]> for ZeroCopyBuffer<'_> {
    fn eq(&self, other: &[u8; N]) -> bool {
        *self.0 == *other
    }
}

impl<const N: usize> PartialEq<&[u8; N]> for ZeroCopyBuffer<'_> {
    fn eq(&self, other: &&[u8; N]) -> bool {
        *self.0 == **other
    }
}

impl Serialize for ZeroCopyBuffer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // `serialize_seq` with the length, then each byte.
        serializer.collect_seq(self.0)
    }
}

// `'de: 'a` as for `Text`: a derive that lacks `#[serde(borrow)]` cannot prove it.
impl<'de: 'a, 'a> Deserialize<'de> for ZeroCopyBuffer<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(BufferVisitor)
    }
}

struct BufferVisitor;

impl<'de> Visitor<'de> for BufferVisitor {
    type Value = ZeroCopyBuffer<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes that lie in the input as they are")
    }

    fn visit_borrowed_bytes<E: Error>(self, bytes: &'de [u8]) -> Result<Self::Value, E> {
        Ok(ZeroCopyBuffer(bytes))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(ZeroCopyBuffer(text.as_bytes()))
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        Err(E::invalid_type(Unexpected::Bytes(bytes), &ELSEWHERE))
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Self::Value, E> {
        // Without the text itself, which may be long.
        Err(E::invalid_type(Unexpected::Other("string"), &ELSEWHERE))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Self::Value, A::Error> {
        Err(A::Error::invalid_type(Unexpected::Seq, &NUMBERS))
    }
}

const ELSEWHERE: &str = "bytes that lie in the input as they are; for those of a reader, and for \
                         strings with escapes, use `Cow<[u8]>` under `#[serde(borrow)]`";

const NUMBERS: &str = "bytes that lie in the input as they are; for a sequence of numbers use \
                       `Vec<u8>`";
