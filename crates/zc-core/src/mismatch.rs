//! [`Mismatch`]: where a grammar failed, and what it expected there.

use core::fmt;

/// What a grammar expected.
///
/// ```
/// use zc_core::Expected;
///
/// assert_eq!(Expected::Byte(b'\n').to_string(), "the end of the line");
/// assert_eq!(Expected::Byte(0).to_string(), "byte 0x00");
/// assert_eq!(Expected::Exactly(3, "fields").to_string(), "3 fields");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Expected {
    /// This byte.
    Byte(u8),
    /// Something with a name, such as `a status of three digits`.
    Named(&'static str),
    /// So many of something, such as 3 `fields`.
    Exactly(u32, &'static str),
    /// No more than so many of something.
    AtMost(u32, &'static str),
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Byte(b'\n') => f.write_str("the end of the line"),
            Self::Byte(b' ') => f.write_str("a space"),
            Self::Byte(byte) if byte.is_ascii_graphic() => write!(f, "`{}`", char::from(byte)),
            Self::Byte(byte) => write!(f, "byte 0x{byte:02x}"),
            Self::Named(name) => f.write_str(name),
            Self::Exactly(count, what) => write!(f, "{count} {what}"),
            Self::AtMost(count, what) => write!(f, "at most {count} {what}"),
        }
    }
}

/// Where a grammar failed, and what it expected there.
///
/// ```
/// use zc_core::{Expected, Mismatch};
///
/// let mismatch = Mismatch { offset: 3, expected: Expected::Byte(b'=') };
/// assert_eq!(mismatch.to_string(), "expected `=` at byte 3");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mismatch {
    /// Bytes from the beginning of the scanner's input to the place.
    pub offset: usize,
    /// What should have stood there.
    pub expected: Expected,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {} at byte {}", self.expected, self.offset)
    }
}

impl core::error::Error for Mismatch {}

/// What stands at a place, in words: a byte, or the end of the input.
///
/// ```
/// use zc_core::Found;
///
/// assert_eq!(Found::at(b"a b", 1).to_string(), "a space");
/// assert_eq!(Found::at(b"a b", 3).to_string(), "the end of the input");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Found(pub Option<u8>);

impl Found {
    /// What stands at `offset` in `haystack`.
    #[must_use]
    pub fn at(haystack: &[u8], offset: usize) -> Self {
        Self(haystack.get(offset).copied())
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(byte) => Expected::Byte(byte).fmt(f),
            None => f.write_str("the end of the input"),
        }
    }
}
