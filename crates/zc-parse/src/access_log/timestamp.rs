//! [`Timestamp`]: when a request came in, as numbers.

use zc_core::Position;
use zc_core::{Expected, Mismatch};

use crate::Error;

/// When a request came in, by the clock of the server and in its time zone.
///
/// ```
/// use zc_parse::access_log::Timestamp;
///
/// let time = Timestamp::parse(b"10/Oct/2000:13:55:36 -0700")?;
/// assert_eq!((time.year, time.month, time.day, time.hour), (2000, 10, 10, 13));
/// assert_eq!(time.unix_seconds(), 971_211_336);
///
/// let error = Timestamp::parse(b"31/Feb/2000:13:55:36 -0700").unwrap_err();
/// assert_eq!(error.reason().to_string(), "found `3`; expected a day of the month");
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Timestamp {
    /// The year, from 0 to 9999.
    pub year: u16,
    /// The month, from 1.
    pub month: u8,
    /// The day of the month, from 1.
    pub day: u8,
    /// Hours since midnight, to 23.
    pub hour: u8,
    /// Minutes, to 59.
    pub minute: u8,
    /// Seconds, to 59, or 60 in a leap second.
    pub second: u8,
    /// How many minutes the clock is ahead of UTC.
    pub offset_minutes: i16,
}

/// What stands where: `0` for a digit, `A` for a letter, `+` for a sign.
const SHAPE: &[u8] = b"00/AAA/0000:00:00:00 +0000";

const MONTHS: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";

impl Timestamp {
    /// Reads what `%t` of Apache and `$time_local` of nginx write between the brackets:
    /// `day/month/year:hour:minute:second zone`, with English names of months.
    ///
    /// A second of 60 is taken where a leap second can be: in the last minute of a day in UTC. An
    /// offset is less than a day.
    ///
    /// # Errors
    ///
    /// An [`Error`] whose place counts from the beginning of `text`; a server may be configured
    /// to write times in any other form.
    ///
    /// # Copies
    ///
    /// Never; it allocates nothing.
    pub fn parse(text: &[u8]) -> Result<Self, Error> {
        let time = check_shape(text).and_then(|()| read(text));
        time.map_err(|mismatch| Error::mismatch(Position::START, text, mismatch))
    }

    /// Seconds since 1970 in UTC, leap seconds not counted, as in POSIX: a second of 60 is the
    /// first one of the day after it.
    #[must_use]
    pub fn unix_seconds(self) -> i64 {
        let minutes = i64::from(self.hour) * 60 + i64::from(self.minute);
        let seconds = (minutes - i64::from(self.offset_minutes)) * 60 + i64::from(self.second);
        self.days() * 86_400 + seconds
    }

    /// Days since 1970, in the proleptic Gregorian calendar.
    fn days(self) -> i64 {
        const BEFORE_1970: i64 = 719_469;
        // Years begin in March, so that the day that may be missing is the last one.
        let month = (i64::from(self.month) + 9) % 12;
        let year = i64::from(self.year) - i64::from(self.month < 3);
        let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        // Five months have 153 days, whichever of them come first.
        let days_before = (153 * month + 2) / 5;
        year * 365 + leap_days + days_before + i64::from(self.day) - BEFORE_1970
    }
}

fn check_shape(text: &[u8]) -> Result<(), Mismatch> {
    for (offset, &mark) in SHAPE.iter().enumerate() {
        let byte = text.get(offset).copied().unwrap_or_default();
        let (is_right, expected) = match mark {
            b'0' => (byte.is_ascii_digit(), Expected::Named("a digit")),
            b'A' => (byte.is_ascii_alphabetic(), MONTH),
            b'+' => (matches!(byte, b'+' | b'-'), Expected::Named("`+` or `-`")),
            _ => (byte == mark, Expected::Byte(mark)),
        };
        if !is_right {
            return Err(Mismatch { offset, expected });
        }
    }
    check(text.len() == SHAPE.len(), SHAPE.len(), Expected::Named("the end of the time"))
}

const MONTH: Expected = Expected::Named("a month such as `Oct`");

/// Reads a time of the right shape.
fn read(text: &[u8]) -> Result<Timestamp, Mismatch> {
    let two = |at: usize| (text[at] - b'0') * 10 + (text[at + 1] - b'0');
    let month = MONTHS.chunks(3).position(|name| name == &text[3..6]);
    let month = month.ok_or(Mismatch { offset: 3, expected: MONTH })?;
    let minutes_ahead = i16::from(two(22)) * 60 + i16::from(two(24));
    let time = Timestamp {
        year: u16::from(two(7)) * 100 + u16::from(two(9)),
        month: u8::try_from(month + 1).expect("there are twelve months"),
        day: two(0),
        hour: two(12),
        minute: two(15),
        second: two(18),
        offset_minutes: if text[21] == b'-' { -minutes_ahead } else { minutes_ahead },
    };
    let days = days_of_month(time.year, time.month);
    check((1..=days).contains(&time.day), 0, Expected::Named("a day of the month"))?;
    check(time.hour < 24, 12, Expected::Named("an hour below 24"))?;
    check(time.minute < 60, 15, Expected::Named("a minute below 60"))?;
    check(two(22) < 24, 22, Expected::Named("an offset below 24 hours"))?;
    check(two(24) < 60, 24, Expected::Named("a minute below 60"))?;
    // A leap second is the first second of a day, counted on.
    let is_leap_second = time.second == 60 && time.unix_seconds().rem_euclid(86_400) == 0;
    check(time.second < 60 || is_leap_second, 18, Expected::Named("a second below 60"))?;
    Ok(time)
}

fn check(is_right: bool, offset: usize, expected: Expected) -> Result<(), Mismatch> {
    if is_right { Ok(()) } else { Err(Mismatch { offset, expected }) }
}

const fn days_of_month(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        _ => 31,
    }
}
