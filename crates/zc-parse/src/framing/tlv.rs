//! [`Tlv`]: frames of a type, a length and a value.

use zc_core::{Frame, FrameError, Framer};

use super::{Integer, LengthField};

/// Frames of a type, a length and a value; the payload is the value.
///
/// ```text
/// | type | bytes between | length | value | padding |
/// ```
///
/// Types and lengths are integers of fixed width. Some well-known ones:
///
/// | protocol | framer |
/// | --- | --- |
/// | TCP and DHCP options, without those of a single byte | `Tlv::new(U8, U8)`, counting the header for TCP |
/// | RADIUS attributes (RFC 2865, section 5) | `Tlv::new(U8, U8).counting_header()` |
/// | STUN attributes (RFC 8489, section 14) | `Tlv::new(U16Be, U16Be).with_alignment(4)` |
/// | SCTP chunks (RFC 9260, section 3.2) | `Tlv::new(U8, U16Be).with_bytes_between(1).counting_header().with_alignment(4)` |
///
/// BER and DER are out of scope: their types and lengths have no fixed width, and their values may
/// end at a mark. So are types and lengths that share a byte, as in LLDP.
///
/// ```
/// use zc_core::Framer;
/// use zc_parse::framing::{Integer, Tlv};
///
/// let mut framer = Tlv::new(Integer::U16Be, Integer::U16Be).with_alignment(4);
/// let input = b"\x80\x22\0\x02hi\0\0\x80\x28\0\x04";
/// let frame = framer.frame(input)?;
/// assert_eq!(framer.type_of(&input[..frame.len]), Some(0x8022));
/// assert_eq!((&input[frame.payload], frame.len), (&b"hi"[..], 8));
/// # Ok::<(), zc_core::FrameError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Tlv {
    kind: Integer,
    length: LengthField,
}

impl Tlv {
    /// Frames of a type, a length that counts the value, and the value.
    #[must_use]
    pub const fn new(kind: Integer, length: Integer) -> Self {
        Self { kind, length: LengthField::new(length).with_bytes_before(kind.width()) }
    }

    /// The same with `count` bytes of something else between type and length, such as flags.
    ///
    /// ```
    /// use zc_core::Framer;
    /// use zc_parse::framing::{Integer, Tlv};
    ///
    /// // A chunk of SCTP: its type, flags, and a length that counts all of it.
    /// let mut chunks = Tlv::new(Integer::U8, Integer::U16Be).with_bytes_between(1).counting_header();
    /// let chunk = b"\x0a\0\0\x06hi";
    /// assert_eq!(chunks.frame(chunk)?.payload, 4..6);
    /// assert_eq!(chunks.type_of(chunk), Some(10));
    /// # Ok::<(), zc_core::FrameError>(())
    /// ```
    #[must_use]
    pub const fn with_bytes_between(self, count: usize) -> Self {
        let before = self.kind.width().saturating_add(count);
        Self { length: self.length.with_bytes_before(before), ..self }
    }

    /// The same where the length counts type and length too.
    #[must_use]
    pub const fn counting_header(self) -> Self {
        Self { length: self.length.counting_header(), ..self }
    }

    /// The same with padding behind each value, up to a multiple of `bytes` for the whole frame; no
    /// length counts it.
    #[must_use]
    pub const fn with_alignment(self, bytes: usize) -> Self {
        Self { length: self.length.with_alignment(bytes), ..self }
    }

    /// The type of the frame that begins `frame`; `None` if its type has not arrived.
    #[must_use]
    #[inline]
    pub fn type_of(&self, frame: &[u8]) -> Option<u64> {
        self.kind.read(frame)
    }
}

impl Framer for Tlv {
    #[inline]
    fn frame(&mut self, buffer: &[u8]) -> Result<Frame, FrameError> {
        self.length.frame(buffer)
    }

    fn discard(&mut self, count: usize) {
        self.length.discard(count);
    }
}
