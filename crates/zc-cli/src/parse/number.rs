//! [`Number`]: a number in text, compared by value.

use std::cmp::Ordering;

/// A number, whole ones exactly.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Number {
    Whole(i128),
    Fraction(f64),
}

impl Number {
    /// The number that `text` is: a sign, digits, a fraction and an exponent, as JSON writes
    /// them, also with zeros in front. `None` if it is none.
    pub(crate) fn read(text: &[u8]) -> Option<Self> {
        let digits = text.strip_prefix(b"-").unwrap_or(text);
        let whole = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let text = || std::str::from_utf8(text).ok();
        match digits.get(whole) {
            _ if whole == 0 => None,
            None => match text()?.parse() {
                Ok(number) => Some(Self::Whole(number)),
                Err(_) => text()?.parse().ok().map(Self::Fraction),
            },
            Some(b'.' | b'e' | b'E') => {
                // What `f64` reads beyond JSON has no digit in front, except for `1.` and `1.e5`.
                let has_bare_point =
                    digits[whole..].starts_with(b".") && !digits.get(whole + 1)?.is_ascii_digit();
                if has_bare_point { None } else { text()?.parse().ok().map(Self::Fraction) }
            }
            Some(_) => None,
        }
    }

    /// How two numbers compare.
    pub(crate) fn compare(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Whole(a), Self::Whole(b)) => Some(a.cmp(&b)),
            (a, b) => a.as_f64().partial_cmp(&b.as_f64()),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "compared with a fraction")]
    fn as_f64(self) -> f64 {
        match self {
            Self::Whole(number) => number as f64,
            Self::Fraction(number) => number,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering::{Equal, Greater, Less};

    use super::Number;

    #[test]
    fn numbers_compare_by_value() {
        for (a, b, expected) in [
            ("200", "200.0", Equal),
            ("9", "10", Less),
            ("-1", "-2", Greater),
            ("1e3", "999", Greater),
            ("007", "7", Equal),
            ("9007199254740993", "9007199254740992", Greater),
        ] {
            let read = |text: &str| Number::read(text.as_bytes()).unwrap();
            assert_eq!(read(a).compare(read(b)), Some(expected), "{a} {b}");
        }
    }

    #[test]
    fn what_only_looks_like_a_number_is_none() {
        for text in ["", "-", "1.", ".5", "1e", "0x10", "inf", "nan", "1 ", "+1", "1.e5", "--1"] {
            assert!(Number::read(text.as_bytes()).is_none(), "{text}");
        }
    }
}
