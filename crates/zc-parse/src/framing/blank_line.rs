//! [`BlankLine`]: records that end after an empty line, as the heads of HTTP.

use zc_core::{Frame, FrameError, Framer, Incomplete, SliceExt};

/// Records that end after their first empty line; lines end with `\n` or `\r\n`.
///
/// The payload is what lies before the empty line. An empty line at the beginning is a frame of
/// its own.
///
/// ```
/// use zc_core::{Frame, FrameError, Framer, Incomplete};
/// use zc_parse::framing::BlankLine;
///
/// let mut blank_line = BlankLine::new();
/// assert_eq!(blank_line.frame(b"GET / HTTP/1.1\r\n\r"), Err(Incomplete { needed: 1 }.into()));
/// let frame = blank_line.frame(b"GET / HTTP/1.1\r\n\r\nPUT")?;
/// assert_eq!(frame, Frame { len: 18, payload: 0..16 });
/// assert_eq!(blank_line.frame(b"\nPUT"), Ok(Frame { len: 1, payload: 0..0 }));
/// # Ok::<(), FrameError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct BlankLine {
    /// Bytes of the first frame that hold no end of it.
    searched: usize,
    /// What they end with.
    line: Line,
}

/// What a line holds so far.
#[derive(Debug, Clone, Copy, Default)]
enum Line {
    #[default]
    Nothing,
    CarriageReturn,
    Text,
}

impl Line {
    fn after(self, bytes: &[u8]) -> Self {
        match (self, bytes) {
            (_, []) => self,
            (Self::Nothing, [b'\r']) => Self::CarriageReturn,
            _ => Self::Text,
        }
    }
}

impl BlankLine {
    /// A framer at the beginning of a record.
    #[must_use]
    pub const fn new() -> Self {
        Self { searched: 0, line: Line::Nothing }
    }
}

impl Framer for BlankLine {
    #[inline]
    fn frame(&mut self, buffer: &[u8]) -> Result<Frame, FrameError> {
        let mut start = self.searched.min(buffer.len());
        let mut line = self.line;
        while let Some(newline) = buffer[start..].find_byte(b'\n') {
            let len = start + newline + 1;
            let ending = match line.after(&buffer[start..start + newline]) {
                Line::Nothing => 1,
                Line::CarriageReturn => 2,
                Line::Text => {
                    (start, line) = (len, Line::Nothing);
                    continue;
                }
            };
            *self = Self::new();
            return Ok(Frame { len, payload: 0..len.saturating_sub(ending) });
        }
        self.line = line.after(&buffer[start..]);
        self.searched = buffer.len();
        Err(Incomplete { needed: 1 }.into())
    }

    fn discard(&mut self, count: usize) {
        self.searched = self.searched.saturating_sub(count);
    }
}

#[cfg(test)]
mod tests {
    use zc_core::{Frame, Framer};

    use super::BlankLine;

    /// Asserts where the first frame of `input` ends, however it arrives.
    #[track_caller]
    fn check(input: &[u8], expected: Option<usize>) {
        let mut arriving = BlankLine::new();
        let ends = (0..=input.len()).find(|&end| {
            let frame = arriving.frame(&input[..end]);
            frame.is_ok_and(|Frame { len, .. }| len == end)
        });
        assert_eq!(ends, expected);
        assert_eq!(BlankLine::new().frame(input).ok().map(|frame| frame.len), expected);
        for cut in 0..=input.len() {
            let mut passing = BlankLine::new();
            let framed = passing.frame(&input[..cut]).ok().map(|frame| frame.len);
            let len = framed.or_else(|| {
                passing.discard(cut);
                Some(cut + passing.frame(&input[cut..]).ok()?.len)
            });
            assert_eq!(len, expected, "cut at {cut}");
        }
    }

    #[test]
    fn a_frame_ends_after_the_first_empty_line() {
        check(b"a: b\r\n\r\nc", Some(8));
        check(b"a: b\n\nc", Some(6));
        check(b"a: b\r\n\nc\n\n", Some(7));
        check(b"a: b\n\r\nc", Some(7));
        check(b"a\r\nb\nc\r\n\r\n\r\n", Some(10));
    }

    #[test]
    fn an_empty_line_at_the_beginning_is_a_frame() {
        check(b"\r\na\r\n\r\n", Some(2));
        check(b"\na\n\n", Some(1));
    }

    #[test]
    fn other_carriage_returns_end_nothing() {
        check(b"a\r\r\n\r\r\n\r", None);
        check(b"a\n\rb\r\n", None);
        check(b"a\n \n\x00\n\r\n", Some(8));
    }

    #[test]
    fn one_byte_at_a_time_is_searched_once() {
        let mut blank_line = BlankLine::new();
        let input = [b'x'; 100];
        for end in 0..100 {
            assert!(blank_line.frame(&input[..end]).is_err());
            assert_eq!(blank_line.searched, end);
        }
    }
}
