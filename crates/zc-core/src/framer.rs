//! [`Framer`]: where the first frame of a buffer ends, asked while it still arrives.

use core::fmt;
use core::ops::Range;

use crate::{Incomplete, Mismatch};

/// Finds where frames end: lines, messages with their length in front, heads of HTTP.
///
/// Framing is partial and grammars are complete: a framer says whether a whole frame has
/// arrived and remembers how far it looked, so that input which comes one byte at a time is
/// still looked at once. What reads the frame then never sees half of it.
///
/// ```
/// use zc_core::{Frame, FrameError, Framer, Incomplete};
///
/// /// A byte that says how long the payload behind it is.
/// struct Short;
///
/// impl Framer for Short {
///     fn frame(&mut self, buffer: &[u8]) -> Result<Frame, FrameError> {
///         let Some(&len) = buffer.first() else { return Err(Incomplete { needed: 1 }.into()) };
///         let len = 1 + usize::from(len);
///         match len.checked_sub(buffer.len()) {
///             None | Some(0) => Ok(Frame { len, payload: 1..len }),
///             Some(needed) => Err(Incomplete { needed }.into()),
///         }
///     }
///
///     fn discard(&mut self, _count: usize) {}
/// }
///
/// let buffer = b"\x02hi\x05hel";
/// let frame = Short.frame(buffer)?;
/// assert_eq!(&buffer[frame.payload], b"hi");
/// assert_eq!(Short.frame(&buffer[frame.len..]), Err(Incomplete { needed: 2 }.into()));
/// # Ok::<(), FrameError>(())
/// ```
pub trait Framer {
    /// The first frame of `buffer`, which begins where that frame begins.
    ///
    /// After [`Incomplete`], call again with the same bytes and more behind them: what was looked
    /// at is not looked at again. After a frame, call with what follows it.
    ///
    /// # Errors
    ///
    /// [`FrameError::Incomplete`] while `buffer` holds no whole frame, with the bytes that are
    /// missing at the least; [`FrameError::Malformed`] where no frame can be, after which the
    /// framer is of no further use.
    ///
    /// # Copies
    ///
    /// Never.
    fn frame(&mut self, buffer: &[u8]) -> Result<Frame, FrameError>;

    /// Tells an incomplete frame's framer that the first `count` bytes of its buffer are gone: the
    /// next buffer begins behind them. For those who pass over a frame that is too long to be kept;
    /// offsets then count from the beginning of what is left.
    fn discard(&mut self, count: usize);
}

/// A whole frame at the beginning of a buffer.
///
/// ```
/// use zc_core::{Frame, FrameError, Framer, Incomplete};
///
/// /// Words, each with a space behind it.
/// struct Word;
///
/// impl Framer for Word {
///     fn frame(&mut self, buffer: &[u8]) -> Result<Frame, FrameError> {
///         let end = buffer.iter().position(|&byte| byte == b' ');
///         let end = end.ok_or(Incomplete { needed: 1 })?;
///         Ok(Frame { len: end + 1, payload: 0..end })
///     }
///
///     fn discard(&mut self, _count: usize) {}
/// }
///
/// let frame = Word.frame(b"copy that").unwrap();
/// assert_eq!(frame, Frame { len: 5, payload: 0..4 });
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Frame {
    /// Bytes of the frame with all that belongs to it; the next frame begins behind them.
    pub len: usize,
    /// Where in the buffer the payload lies, without lengths, line endings and the like.
    pub payload: Range<usize>,
}

/// Why there is no frame.
///
/// ```
/// use zc_core::{Expected, FrameError, Incomplete, Mismatch};
///
/// let wait = FrameError::from(Incomplete { needed: 3 });
/// let give_up = FrameError::from(Mismatch { offset: 0, expected: Expected::Byte(b'$') });
/// assert!(wait.is_incomplete() && !give_up.is_incomplete());
/// assert_eq!(give_up.to_string(), "expected `$` at byte 0");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FrameError {
    /// It has not arrived as a whole.
    Incomplete(Incomplete),
    /// What is there is no frame, whatever follows.
    Malformed(Mismatch),
}

impl FrameError {
    /// Whether more input may mend it.
    #[must_use]
    pub const fn is_incomplete(&self) -> bool {
        matches!(self, Self::Incomplete(_))
    }
}

impl From<Incomplete> for FrameError {
    fn from(incomplete: Incomplete) -> Self {
        Self::Incomplete(incomplete)
    }
}

impl From<Mismatch> for FrameError {
    fn from(mismatch: Mismatch) -> Self {
        Self::Malformed(mismatch)
    }
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Incomplete(incomplete) => incomplete.fmt(f),
            Self::Malformed(mismatch) => mismatch.fmt(f),
        }
    }
}

impl core::error::Error for FrameError {}
