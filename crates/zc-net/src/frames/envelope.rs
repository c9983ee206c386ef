//! [`Envelope`]: what a writer puts around payloads, so that the other side finds their ends.

use std::io::{self, ErrorKind};

/// What a [`FrameWriter`](super::FrameWriter) puts around each payload.
///
/// ```
/// use std::io;
/// use zc_net::frames::{Affixes, Envelope};
///
/// /// `3:abc,`, for payloads of up to nine bytes.
/// struct ShortNetstring;
///
/// impl Envelope for ShortNetstring {
///     fn affixes(&self, len: usize) -> io::Result<Affixes> {
///         let digit = u8::try_from(len).ok().filter(|&len| len < 10);
///         let digit = digit.ok_or(io::ErrorKind::InvalidInput)?;
///         Ok(Affixes::new(&[b'0' + digit, b':'], b","))
///     }
/// }
///
/// assert_eq!(ShortNetstring.affixes(3)?, Affixes::new(b"3:", b","));
/// # Ok::<(), io::Error>(())
/// ```
pub trait Envelope {
    /// What stands before and behind a payload of `len` bytes.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) if no frame can hold so many bytes.
    fn affixes(&self, len: usize) -> io::Result<Affixes>;
}

/// What stands before and behind a payload.
///
/// ```
/// use zc_net::frames::{Affixes, Envelope, LengthPrefix};
///
/// assert_eq!(LengthPrefix::U16Be.affixes(5)?, Affixes::new(b"\0\x05", b""));
/// assert_eq!(Affixes::MOST_BEFORE, 16);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Affixes {
    before: [u8; Self::MOST_BEFORE],
    before_len: usize,
    behind: &'static [u8],
}

impl Affixes {
    /// The most bytes that may stand before a payload.
    pub const MOST_BEFORE: usize = 16;

    /// The bytes `before` a payload and `behind` it.
    ///
    /// # Panics
    ///
    /// If `before` has more than [`MOST_BEFORE`](Self::MOST_BEFORE) bytes.
    ///
    /// # Copies
    ///
    /// The bytes before.
    #[must_use]
    #[inline(always)]
    pub const fn new(before: &[u8], behind: &'static [u8]) -> Self {
        assert!(before.len() <= Self::MOST_BEFORE, "at most 16 bytes stand before a payload");
        let mut array = [0; Self::MOST_BEFORE];
        array.split_at_mut(before.len()).0.copy_from_slice(before);
        Self { before: array, before_len: before.len(), behind }
    }

    /// Bytes of both.
    #[inline]
    pub(super) const fn len(&self) -> usize {
        self.before_len + self.behind.len()
    }

    #[inline]
    pub(super) fn before(&self) -> &[u8] {
        &self.before[..self.before_len]
    }

    #[inline]
    pub(super) const fn behind(&self) -> &'static [u8] {
        self.behind
    }
}

/// Nothing around payloads, for those that are whole frames already.
///
/// ```
/// use zc_net::frames::FrameWriter;
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let mut writer = FrameWriter::new(Vec::new()); // A writer begins with `Bare`.
/// writer.feed(&b"whole "[..]).await?;
/// writer.send(&b"frames"[..]).await?;
/// assert_eq!(writer.into_writer(), b"whole frames");
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bare;

impl Envelope for Bare {
    #[inline(always)]
    fn affixes(&self, _len: usize) -> io::Result<Affixes> {
        Ok(Affixes::new(&[], &[]))
    }
}

/// `\n` behind payloads, which contain none: they are not searched for it.
///
/// ```
/// use zc_net::frames::{FrameWriter, LineEnding};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let mut writer = FrameWriter::new(Vec::new()).with_envelope(LineEnding);
/// writer.feed(&b"one"[..]).await?;
/// writer.send(&b"two"[..]).await?;
/// assert_eq!(writer.into_writer(), b"one\ntwo\n");
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LineEnding;

