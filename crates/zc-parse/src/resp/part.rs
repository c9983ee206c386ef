//! [`Part`]: a place in a value, and what is expected there.

use zc_core::Expected;

/// A place in a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The type byte of a value.
    Type,
    /// The same, or the end of an aggregate without a count.
    Next,
    /// The type byte of a chunk.
    Chunk,
    /// In a simple string or error.
    Text,
    /// The sign or the first digit of a number.
    Sign,
    /// The first digit behind a sign.
    FirstDigit,
    /// Behind a digit of a number.
    Digits,
    /// Behind the point of a double.
    FirstDecimal,
    /// Behind a decimal of a double.
    Decimals,
    /// Behind `e`.
    ExponentSign,
    /// Behind `e` and a sign.
    FirstExponent,
    /// Behind a digit of an exponent.
    Exponent,
    /// Behind the `i` of `inf`.
    AfterI,
    /// Behind `in`.
    AfterIn,
    /// Behind the first `n` of `nan`.
    AfterN,
    /// Behind `na`.
    AfterNa,
    /// The first byte of a length.
    Length,
    /// Behind a digit of a length.
    LengthDigits,
    /// Behind `-` in place of a length.
    MinusOne,
    /// The letter of a boolean.
    Letter,
    /// The end of a line.
    End,
    /// Behind the `\r` of it.
    LineFeed,
    /// The `:` in a verbatim string.
    Colon,
    /// The end of bytes whose length was given.
    BodyEnd,
    /// Behind the `\r` of it.
    BodyLineFeed,
}

/// The end of a line, or of bytes whose length was given.
const CRLF: Expected = Expected::Named("`\\r\\n`");

pub(super) const TOO_LARGE: Expected = Expected::Named("an integer that fits into 64 bits");
pub(super) const TOO_LONG: Expected = Expected::Named("a length that fits into memory");
pub(super) const TOO_SHORT: Expected = Expected::Named("a length of at least 4");
pub(super) const TOO_DEEP: Expected = Expected::Named("a value that is nested less deeply");
pub(super) const TOO_MANY: Expected = Expected::Named("fewer values in one");
pub(super) const NO_PUSH: Expected =
    Expected::Named("a value that is no push, as it is in another");
pub(super) const NO_VALUE: Expected = Expected::Named("the value of the key before");
const REST: Expected = Expected::Named("the rest of the bytes, as many as the length says");

impl Part {
    /// What is expected here.
    pub(super) const fn expected(self) -> Expected {
        Expected::Named(match self {
            Self::Type => "a type byte such as `+` or `$`",
            Self::Next => "a type byte such as `+` or `$`, or `.`",
            Self::Chunk => return Expected::Byte(b';'),
            Self::Sign => "a digit or a sign",
            Self::FirstDigit | Self::FirstDecimal | Self::FirstExponent => "a digit",
            Self::ExponentSign => "a digit or a sign",
            Self::AfterI | Self::AfterNa => return Expected::Byte(b'n'),
            Self::AfterIn => return Expected::Byte(b'f'),
            Self::AfterN => return Expected::Byte(b'a'),
            Self::Length => "the digits of a length",
            Self::Digits | Self::LengthDigits | Self::Decimals | Self::Exponent => {
                "a digit or `\\r\\n`"
            }
            Self::MinusOne => "`1`, for a value that is none",
            Self::Letter => "`t` or `f`",
            Self::Colon => return Expected::Byte(b':'),
            Self::Text | Self::End | Self::LineFeed | Self::BodyEnd | Self::BodyLineFeed => {
                return CRLF;
            }
        })
    }

    /// What is expected of an input that ends before this place, or at it.
    pub(super) const fn expected_at_end(self, at: usize, len: usize) -> Expected {
        if at > len { REST } else { self.expected() }
    }
}
