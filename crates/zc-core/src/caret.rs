//! [`Caret`]: a record with a mark under one of its bytes, for people.

use core::fmt;

/// Shows the surroundings of one byte of a record, and a caret below it.
///
/// Text is shown as it is, everything else as `\xNN`; a long record is cut on both sides. A
/// character is taken to be one column wide.
///
/// ```
/// use zc_core::Caret;
///
/// let shown = Caret::new(b"key\x00value", 3).to_string();
/// assert_eq!(shown, "  key\\x00value\n     ^");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Caret<'h> {
    record: &'h [u8],
    offset: usize,
    form: Form,
}

#[derive(Debug, Clone, Copy)]
enum Form {
    Text,
    Hex,
}

/// Bytes of text shown before the marked one, and from it on.
const BEFORE: usize = 60;
const AFTER: usize = 40;
/// The same for bytes in hexadecimal.
const HEX_BEFORE: usize = 10;
const HEX_AFTER: usize = 6;

impl<'h> Caret<'h> {
    /// A mark under the byte at `offset`, or behind the end where there is none.
    #[must_use]
    pub const fn new(record: &'h [u8], offset: usize) -> Self {
        let offset = if offset < record.len() { offset } else { record.len() };
        Self { record, offset, form: Form::Text }
    }

    /// The same for binary formats: bytes in hexadecimal, and beside them as ASCII.
    ///
    /// ```
    /// use zc_core::Caret;
    ///
    /// let shown = Caret::new(b"*1\r\n?", 4).in_hex().to_string();
    /// assert_eq!(shown, "  2a 31 0d 0a 3f  *1..?\n              ^");
    /// ```
    #[must_use]
    pub const fn in_hex(self) -> Self {
        Self { form: Form::Hex, ..self }
    }
}

impl fmt::Display for Caret<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.form {
            Form::Text => self.fmt_text(f),
            Form::Hex => self.fmt_hex(f),
        }
    }
}

impl Caret<'_> {
    fn fmt_hex(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = self.offset.saturating_sub(HEX_BEFORE);
        let end = self.record.len().min(self.offset + HEX_AFTER);
        let shown = &self.record[start..end];
        f.write_str(" ")?;
        shown.iter().try_for_each(|byte| write!(f, " {byte:02x}"))?;
        f.write_str("  ")?;
        let ascii = |byte: &u8| if byte.is_ascii_graphic() { char::from(*byte) } else { '.' };
        shown.iter().try_for_each(|byte| write!(f, "{}", ascii(byte)))?;
        let before = 3 * (self.offset - start);
        write!(f, "\n  {:before$}^", "")
    }

    fn fmt_text(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = char_start(self.record, self.offset.saturating_sub(BEFORE));
        let end = char_start(self.record, self.record.len().min(self.offset + AFTER));
        f.write_str("  ")?;
        let before = show(f, &self.record[start..self.offset.max(start)])?;
        show(f, &self.record[self.offset.max(start)..end.max(self.offset)])?;
        write!(f, "\n  {:before$}^", "")
    }
}

/// The nearest offset at or before `offset` at which no UTF-8 sequence is cut.
fn char_start(record: &[u8], offset: usize) -> usize {
    let is_continuation = |at: &usize| record.get(*at).is_some_and(|byte| byte & 0xc0 == 0x80);
    let nearest = (offset.saturating_sub(3)..=offset).rev().find(|at| !is_continuation(at));
    nearest.unwrap_or(offset)
}

/// Writes `bytes`; returns how many columns they took.
fn show(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> Result<usize, fmt::Error> {
    let mut columns = 0;
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            if character.is_control() {
                let mut utf8 = [0; 4];
                columns += show_hex(f, character.encode_utf8(&mut utf8).as_bytes())?;
            } else {
                write!(f, "{character}")?;
                columns += 1;
            }
        }
        columns += show_hex(f, chunk.invalid())?;
    }
    Ok(columns)
}

fn show_hex(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> Result<usize, fmt::Error> {
    bytes.iter().try_for_each(|byte| write!(f, "\\x{byte:02x}"))?;
    Ok(bytes.len() * 4)
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::Caret;

    #[track_caller]
    fn check(record: &[u8], offset: usize, expected: &str) {
        assert_eq!(Caret::new(record, offset).to_string(), expected);
    }

    #[test]
    fn the_caret_stands_under_its_byte() {
        check(b"abc", 0, "  abc\n  ^");
        check(b"abc", 2, "  abc\n    ^");
    }

    #[test]
    fn the_caret_stands_behind_a_record_that_ended_early() {
        check(b"abc", 3, "  abc\n     ^");
        check(b"abc", 99, "  abc\n     ^");
        check(b"", 0, "  \n  ^");
    }

    #[test]
    fn characters_count_one_column_and_other_bytes_four() {
        check("äö=".as_bytes(), 4, "  äö=\n    ^");
        check(b"\xff\x00=", 2, "  \\xff\\x00=\n          ^");
    }

    #[test]
    fn long_records_in_hexadecimal_are_cut_on_both_sides() {
        let record: std::vec::Vec<u8> = (b'a'..=b'z').collect();
        let shown = Caret::new(&record, 12).in_hex().to_string();
        let expected = "  63 64 65 66 67 68 69 6a 6b 6c 6d 6e 6f 70 71 72  cdefghijklmnopqr\n\
                        \x20                               ^";
        assert_eq!(shown, expected);
        assert_eq!(Caret::new(b"", 3).in_hex().to_string(), "   \n  ^");
    }

    #[test]
    fn every_offset_of_any_record_can_be_shown() {
        let record: std::vec::Vec<u8> = "aä€😀\u{7f}".bytes().cycle().take(400).collect();
        for offset in 0..=record.len() {
            let shown = Caret::new(&record, offset).to_string();
            assert!(shown.len() < 1000, "{shown}");
            let shown = Caret::new(&record, offset).in_hex().to_string();
            assert!(shown.len() < 200, "{shown}");
        }
    }
}
