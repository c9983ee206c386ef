//! [`LengthField`]: frames with their length in a header of fixed size.

use core::mem;

use zc_core::{Expected, Frame, FrameError, Framer, Incomplete, Mismatch};

use super::Integer;

/// No slice is longer than this.
const MOST: usize = isize::MAX.unsigned_abs();

/// Frames with their length in a header of fixed size; the payload is what lies behind the header.
///
/// ```text
/// | bytes before | length | bytes behind | payload | padding |
/// '------------- header ---------------'
/// ```
///
/// Nothing but the length is needed for most protocols; the others say what their header holds
/// beside it, and what the length counts. Frames of these protocols, for example:
///
/// | protocol | framer |
/// | --- | --- |
/// | DNS over TCP (RFC 1035, section 4.2.2) | `new(U16Be)` |
/// | HTTP/2 (RFC 9113, section 4.1) | `new(U24Be).with_bytes_behind(6)` |
/// | packets of `MySQL` | `new(U24Le).with_bytes_behind(1)` |
/// | messages of Postgres 3.0, behind their type | `new(U32Be).with_bytes_before(1).with_adjustment(-4)` |
/// | RADIUS (RFC 2865, section 3) | `new(U16Be).with_bytes_before(2).with_bytes_behind(16).counting_header()` |
///
/// No length is refused for being long: [`Incomplete`] says how much is missing before anything is
/// made for it, so that the caller can refuse.
///
/// ```
/// use zc_core::{Framer, Incomplete};
/// use zc_parse::framing::{Integer, LengthField};
///
/// let mut framer = LengthField::new(Integer::U16Be);
/// let frame = framer.frame(b"\0\x02hi\0\x05he")?;
/// assert_eq!((frame.len, frame.payload), (4, 2..4));
/// assert_eq!(framer.frame(b"\0\x05he"), Err(Incomplete { needed: 3 }.into()));
///
/// // A type in front, and a length that counts itself, as in Postgres.
/// let mut framer = LengthField::new(Integer::U32Be).with_bytes_before(1).with_adjustment(-4);
/// assert_eq!(framer.frame(b"Z\0\0\0\x05I")?.payload, 5..6);
/// # Ok::<(), zc_core::FrameError>(())
/// ```
#[derive(Debug, Clone)]
pub struct LengthField {
    length: Integer,
    before: usize,
    behind: usize,
    counts: Counts,
    adjustment: i64,
    alignment: usize,
    /// Bytes of the whole header, which is where the payload begins.
    header: usize,
    /// What makes the length of the frame from the number in the field.
    add: i64,
    /// Bytes of the frame that were discarded.
    gone: usize,
    /// The bytes of the field that were seen of a frame that is not whole.
    field: [u8; 8],
}

/// What a length counts.
#[derive(Debug, Clone, Copy)]
enum Counts {
    Payload,
    Frame,
}

impl LengthField {
    /// Frames of a length and so many bytes behind it.
    #[must_use]
    pub const fn new(length: Integer) -> Self {
        let framer = Self {
            length,
            before: 0,
            behind: 0,
            counts: Counts::Payload,
            adjustment: 0,
            alignment: 1,
            header: 0,
            add: 0,
            gone: 0,
            field: [0; 8],
        };
        framer.settled()
    }

    /// The same with a header of which `count` bytes stand before the length.
    #[must_use]
    pub const fn with_bytes_before(mut self, count: usize) -> Self {
        self.before = count;
        self.settled()
    }

    /// The same with a header of which `count` bytes stand behind the length.
    ///
    /// ```
    /// use zc_core::Framer;
    /// use zc_parse::framing::{Integer, LengthField};
    ///
    /// // A frame of HTTP/2: three bytes of length, then type, flags and stream.
    /// let mut frames = LengthField::new(Integer::U24Be).with_bytes_behind(6);
    /// let frame = frames.frame(b"\0\0\x02\0\x01\0\0\0\x01hi")?;
    /// assert_eq!((frame.len, frame.payload), (11, 9..11));
    /// # Ok::<(), zc_core::FrameError>(())
    /// ```
    #[must_use]
    pub const fn with_bytes_behind(mut self, count: usize) -> Self {
        self.behind = count;
        self.settled()
    }

