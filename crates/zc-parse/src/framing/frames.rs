//! [`Frames`]: an iterator over the frames of a slice.

use core::iter::FusedIterator;

use zc_core::{FrameError, Framer};

/// An iterator over the payloads of the frames of a slice.
///
/// It ends behind the last byte, or with the error of what is no whole frame; [`rest`](Self::rest)
/// is then what no frame was found in, and offsets in the error count from its beginning.
///
/// ```
/// use zc_parse::framing::{Frames, Netstring};
///
/// let mut frames = Frames::new(Netstring::new(), b"2:hi,0:,5:hel");
/// assert_eq!(frames.next(), Some(Ok(&b"hi"[..])));
/// assert_eq!(frames.next(), Some(Ok(&b""[..])));
/// assert!(frames.next().unwrap().unwrap_err().is_incomplete());
/// assert_eq!((frames.next(), frames.rest(), frames.offset()), (None, &b"5:hel"[..], 8));
/// ```
#[derive(Debug, Clone)]
pub struct Frames<'i, F> {
    framer: F,
    input: &'i [u8],
    offset: usize,
    has_failed: bool,
}

impl<'i, F: Framer> Frames<'i, F> {
    /// The frames of `input`, as `framer` finds them.
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub const fn new(framer: F, input: &'i [u8]) -> Self {
        Self { framer, input, offset: 0, has_failed: false }
    }

    /// What lies behind the frames so far.
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub fn rest(&self) -> &'i [u8] {
        &self.input[self.offset..]
    }

    /// Bytes of the frames so far.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }
}

impl<'i, F: Framer> Iterator for Frames<'i, F> {
    type Item = Result<&'i [u8], FrameError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest();
        if rest.is_empty() || self.has_failed {
            return None;
        }
        match self.framer.frame(rest) {
            Ok(frame) => {
                // A framer that takes nothing would be asked for ever.
                self.has_failed = frame.len == 0;
                self.offset += frame.len;
                Some(Ok(&rest[frame.payload]))
            }
            Err(error) => {
                self.has_failed = true;
                Some(Err(error))
            }
        }
    }
}

impl<F: Framer> FusedIterator for Frames<'_, F> {}
