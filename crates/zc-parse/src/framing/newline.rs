//! [`Newline`]: records that end after `\n`.

use zc_core::{Frame, FrameError, Framer, Incomplete, SliceExt};

/// Records that end after `\n`; the payload is what lies before it, without a `\r` at its end.
///
/// ```
/// use zc_core::{Frame, FrameError, Framer, Incomplete};
/// use zc_parse::framing::Newline;
///
/// let mut newline = Newline::new();
/// assert_eq!(newline.frame(b"GET"), Err(Incomplete { needed: 1 }.into()));
/// assert_eq!(newline.frame(b"GET /\r\nPUT"), Ok(Frame { len: 7, payload: 0..5 }));
/// assert_eq!(newline.frame(b"PUT"), Err(Incomplete { needed: 1 }.into()));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Newline {
    /// Bytes of the first frame that hold no end of it.
    searched: usize,
}

impl Newline {
    /// A framer at the beginning of a record.
    #[must_use]
    pub const fn new() -> Self {
        Self { searched: 0 }
    }
}

impl Framer for Newline {
    #[inline]
    fn frame(&mut self, buffer: &[u8]) -> Result<Frame, FrameError> {
        let searched = self.searched.min(buffer.len());
        let Some(end) = buffer[searched..].find_byte(b'\n') else {
            self.searched = buffer.len();
            return Err(Incomplete { needed: 1 }.into());
        };
        self.searched = 0;
        let end = searched + end;
        Ok(Frame { len: end + 1, payload: 0..buffer[..end].trim_carriage_return().len() })
    }

    fn discard(&mut self, count: usize) {
        self.searched = self.searched.saturating_sub(count);
    }
}

#[cfg(test)]
mod tests {
    use zc_core::Framer;

    use super::Newline;

    #[test]
    fn one_byte_at_a_time_is_searched_once() {
        let mut newline = Newline::new();
        let input = [b'x'; 100];
        for end in 0..100 {
            assert!(newline.frame(&input[..end]).is_err());
            assert_eq!(newline.searched, end);
        }
    }
}
