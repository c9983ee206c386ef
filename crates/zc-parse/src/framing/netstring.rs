//! [`Netstring`]: frames with their length in front of them in decimal digits.

use zc_core::{Expected, Frame, FrameError, Framer, Mismatch};

use super::prefix::{FITS, Prefix, Step};

/// Frames with their length in front of them in decimal digits.
///
/// ```text
/// netstring = length ":" payload ","
/// length    = "0" | a digit from 1 to 9, then any digits
///
/// 12:hello world!,
/// ```
///
/// Source: D. J. Bernstein, "Netstrings" (1997). A length without digits and one with zeros in
/// front are malformed, as there, and so is one that no memory can hold, which bounds the digits.
///
/// ```
/// use zc_core::{Framer, Incomplete};
/// use zc_parse::framing::Netstring;
///
/// let mut framer = Netstring::new();
/// assert_eq!(framer.frame(b"2:hi,3:")?.payload, 2..4);
/// assert_eq!(framer.frame(b"3:"), Err(Incomplete { needed: 4 }.into()));
/// assert_eq!(framer.frame(b"3:hi!!").unwrap_err().to_string(), "expected `,` at byte 5");
/// # Ok::<(), zc_core::FrameError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Netstring {
    prefix: Prefix,
}

impl Netstring {
    /// A framer at the beginning of a frame.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Framer for Netstring {
    #[inline]
    fn frame(&mut self, buffer: &[u8]) -> Result<Frame, FrameError> {
        let (payload, len) = self.prefix.read(buffer, 1, step)?;
        if buffer[payload.end] != b',' {
            return Err(Mismatch { offset: payload.end, expected: Expected::Byte(b',') }.into());
        }
        self.prefix.reset();
        Ok(Frame { len, payload })
    }

    fn discard(&mut self, count: usize) {
        self.prefix.discard(count);
    }
}

#[inline(always)]
fn step(index: usize, length: u64, byte: u8) -> Result<Step, Expected> {
    match byte {
        b':' if index > 0 => Ok(Step::Whole(length)),
        b'0'..=b'9' if index == 0 || length > 0 => {
            let digit = u64::from(byte - b'0');
            length
                .checked_mul(10)
                .and_then(|tens| tens.checked_add(digit))
                .map_or(Err(FITS), |n| Ok(Step::More(n)))
        }
        _ if index == 0 => Err(Expected::Named("the digits of a length")),
        _ if length == 0 => Err(Expected::Byte(b':')),
        _ => Err(Expected::Named("a digit or `:`")),
    }
}
