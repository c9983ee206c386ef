//! [`Varint`]: frames with their length in front of them as a base-128 number.

use zc_core::{Expected, Frame, FrameError, Framer};

use super::prefix::{FITS, Prefix, Step};

/// Bytes that a number of 64 bits takes at the most, seven bits a byte.
const MOST_BYTES: usize = 10;

/// Frames with their length in front of them as a base-128 number (LEB128), as the delimited
/// messages of Protocol Buffers.
///
/// ```text
/// | 1 low 7 bits | 1 next 7 bits | … | 0 high bits | payload |
/// ```
///
/// Source: "Encoding", section "Base 128 Varints", of the Protocol Buffers documentation. A length
/// has at most ten bytes and 64 bits. [`new`](Self::new) accepts the shortest form of each length
/// only, which is what encoders write; [`padded`](Self::padded) accepts zeros on top as well, as
/// decoders of Protocol Buffers do, for writers that reserve the same number of bytes for each
/// length. Anything else is malformed.
///
/// ```
/// use zc_core::{Framer, Incomplete};
/// use zc_parse::framing::Varint;
///
/// let mut framer = Varint::new();
/// assert_eq!(framer.frame(b"\x02hi")?.payload, 1..3);
/// assert_eq!(framer.frame(b"\xac\x02hi"), Err(Incomplete { needed: 298 }.into()));
/// assert!(Varint::new().frame(b"\x82\x00hi").is_err());
/// assert_eq!(Varint::padded().frame(b"\x82\x00hi")?.payload, 2..4);
/// # Ok::<(), zc_core::FrameError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Varint {
    prefix: Prefix,
    form: Form,
}

/// Which encodings of a length are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Shortest,
    Padded,
}

impl Varint {
    /// A framer that accepts the shortest form of each length only.
    #[must_use]
    pub fn new() -> Self {
        Self { prefix: Prefix::default(), form: Form::Shortest }
    }

    /// A framer that accepts lengths with zeros on top, up to ten bytes.
    #[must_use]
    pub fn padded() -> Self {
        Self { prefix: Prefix::default(), form: Form::Padded }
    }
}

impl Default for Varint {
    fn default() -> Self {
        Self::new()
    }
}

impl Framer for Varint {
    #[inline]
    fn frame(&mut self, buffer: &[u8]) -> Result<Frame, FrameError> {
        let form = self.form;
        let step = |index, length, byte| step(form, index, length, byte);
        let (payload, len) = self.prefix.read(buffer, 0, step)?;
        self.prefix.reset();
        Ok(Frame { len, payload })
    }

    fn discard(&mut self, count: usize) {
        self.prefix.discard(count);
    }
}

#[inline(always)]
fn step(form: Form, index: usize, length: u64, byte: u8) -> Result<Step, Expected> {
    let bits = u64::from(byte & 0x7f);
    let is_last = byte & 0x80 == 0;
    if index + 1 == MOST_BYTES && !is_last {
        return Err(Expected::Named("the last byte of a length of at most ten"));
    }
    if index + 1 == MOST_BYTES && bits > 1 {
        return Err(FITS);
    }
    if form == Form::Shortest && is_last && bits == 0 && index > 0 {
        return Err(Expected::Named("the shortest form of the length"));
    }
    let length = length | bits << (7 * index);
    Ok(if is_last { Step::Whole(length) } else { Step::More(length) })
}