impl Envelope for LineEnding {
    #[inline(always)]
    fn affixes(&self, _len: usize) -> io::Result<Affixes> {
        Ok(Affixes::new(&[], b"\n"))
    }
}

/// The length of the payload before it, as a number of fixed width.
///
/// ```
/// use zc_net::frames::{Affixes, Envelope, LengthPrefix};
///
/// assert_eq!(LengthPrefix::U16Be.affixes(5)?, Affixes::new(b"\x00\x05", b""));
/// assert!(LengthPrefix::U8.affixes(256).is_err());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LengthPrefix {
    /// One byte.
    U8,
    /// Two bytes, the most significant one first.
    U16Be,
    /// Two bytes, the least significant one first.
    U16Le,
    /// Four bytes, the most significant one first.
    U32Be,
    /// Four bytes, the least significant one first.
    U32Le,
    /// Eight bytes, the most significant one first.
    U64Be,
    /// Eight bytes, the least significant one first.
    U64Le,
}

impl Envelope for LengthPrefix {
    #[inline(always)]
    fn affixes(&self, len: usize) -> io::Result<Affixes> {
        let affixes = match self {
            Self::U8 => u8::try_from(len).map(|len| Affixes::new(&[len], &[])),
            Self::U16Be => u16::try_from(len).map(|len| Affixes::new(&len.to_be_bytes(), &[])),
            Self::U16Le => u16::try_from(len).map(|len| Affixes::new(&len.to_le_bytes(), &[])),
            Self::U32Be => u32::try_from(len).map(|len| Affixes::new(&len.to_be_bytes(), &[])),
            Self::U32Le => u32::try_from(len).map(|len| Affixes::new(&len.to_le_bytes(), &[])),
            Self::U64Be => u64::try_from(len).map(|len| Affixes::new(&len.to_be_bytes(), &[])),
            Self::U64Le => u64::try_from(len).map(|len| Affixes::new(&len.to_le_bytes(), &[])),
        };
        affixes.map_err(|_| {
            let message = format!("a payload of {len} bytes does not fit its length's {self:?}");
            io::Error::new(ErrorKind::InvalidInput, message)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Affixes, Bare, Envelope, LengthPrefix, LineEnding};

    #[track_caller]
    fn check(envelope: &dyn Envelope, len: usize, expected: Option<(&[u8], &[u8])>) {
        let affixes = envelope.affixes(len).ok();
        let found = affixes.as_ref().map(|affixes| (affixes.before(), affixes.behind()));
        assert_eq!(found, expected);
    }

    #[test]
    fn lengths_stand_before_payloads_and_newlines_behind() {
        check(&Bare, 7, Some((b"", b"")));
        check(&LineEnding, 7, Some((b"", b"\n")));
        check(&LengthPrefix::U8, 255, Some((b"\xff", b"")));
        check(&LengthPrefix::U16Be, 258, Some((b"\x01\x02", b"")));
        check(&LengthPrefix::U16Le, 258, Some((b"\x02\x01", b"")));
        check(&LengthPrefix::U32Be, 258, Some((b"\0\0\x01\x02", b"")));
        check(&LengthPrefix::U32Le, 258, Some((b"\x02\x01\0\0", b"")));
        check(&LengthPrefix::U64Be, 258, Some((b"\0\0\0\0\0\0\x01\x02", b"")));
        check(&LengthPrefix::U64Le, 258, Some((b"\x02\x01\0\0\0\0\0\0", b"")));
    }

    #[test]
    fn a_payload_that_is_longer_than_its_length_can_say_is_an_error() {
        check(&LengthPrefix::U8, 256, None);
        check(&LengthPrefix::U16Be, 65536, None);
        check(&LengthPrefix::U16Le, 65536, None);
    }

    #[test]
    #[should_panic(expected = "at most 16 bytes")]
    fn more_than_sixteen_bytes_before_a_payload_are_a_panic() {
        let _ = Affixes::new(&[0; 17], &[]);
    }
}
