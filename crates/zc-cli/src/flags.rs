//! Flags that several commands have, and how sizes and times are typed.

use std::time::Duration;

use clap::ValueEnum;

/// How many connections a server has, and how they end.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct ConnectionsArgs {
    /// How long connections may go on after a signal
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    pub(crate) grace: Duration,
    /// How many connections are served at a time; further ones wait
    #[arg(long, value_name = "N", default_value_t = 1024)]
    pub(crate) max_connections: usize,
}

/// Reads a number of seconds.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().map_err(|_| "expected a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

#[derive(Debug, clap::Args)]
pub(crate) struct StatsArg {
    /// Print the ledger to standard error: what was read, written and copied
    #[arg(
        long,
        value_name = "HOW",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "text"
    )]
    pub(crate) stats: Option<StatsForm>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatsForm {
    /// Lines for people
    Text,
    /// One JSON object on one line
    Json,
}

/// What may stand behind a number of bytes, and how many bytes it is.
const UNITS: [(&str, usize); 11] = [
    ("", 1),
    ("b", 1),
    ("k", 1 << 10),
    ("kib", 1 << 10),
    ("kb", 1000),
    ("m", 1 << 20),
    ("mib", 1 << 20),
    ("mb", 1_000_000),
    ("g", 1 << 30),
    ("gib", 1 << 30),
    ("gb", 1_000_000_000),
];

/// Reads a number of bytes.
pub(crate) fn bytes(text: &str) -> Result<usize, String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit = unit.trim_ascii_start();
    let known = UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit));
    let Some((_, unit)) = known.filter(|_| !number.is_empty()) else {
        return Err("expected a number of bytes, such as 65536, 64K, 16MiB or 1GB".into());
    };
    let count = number.parse().ok().and_then(|number: usize| number.checked_mul(*unit));
    count.ok_or_else(|| "that is more than this machine can address".into())
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[track_caller]
    fn check(text: &str, expected: Option<usize>) {
        assert_eq!(bytes(text).ok(), expected, "{text}");
    }

    #[test]
    fn sizes_are_read_in_all_forms_in_which_they_are_written() {
        check("65536", Some(65_536));
        check("7B", Some(7));
        for text in ["64K", "64k", "64KiB", "64 KiB", "64kib"] {
            check(text, Some(64 << 10));
        }
        check("16MiB", Some(16 << 20));
        check("16MB", Some(16_000_000));
        check("2G", Some(2 << 30));
        check("2 GB", Some(2_000_000_000));
    }

    #[test]
    fn what_is_no_size_is_refused() {
        for text in ["", "K", "-1", "+1", "1.5M", "1KK", "1TiB", "0x10", "99999999999999G"] {
            check(text, None);
        }
    }
}
