//! [`Asked`]: the part of a file that a request asks for: RFC 9110, section 14.

use std::ops::Range;

/// What a `Range` asks of a representation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    /// All of it: there is no range, or none that is understood, or several.
    Whole,
    /// These bytes, of which there is at least one.
    Part(Range<u64>),
    /// Bytes that there are not.
    Unsatisfiable,
}

impl Asked {
    /// What `value` asks of `len` bytes.
    ///
    /// One that is not valid is passed over, and so is a list: section 14.2 allows both.
    pub(crate) fn read(value: &[u8], len: u64) -> Self {
        let Some((unit, set)) = value.split_at_checked(6) else { return Self::Whole };
        if !unit.eq_ignore_ascii_case(b"bytes=") {
            return Self::Whole;
        }
        let set = set.trim_ascii();
        let Some(dash) = set.iter().position(|byte| *byte == b'-') else { return Self::Whole };
        let (first, last) = (&set[..dash], &set[dash + 1..]);
        match (Bound::read(first), Bound::read(last)) {
            (Bound::Absent, Bound::At(count)) => suffix(count, len),
            (Bound::At(first), Bound::Absent) => part(first, u64::MAX, len),
            (Bound::At(first), Bound::At(last)) if first <= last => part(first, last, len),
            _ => Self::Whole,
        }
    }
}

/// One side of a range.
enum Bound {
    Absent,
    At(u64),
    Invalid,
}

impl Bound {
    fn read(digits: &[u8]) -> Self {
        if digits.is_empty() {
            return Self::Absent;
        }
        let add = |sum: u64, digit: &u8| {
            let digit = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
            // Whatever lies so far behind is behind every end.
            Some(sum.saturating_mul(10).saturating_add(digit))
        };
        digits.iter().try_fold(0, add).map_or(Self::Invalid, Self::At)
    }
}

fn suffix(count: u64, len: u64) -> Asked {
    match count.min(len) {
        // Of no bytes a suffix is all, which no `Content-Range` can say: section 14.1.2.
        0 if count > 0 => Asked::Whole,
        0 => Asked::Unsatisfiable,
        count => Asked::Part(len - count..len),
    }
}

fn part(first: u64, last: u64, len: u64) -> Asked {
    if first >= len {
        return Asked::Unsatisfiable;
    }
    Asked::Part(first..last.saturating_add(1).min(len))
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::Asked;

    #[track_caller]
    fn check(value: &str, len: u64, expected: Range<u64>) {
        assert_eq!(Asked::read(value.as_bytes(), len), Asked::Part(expected), "{value}");
    }

    #[test]
    fn one_range_is_answered_with_what_there_is_of_it() {
        check("bytes=0-0", 9, 0..1);
        check("bytes=2-4", 9, 2..5);
        check("bytes=2-", 9, 2..9);
        check("bytes=8-8", 9, 8..9);
        check("bytes=2-100", 9, 2..9);
        check("bytes=2-99999999999999999999999", 9, 2..9);
        check("bytes=-3", 9, 6..9);
        check("bytes=-100", 9, 0..9);
        check("BYTES=0-0", 9, 0..1);
        check("bytes= 1-2 ", 9, 1..3);
    }

    #[test]
    fn bytes_that_there_are_not_are_told_from_what_is_no_range() {
        for value in ["bytes=9-", "bytes=9-9", "bytes=99999999999999999999999-", "bytes=-0"] {
            assert_eq!(Asked::read(value.as_bytes(), 9), Asked::Unsatisfiable, "{value}");
        }
        assert_eq!(Asked::read(b"bytes=0-", 0), Asked::Unsatisfiable);
        assert_eq!(Asked::read(b"bytes=-0", 0), Asked::Unsatisfiable);
        assert_eq!(Asked::read(b"bytes=-1", 0), Asked::Whole);
    }

    #[test]
    fn what_is_no_single_range_asks_for_all() {
        for value in ["", "bytes=", "bytes=-", "bytes=a-b", "bytes=1", "bytes=4-2", "bytes=--1"] {
            assert_eq!(Asked::read(value.as_bytes(), 9), Asked::Whole, "{value}");
        }
        for value in ["bytes=0-1,3-4", "bytes=0-0,-1", "lines=0-1", "bytes=+1-2", "bytes=1 -2"] {
            assert_eq!(Asked::read(value.as_bytes(), 9), Asked::Whole, "{value}");
        }
        let thousand = format!("bytes={}", ["0-0"; 1000].join(","));
        assert_eq!(Asked::read(thousand.as_bytes(), 9), Asked::Whole);
    }
}
