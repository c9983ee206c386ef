//! [`Integer`]: how a number stands in a binary header.

/// How a number stands in a binary header: its width and the order of its bytes.
///
/// ```
/// use zc_parse::framing::Integer;
///
/// assert_eq!(Integer::U16Be.read(b"\x01\x02rest"), Some(0x0102));
/// assert_eq!(Integer::U16Le.read(b"\x01\x02rest"), Some(0x0201));
/// assert_eq!(Integer::U32Be.read(b"\x01\x02"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Integer {
    /// One byte.
    U8,
    /// Two bytes, the most significant one first, as protocols of the Internet have it.
    U16Be,
    /// Two bytes, the least significant one first.
    U16Le,
    /// Three bytes, the most significant one first.
    U24Be,
    /// Three bytes, the least significant one first.
    U24Le,
    /// Four bytes, the most significant one first.
    U32Be,
    /// Four bytes, the least significant one first.
    U32Le,
    /// Eight bytes, the most significant one first.
    U64Be,
    /// Eight bytes, the least significant one first.
    U64Le,
}

impl Integer {
    /// How many bytes it takes.
    ///
    /// ```
    /// use zc_parse::framing::Integer;
    ///
    /// assert_eq!([Integer::U8, Integer::U24Be, Integer::U64Le].map(Integer::width), [1, 3, 8]);
    /// ```
    #[must_use]
    #[inline(always)]
    pub const fn width(self) -> usize {
        match self {
            Self::U8 => 1,
            Self::U16Be | Self::U16Le => 2,
            Self::U24Be | Self::U24Le => 3,
            Self::U32Be | Self::U32Le => 4,
            Self::U64Be | Self::U64Le => 8,
        }
    }

    /// The number at the beginning of `bytes`; `None` if they are too few.
    #[must_use]
    #[inline(always)]
    pub fn read(self, bytes: &[u8]) -> Option<u64> {
        match self {
            Self::U8 => bytes.first().map(|&byte| byte.into()),
            Self::U16Be => bytes.first_chunk().map(|bytes| u16::from_be_bytes(*bytes).into()),
            Self::U16Le => bytes.first_chunk().map(|bytes| u16::from_le_bytes(*bytes).into()),
            Self::U24Be => {
                bytes.first_chunk().map(|&[a, b, c]| u32::from_be_bytes([0, a, b, c]).into())
            }
            Self::U24Le => {
                bytes.first_chunk().map(|&[a, b, c]| u32::from_le_bytes([a, b, c, 0]).into())
            }
            Self::U32Be => bytes.first_chunk().map(|bytes| u32::from_be_bytes(*bytes).into()),
            Self::U32Le => bytes.first_chunk().map(|bytes| u32::from_le_bytes(*bytes).into()),
            Self::U64Be => bytes.first_chunk().map(|bytes| u64::from_be_bytes(*bytes)),
            Self::U64Le => bytes.first_chunk().map(|bytes| u64::from_le_bytes(*bytes)),
        }
    }
}
