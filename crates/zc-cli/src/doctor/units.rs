//! Sizes and times in the units that people read them in.

use std::time::Duration;

/// So many bytes in the largest unit that divides them.
pub(super) fn bytes(count: u64) -> String {
    match count {
        0 => "0 bytes".to_owned(),
        _ if count.is_multiple_of(1 << 30) => format!("{} GiB", count >> 30),
        _ if count.is_multiple_of(1 << 20) => format!("{} MiB", count >> 20),
        _ if count.is_multiple_of(1 << 10) => format!("{} KiB", count >> 10),
        1 => "1 byte".to_owned(),
        _ => format!("{count} bytes"),
    }
}

/// A time with three digits that count.
pub(super) fn time(time: Duration) -> String {
    let nanoseconds = time.as_secs_f64() * 1e9;
    let (number, unit) = match nanoseconds {
        long if long >= 1e9 => (long / 1e9, "s"),
        long if long >= 1e6 => (long / 1e6, "ms"),
        short => (short / 1e3, "µs"),
    };
    format!("{} {unit}", digits(number))
}

/// Three digits that count.
pub(super) fn digits(number: f64) -> String {
    let decimals = match number.abs() {
        large if large >= 100.0 => 0,
        large if large >= 10.0 => 1,
        _ => 2,
    };
    format!("{number:.decimals$}")
}

/// How many times as long one takes as another.
pub(super) fn ratio(time: Duration, other: Duration) -> f64 {
    time.as_secs_f64() / other.as_secs_f64().max(1e-9)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{bytes, digits, time};

    #[test]
    fn bytes_have_the_largest_unit_that_divides_them() {
        let shown = [0, 1, 512, 4096, 1 << 20, 3 << 30, 1025].map(bytes);
        assert_eq!(
            shown,
            ["0 bytes", "1 byte", "512 bytes", "4 KiB", "1 MiB", "3 GiB", "1025 bytes"]
        );
    }

    #[test]
    fn times_have_three_digits() {
        let shown = [940, 9_400, 123_456, 12_345_678, 2_000_000_000].map(Duration::from_nanos);
        assert_eq!(shown.map(time), ["0.94 µs", "9.40 µs", "123 µs", "12.3 ms", "2.00 s"]);
        assert_eq!(digits(0.0), "0.00");
    }
}
