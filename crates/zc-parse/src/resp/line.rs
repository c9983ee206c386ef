//! The lines of a value, byte by byte: the part of [`Walk`] that finds what is wrong with them.

use zc_core::{Expected, Mismatch};

use super::level::{ENDLESS, Kind};
use super::part::{NO_PUSH, NO_VALUE, Part, TOO_DEEP, TOO_LARGE, TOO_LONG, TOO_MANY, TOO_SHORT};
use super::walk::{FORMAT, Walk};

/// In place of a length: there is no value.
pub(super) const NULL: u64 = u64::MAX;
/// In place of a length: it is not known.
pub(super) const STREAMED: u64 = u64::MAX - 1;
/// No slice is longer than this.
const MOST: u64 = isize::MAX.unsigned_abs() as u64;

impl Walk {
    /// Takes the type byte of a value.
    pub(super) fn begin(&mut self, byte: u8) -> Result<Part, Mismatch> {
        let part = match byte {
            b';' if self.part == Part::Chunk => Part::Length,
            _ if self.part == Part::Chunk => return Err(self.mismatch(self.part.expected())),
            b'+' | b'-' => Part::Text,
            b':' | b',' | b'(' => Part::Sign,
            b'$' | b'*' | b'%' | b'~' | b'|' | b'!' | b'=' => Part::Length,
            b'#' => Part::Letter,
            b'_' => Part::End,
            b'>' if self.open.is_empty() => Part::Length,
            b'>' => return Err(self.mismatch(NO_PUSH)),
            b'.' if self.part == Part::Next && self.lacks_value() => {
                return Err(self.mismatch(NO_VALUE));
            }
            b'.' if self.part == Part::Next => Part::End,
            _ => return Err(self.mismatch(self.part.expected())),
        };
        // What nobody announced is counted where it begins.
        let is_streamed = self.part == Part::Next && byte != b'.';
        let unannounced = usize::from(is_streamed) + usize::from(byte == b'|');
        if unannounced > 0 && unannounced > self.room() {
            return Err(self.mismatch(TOO_MANY));
        }
        self.nodes += unannounced;
        self.kind = byte;
        self.start = self.at + 1;
        self.number = 0;
        self.is_negative = false;
        Ok(part)
    }

    /// Whether the last value of a map without a count was a key.
    fn lacks_value(&self) -> bool {
        let last = self.open.last();
        last.is_some_and(|open| open.kind == Kind::StreamedMap && (ENDLESS - open.left) % 2 == 1)
    }

    /// Goes to the end of a simple string or error, or of the input.
    pub(super) fn text(&mut self, input: &[u8]) -> Result<(), Mismatch> {
        let rest = &input[self.at..];
        let Some(end) = memchr::memchr2(b'\r', b'\n', rest) else {
            self.at = input.len();
            return Ok(());
        };
        self.at += end;
        if rest[end] == b'\n' {
            return Err(self.mismatch(self.part.expected()));
        }
        self.at += 1;
        self.part = Part::LineFeed;
        Ok(())
    }

    /// Takes a byte of a line behind its type byte, or one behind bytes whose length was given.
    pub(super) fn next(&mut self, byte: u8) -> Result<Part, Mismatch> {
        let part = match (self.part, byte) {
            (Part::Sign | Part::FirstDigit | Part::Digits, b'0'..=b'9') => {
                self.digit(byte)?;
                Part::Digits
            }
            (Part::Length | Part::LengthDigits, b'0'..=b'9') => {
                self.digit(byte)?;
                Part::LengthDigits
            }
            (Part::LengthDigits | Part::End, b'\r') => {
                self.check_length()?;
                Part::LineFeed
            }
            (Part::Digits | Part::Decimals | Part::Exponent, b'\r') => Part::LineFeed,
            (Part::BodyEnd, b'\r') => Part::BodyLineFeed,
            (Part::Sign, b'+' | b'-') => {
                self.is_negative = byte == b'-';
                Part::FirstDigit
            }
            (Part::Length, b'-') if matches!(self.kind, b'$' | b'*') => Part::MinusOne,
            (Part::Length, b'?') if matches!(self.kind, b'$' | b'*' | b'~' | b'%') => {
                self.number = STREAMED;
                Part::End
            }
            (Part::MinusOne, b'1') => {
                self.number = NULL;
                Part::End
            }
            (Part::Letter, b't' | b'f') => {
                self.number = u64::from(byte == b't');
                Part::End
            }
            (Part::Colon, b':') => {
                self.at += self.body_len() - FORMAT;
                Part::BodyEnd
            }
            _ if self.kind == b',' => self.next_of_double(byte)?,
            _ => return Err(self.mismatch(self.part.expected())),
        };
        Ok(part)
    }

    /// Takes a byte of a double that an integer does not have.
    fn next_of_double(&self, byte: u8) -> Result<Part, Mismatch> {
        Ok(match (self.part, byte) {
            (Part::Digits, b'.') => Part::FirstDecimal,
            (Part::FirstDecimal | Part::Decimals, b'0'..=b'9') => Part::Decimals,
            (Part::Digits | Part::Decimals, b'e' | b'E') => Part::ExponentSign,
            (Part::ExponentSign, b'+' | b'-') => Part::FirstExponent,
            (Part::ExponentSign | Part::FirstExponent | Part::Exponent, b'0'..=b'9') => {
                Part::Exponent
            }
            (Part::Sign | Part::FirstDigit, b'i') => Part::AfterI,
            (Part::Sign | Part::FirstDigit, b'n') => Part::AfterN,
            (Part::AfterI, b'n') => Part::AfterIn,
            (Part::AfterN, b'a') => Part::AfterNa,
            (Part::AfterIn, b'f') | (Part::AfterNa, b'n') => Part::End,
            _ => return Err(self.mismatch(self.part.expected())),
        })
    }

    /// Takes a digit of an integer or a length; those of other numbers are not converted.
    fn digit(&mut self, byte: u8) -> Result<(), Mismatch> {
        let (most, expected) = match self.kind {
            b',' | b'(' => return Ok(()),
            b':' => (i64::MAX.unsigned_abs() + u64::from(self.is_negative), TOO_LARGE),
            _ => (MOST, TOO_LONG),
        };
        let digit = u64::from(byte - b'0');
        let number = self.number.checked_mul(10).and_then(|tens| tens.checked_add(digit));
        let number = number.filter(|&number| number <= most);
        self.number = number.ok_or_else(|| self.mismatch(expected))?;
        Ok(())
    }

    /// Checks a length or a count at the end of its line.
    fn check_length(&self) -> Result<(), Mismatch> {
        let is_counted = self.number < STREAMED;
        let expected = match self.kind {
            b'=' if self.body_len() < FORMAT => TOO_SHORT,
            b';' if self.number > 0 && self.room() == 0 => TOO_MANY,
            b'*' | b'~' | b'>' | b'%' | b'|' if self.number > 0 && self.number != NULL => {
                if is_counted && self.announced() > self.room() {
                    TOO_MANY
                } else if self.open.len() >= self.limits.depth {
                    TOO_DEEP
                } else {
                    return Ok(());
                }
            }
            _ => return Ok(()),
        };
        Err(self.mismatch(expected))
    }

    #[cold]
    const fn mismatch(&self, expected: Expected) -> Mismatch {
        Mismatch { offset: self.at, expected }
    }
}
