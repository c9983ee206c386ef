//! Sizes as the names of cases say them, and as axes do.

use crate::table::digits;

const UNITS: [(&str, f64); 4] =
    [("GiB", 1_073_741_824.0), ("MiB", 1_048_576.0), ("KiB", 1024.0), ("B", 1.0)];

/// Bytes, of `64KiB` and the like, or of a number alone.
pub(super) fn parse(text: &str) -> Option<f64> {
    for (unit, bytes) in UNITS {
        if let Some(number) = text.strip_suffix(unit) {
            return Some(number.parse::<f64>().ok()? * bytes);
        }
    }
    text.parse().ok()
}

/// So many bytes, in the unit that suits them.
pub(super) fn text(bytes: f64) -> String {
    let suits = |&&(_, unit): &&(&str, f64)| bytes >= unit * 0.999;
    let &(unit, size) = UNITS.iter().find(suits).unwrap_or(&("B", 1.0));
    let number = bytes / size;
    if (number - number.round()).abs() < 0.005 {
        return format!("{number:.0} {unit}");
    }
    format!("{} {unit}", digits(number))
}

#[cfg(test)]
mod tests {
    use super::{parse, text};

    #[test]
    fn sizes_are_read_and_written() {
        let read = ["4096", "512B", "64KiB", "1MiB", "1GiB"].map(|it| parse(it).unwrap());
        assert_eq!(read, [4096.0, 512.0, 65536.0, 1_048_576.0, 1_073_741_824.0]);
        assert_eq!(read.map(text), ["4 KiB", "512 B", "64 KiB", "1 MiB", "1 GiB"]);
        assert_eq!(text(1.5 * 1024.0), "1.50 KiB");
        assert_eq!([parse("delivered-1KiB"), parse("l2"), parse("")], [None; 3]);
    }
}
