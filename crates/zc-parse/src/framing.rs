//! Framing: where records end, asked apart from what is in them.
//!
//! Framing is partial and grammars are complete: a framer says whether a whole record has
//! arrived and remembers how far it looked, so that input fed one byte at a time stays linear; a
//! grammar sees whole records only.

use zc_core::{Incomplete, SliceExt};

/// Records that end after `\n`.
///
/// ```
/// use zc_core::Incomplete;
/// use zc_parse::framing::Newline;
///
/// let mut newline = Newline::new();
/// assert_eq!(newline.frame(b"GET"), Err(Incomplete { needed: 1 }));
/// assert_eq!(newline.frame(b"GET /\nPUT"), Ok(6));
/// assert_eq!(newline.frame(b"PUT"), Err(Incomplete { needed: 1 }));
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

    /// The length of the first record of `buffer`, its `\n` included.
    ///
    /// After [`Incomplete`], call again with the same bytes and more behind them: what was
    /// searched is not searched again. After a length, call with what follows the record.
    ///
    /// # Errors
    ///
    /// [`Incomplete`] while `buffer` holds no end of a record.
    ///
    /// # Copies
    ///
    /// Never.
    pub fn frame(&mut self, buffer: &[u8]) -> Result<usize, Incomplete> {
        let searched = self.searched.min(buffer.len());
        let Some(end) = buffer[searched..].find_byte(b'\n') else {
            self.searched = buffer.len();
            return Err(Incomplete { needed: 1 });
        };
        self.searched = 0;
        Ok(searched + end + 1)
    }

    /// The length of all whole records at the beginning of `buffer`, their `\n` included.
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub fn whole_records(buffer: &[u8]) -> usize {
        buffer.rfind_byte(b'\n').map_or(0, |last| last + 1)
    }
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::Newline;

    #[test]
    fn every_split_point_gives_the_same_frames() {
        let input = b"one\n\ntwo\r\nthree";
        for split in 0..input.len() {
            let (mut newline, mut start, mut frames) = (Newline::new(), 0, Vec::new());
            for end in [split, input.len()] {
                while let Ok(len) = newline.frame(&input[start..end]) {
                    frames.push(&input[start..start + len]);
                    start += len;
                }
            }
            assert_eq!(frames, [&b"one\n"[..], b"\n", b"two\r\n"], "split at {split}");
        }
    }

    #[test]
    fn whole_records_end_with_the_last_newline() {
        for (input, expected) in
            [(&b""[..], 0), (b"abc", 0), (b"\n", 1), (b"a\nb", 2), (b"a\n\nb\n", 5)]
        {
            assert_eq!(Newline::whole_records(input), expected);
        }
    }

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
