//! [`Size`]: a number of bytes as people write it.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context, Error, bail};

const UNITS: [(&str, u64); 7] = [
    ("B", 1),
    ("kB", 1_000),
    ("KiB", 1 << 10),
    ("MB", 1_000_000),
    ("MiB", 1 << 20),
    ("GB", 1_000_000_000),
    ("GiB", 1 << 30),
];

/// A number of bytes; shown in the unit that makes it the smallest whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size(pub(super) u64);

impl FromStr for Size {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (count, unit) = text.split_at(digits);
        let count: u64 = count.parse().context("write a number and a unit, as in 256MiB")?;
        let unit = if unit.is_empty() { "B" } else { unit.trim_start() };
        let Some((_, factor)) = UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit))
        else {
            bail!("`{unit}` is no unit; write B, kB, MB, GB, KiB, MiB or GiB");
        };
        let bytes = count.checked_mul(*factor).context("that is more than 16 EiB")?;
        Ok(Self(bytes))
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = UNITS.iter().filter(|(_, factor)| self.0.is_multiple_of(*factor));
        let (unit, factor) = whole.max_by_key(|(_, factor)| factor).expect("B always divides");
        write!(f, "{}{unit}", self.0 / factor)
    }
}

#[cfg(test)]
mod tests {
    use super::Size;

    #[track_caller]
    fn check(text: &str, expected: u64, shown: &str) {
        let size: Size = text.parse().unwrap();
        assert_eq!((size.0, size.to_string().as_str()), (expected, shown));
    }

    #[test]
    fn sizes_are_read_and_shown() {
        check("256MiB", 256 << 20, "256MiB");
        check("1024 MiB", 1 << 30, "1GiB");
        check("10gb", 10_000_000_000, "10GB");
        check("1500kB", 1_500_000, "1500kB");
        check("7", 7, "7B");
    }

    #[test]
    fn what_is_no_size_says_how_to_write_one() {
        let error = |text: &str| text.parse::<Size>().unwrap_err().to_string();
        assert_eq!(error("MiB"), "write a number and a unit, as in 256MiB");
        assert_eq!(error("5 apples"), "`apples` is no unit; write B, kB, MB, GB, KiB, MiB or GiB");
        assert_eq!(error("99999999999999GiB"), "that is more than 16 EiB");
    }
}