    /// The same where the length counts the header too.
    ///
    /// ```
    /// use zc_core::Framer;
    /// use zc_parse::framing::{Integer, LengthField};
    ///
    /// let mut frames = LengthField::new(Integer::U16Be).counting_header();
    /// assert_eq!(frames.frame(b"\0\x04hi")?.payload, 2..4);
    /// assert!(!frames.frame(b"\0\x01hi").unwrap_err().is_incomplete(), "shorter than its header");
    /// # Ok::<(), zc_core::FrameError>(())
    /// ```
    #[must_use]
    pub const fn counting_header(mut self) -> Self {
        self.counts = Counts::Frame;
        self.settled()
    }

    /// The same where `bytes` are added to each length, for those that count something else: -4
    /// for a length of four bytes that counts itself and what is behind it.
    #[must_use]
    pub const fn with_adjustment(mut self, bytes: i64) -> Self {
        self.adjustment = bytes;
        self.settled()
    }

    /// The same with padding behind each payload, up to a multiple of `bytes` for the whole frame;
    /// no length counts it.
    #[must_use]
    pub const fn with_alignment(mut self, bytes: usize) -> Self {
        self.alignment = if bytes == 0 { 1 } else { bytes };
        self
    }

    const fn settled(mut self) -> Self {
        self.header = self.before.saturating_add(self.length.width()).saturating_add(self.behind);
        let counted = match self.counts {
            Counts::Payload if self.header <= MOST => self.header.cast_signed() as i64,
            Counts::Payload => i64::MAX,
            Counts::Frame => 0,
        };
        self.add = counted.saturating_add(self.adjustment);
        self
    }

    /// Where the payload and the frame end; `None` where no frame can have this length.
    #[inline(always)]
    fn ends(&self, length: u64) -> Option<(usize, usize)> {
        let end = usize::try_from(length.checked_add_signed(self.add)?).ok()?;
        let len =
            if self.alignment == 1 { end } else { end.checked_next_multiple_of(self.alignment)? };
        (end >= self.header && len <= MOST).then_some((end, len))
    }

    /// A frame that is not whole, or whose beginning was discarded, or that is none.
    #[cold]
    fn unusual(&mut self, buffer: &[u8]) -> Result<Frame, FrameError> {
        self.keep_field(buffer);
        let arrived = self.gone.saturating_add(buffer.len());
        if arrived < self.before.saturating_add(self.length.width()) {
            return Err(Incomplete { needed: self.header - arrived }.into());
        }
        let length = self.length.read(&self.field).expect("no integer has more than eight bytes");
        let Some((end, len)) = self.ends(length) else {
            let offset = self.before.saturating_sub(self.gone);
            return Err(
                Mismatch { offset, expected: Expected::Named(self.expected(length)) }.into()
            );
        };
        if arrived < len {
            return Err(Incomplete { needed: len - arrived }.into());
        }
        let gone = mem::take(&mut self.gone);
        let payload = self.header.saturating_sub(gone)..end.saturating_sub(gone);
        Ok(Frame { len: len.saturating_sub(gone), payload })
    }

    /// Remembers the bytes of the field, which may be gone when the rest arrives.
    fn keep_field(&mut self, buffer: &[u8]) {
        for (i, byte) in self.field[..self.length.width()].iter_mut().enumerate() {
            let at = self.before.saturating_add(i).checked_sub(self.gone);
            if let Some(&arrived) = at.and_then(|at| buffer.get(at)) {
                *byte = arrived;
            }
        }
    }

    /// What should have stood in place of `length`.
    const fn expected(&self, length: u64) -> &'static str {
        match length.checked_add_signed(self.add) {
            Some(len) if len >= self.header as u64 => "a length that fits into memory",
            None if self.add > 0 => "a length that fits into memory",
            _ => "a length that covers the header",
        }
    }
}

impl Framer for LengthField {
    #[inline(always)]
    fn frame(&mut self, buffer: &[u8]) -> Result<Frame, FrameError> {
        if self.gone == 0
            && let Some(field) = buffer.get(self.before..)
            && let Some(length) = self.length.read(field)
            && let Some((end, len)) = self.ends(length)
            && len <= buffer.len()
        {
            return Ok(Frame { len, payload: self.header..end });
        }
        self.unusual(buffer)
    }

    fn discard(&mut self, count: usize) {
        self.gone = self.gone.saturating_add(count);
    }
}
