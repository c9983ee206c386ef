//! [`Number`]: a number in text, compared by its exact value.

use std::cmp::Ordering;

/// A decimal number as it is written: a sign, digits, a fraction, an exponent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number<'t> {
    is_negative: bool,
    whole: &'t [u8],
    fraction: &'t [u8],
    exponent: i64,
}

impl<'t> Number<'t> {
    /// The number that `text` is, as JSON writes them (RFC 8259, section 6), also with zeros in
    /// front. `None` if it is none.
    pub(crate) fn read(text: &'t [u8]) -> Option<Self> {
        let (is_negative, rest) = match text {
            [b'-', rest @ ..] => (true, rest),
            _ => (false, text),
        };
        let (whole, rest) = digits(rest)?;
        let (fraction, rest) = match rest {
            [b'.', rest @ ..] => digits(rest)?,
            _ => (&b""[..], rest),
        };
        let exponent = match rest {
            [] => 0,
            [b'e' | b'E', rest @ ..] => exponent(rest)?,
            _ => return None,
        };
        Some(Self { is_negative, whole, fraction, exponent })
    }

    /// How two numbers compare, however many digits they have.
    pub(crate) fn compare(self, other: Self) -> Ordering {
        match (self.sign(), other.sign()) {
            (0, 0) => Ordering::Equal,
            (a, b) if a != b => a.cmp(&b),
            (1, _) => self.compare_magnitude(other),
            _ => other.compare_magnitude(self),
        }
    }

    fn sign(self) -> i8 {
        match (self.significant().next(), self.is_negative) {
            (None, _) => 0,
            (Some(_), false) => 1,
            (Some(_), true) => -1,
        }
    }

    /// Of two numbers that are not zero, the one whose first digit stands further left is greater;
    /// else the digits decide, of which there are zeros behind the last.
    fn compare_magnitude(self, other: Self) -> Ordering {
        self.first_place().cmp(&other.first_place()).then_with(|| {
            let (mut ours, mut theirs) = (self.significant(), other.significant());
            loop {
                match (ours.next(), theirs.next()) {
                    (None, None) => return Ordering::Equal,
                    (a, b) => match a.unwrap_or(b'0').cmp(&b.unwrap_or(b'0')) {
                        Ordering::Equal => {}
                        order => return order,
                    },
                }
            }
        })
    }

    /// The digits from the first that is not zero.
    fn significant(self) -> impl Iterator<Item = u8> {
        let digits = self.whole.iter().chain(self.fraction).copied();
        digits.skip_while(|&digit| digit == b'0')
    }

    /// The power of ten of the first digit that is not zero.
    fn first_place(self) -> i64 {
        let zeros = self.whole.iter().chain(self.fraction).take_while(|&&digit| digit == b'0');
        let place = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        place(self.whole.len()).saturating_sub(place(zeros.count())).saturating_add(self.exponent)
    }
}

/// The number that `text` is, if it is nothing but digits, and so few that 64 bits hold it.
#[inline]
pub(crate) fn digits_only(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 19 {
        return None;
    }
    text.iter().try_fold(0, |number, byte| {
        byte.is_ascii_digit().then(|| number * 10 + u64::from(byte - b'0'))
    })
}

/// The digits that `text` begins with, of which there must be one, and the rest.
fn digits(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// An exponent with its sign; one beyond 64 bits counts as the largest.
fn exponent(text: &[u8]) -> Option<i64> {
    let (is_negative, unsigned) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let (digits, b"") = digits(unsigned)? else { return None };
    let value = digits.iter().fold(0_i64, |value, digit| {
        value.saturating_mul(10).saturating_add(i64::from(digit - b'0'))
    });
    Some(if is_negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering::{Equal, Greater, Less};

    use super::{Number, digits_only};

    #[test]
    fn numbers_compare_by_value() {
        for (a, b, expected) in [
            ("200", "200.0", Equal),
            ("9", "10", Less),
            ("-1", "-2", Greater),
            ("-1", "1", Less),
            ("0", "-0.00e9", Equal),
            ("1e3", "999", Greater),
            ("1E+3", "1000.000", Equal),
            ("12.5e-1", "1.25", Equal),
            ("007", "7", Equal),
            ("0.009", "0.01", Less),
        ] {
            let read = |text: &'static str| Number::read(text.as_bytes()).unwrap();
            assert_eq!(read(a).compare(read(b)), expected, "{a} {b}");
            assert_eq!(read(b).compare(read(a)), expected.reverse(), "{b} {a}");
        }
    }

    #[test]
    fn numbers_beyond_what_a_machine_holds_compare_exactly() {
        for (less, more) in [
            ("9007199254740992.0", "9007199254740993"),
            ("9007199254740992.5", "9007199254740993"),
            ("340282366920938463463374607431768211456", "340282366920938463463374607431768211457"),
            ("1e999", "1e1000"),
            ("1e-1000", "1e-999"),
            ("-1e99999999999999999999", "1"),
        ] {
            let read = |text: &'static str| Number::read(text.as_bytes()).unwrap();
            assert_eq!(read(less).compare(read(more)), Less, "{less} {more}");
        }
    }

    #[test]
    fn a_short_row_of_digits_needs_no_more_than_64_bits() {
        assert_eq!(digits_only(b"007"), Some(7));
        assert_eq!(digits_only(b"9999999999999999999"), Some(9_999_999_999_999_999_999));
        for text in [&b""[..], b"-1", b"1.0", b"1e3", b"10000000000000000000"] {
            assert_eq!(digits_only(text), None);
        }
    }

    #[test]
    fn what_only_looks_like_a_number_is_none() {
        for text in ["", "-", "1.", ".5", "1e", "0x10", "inf", "nan", "1 ", "+1", "1.e5", "--1"] {
            assert!(Number::read(text.as_bytes()).is_none(), "{text}");
        }
    }
}
