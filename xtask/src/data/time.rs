//! [`Clock`]: the time stamps of one event after another.

use super::random::Random;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// How a [`Clock`] writes its seconds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Style {
    /// `10/Oct/2000:13:55:36 +0000`, as Apache does.
    Apache,
    /// `2000-10-10T13:55:36`, as RFC 3339 does, up to the fraction and the offset.
    Rfc3339,
}

/// A clock that starts with the year 2025 and moves on by a second every so many events.
#[derive(Debug)]
pub(super) struct Clock {
    seconds: u64,
    style: Style,
    stamp: Vec<u8>,
}

impl Clock {
    pub(super) fn new(style: Style) -> Self {
        let seconds = 1_735_689_600;
        Self { seconds, style, stamp: render(style, seconds).into_bytes() }
    }

    /// The time stamp of the next event; about 24 of them share one.
    pub(super) fn next(&mut self, random: &mut Random) -> &[u8] {
        if random.once_in(24) {
            self.seconds += 1;
            self.stamp = render(self.style, self.seconds).into_bytes();
        }
        &self.stamp
    }
}

fn render(style: Style, seconds: u64) -> String {
    let (year, month, day) = date(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    match style {
        Style::Apache => {
            let name = MONTHS[usize::try_from(month - 1).expect("there are 12 months")];
            format!("{day:02}/{name}/{year}:{hour:02}:{minute:02}:{second:02} +0000")
        }
        Style::Rfc3339 => {
            format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
        }
    }
}

/// The year, month and day that lie `days` after 1 January 1970, in the Gregorian calendar.
///
/// Years are counted from March, so that a leap day is the last of its year; see
/// Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let leap_days = day_of_era / 1460 + day_of_era / 146_096 - day_of_era / 36_524;
    let year_of_era = (day_of_era - leap_days) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let year = era * 400 + year_of_era;
    if month < 10 { (year, month + 3, day) } else { (year + 1, month - 9, day) }
}

#[cfg(test)]
mod tests {
    use super::{Style, render};

    #[track_caller]
    fn check(seconds: u64, apache: &str, rfc3339: &str) {
        assert_eq!(render(Style::Apache, seconds), apache);
        assert_eq!(render(Style::Rfc3339, seconds), rfc3339);
    }

    #[test]
    fn stamps_agree_with_those_of_date() {
        check(0, "01/Jan/1970:00:00:00 +0000", "1970-01-01T00:00:00");
        check(951_782_399, "28/Feb/2000:23:59:59 +0000", "2000-02-28T23:59:59");
        check(951_782_400, "29/Feb/2000:00:00:00 +0000", "2000-02-29T00:00:00");
        check(951_868_800, "01/Mar/2000:00:00:00 +0000", "2000-03-01T00:00:00");
        check(1_735_689_599, "31/Dec/2024:23:59:59 +0000", "2024-12-31T23:59:59");
        check(4_107_542_400, "01/Mar/2100:00:00:00 +0000", "2100-03-01T00:00:00");
    }
}
