//! The Common Log Format: `host ident user [time] "request" status bytes`.

use alloc::borrow::Cow;

use zc_core::mask::{Find, Scanner, StopSet};
use zc_core::{Expected, Mismatch};

use super::{Request, SPACE, STOPS, Timestamp, dash_is_none, unescape};
use crate::framing::Newline;
use crate::{Error, Fields, Grammar, Record, Value};

/// The grammar of the Common Log Format.
///
/// ```
/// use zc_parse::access_log::Request;
/// use zc_parse::{CommonLog, Grammar};
///
/// let line = b"::1 - ada [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 200 2326";
/// let (line, _) = CommonLog.parse_one(line)?;
/// assert_eq!((line.user, line.ident, line.bytes), (Some(&b"ada"[..]), None, Some(2326)));
/// assert!(matches!(line.request, Request::Line { target: b"/", .. }));
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct CommonLog;

/// A line of the Common Log Format.
///
/// ```
/// use zc_parse::{CommonLog, Grammar};
///
/// let line = b"::1 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 304 -";
/// let (line, _) = CommonLog.parse_one(line)?;
/// assert_eq!((line.host, line.status, line.bytes), (Some(&b"::1"[..]), Some(304), None));
/// assert_eq!(line.timestamp().unwrap().unwrap().unix_seconds(), 971_211_336);
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Common<S> {
    /// The client's name or address (`%h`).
    pub host: Option<S>,
    /// The client's identity by RFC 1413 (`%l`).
    pub ident: Option<S>,
    /// The user who was authenticated (`%u`).
    pub user: Option<S>,
    /// When the request came in (`%t`), as it stands between the brackets.
    pub time: Option<S>,
    /// The first line of the request (`%r`).
    pub request: Request<S>,
    /// The status of the answer (`%>s`).
    pub status: Option<u16>,
    /// Bytes of the answer, without its head (`%b`).
    pub bytes: Option<u64>,
}

impl Grammar for CommonLog {
    type Record<'i> = Common<&'i [u8]>;
    type Framer = Newline;

    fn framer(&self) -> Newline {
        Newline::new()
    }

    fn stops(&self) -> &[StopSet] {
        STOPS
    }

    #[inline(always)]
    fn parse<'i, F: Find>(
        &self,
        line: &mut Scanner<'i, F>,
        record: &mut Common<&'i [u8]>,
    ) -> Result<(), Mismatch> {
        *record = common(line)?;
        Ok(())
    }
}

/// The fields that both formats begin with.
#[inline(always)]
pub(super) fn common<'i, F: Find>(line: &mut Scanner<'i, F>) -> Result<Common<&'i [u8]>, Mismatch> {
    let host = word(line, "a host")?;
    let ident = word(line, "an identity")?;
    let user = user(line)?;
    let time = time(line)?;
    line.literal(b" ")?;
    let request = Request::read(line)?;
    line.literal(b" ")?;
    let status = status(line)?;
    line.literal(b" ")?;
    let bytes = bytes(line)?;
    Ok(Common {
        host: dash_is_none(host),
        ident: dash_is_none(ident),
        user: dash_is_none(user),
        time: dash_is_none(time),
        request,
        status,
        bytes,
    })
}

/// What lies before the next space; not empty.
#[inline(always)]
fn word<'i, F: Find>(line: &mut Scanner<'i, F>, name: &'static str) -> Result<&'i [u8], Mismatch> {
    let word = line.until(SPACE, b' ')?;
    if word.is_empty() {
        line.set_offset(line.offset() - 1);
        return Err(line.mismatch(Expected::Named(name)));
    }
    Ok(word)
}

/// The user, who may have a name with spaces in it; moves past the `[` behind it.
#[inline(always)]
fn user<'i, F: Find>(line: &mut Scanner<'i, F>) -> Result<&'i [u8], Mismatch> {
    let start = line.offset();
    loop {
        let before = line.offset();
        line.until(SPACE, b' ')
            .map_err(|_| Mismatch { offset: before, expected: Expected::Byte(b'[') })?;
        let end = line.offset() - 1;
        if line.eat(b'[') {
            return Ok(&line.input()[start..end]);
        }
    }
}

/// Bytes of a time in its usual form.
const TIME_LEN: usize = 26;

/// What lies before the `]`; moves past it. Where a time has its usual length it is not searched
/// for, which would take masks of their own.
#[inline(always)]
fn time<'i, F: Find>(line: &mut Scanner<'i, F>) -> Result<&'i [u8], Mismatch> {
    let rest = line.rest();
    let len = match rest.first_chunk::<TIME_LEN>() {
        Some(time) if rest.get(TIME_LEN) == Some(&b']') && !ends_within(time) => TIME_LEN,
        _ => memchr::memchr2(b']', b'\n', rest).unwrap_or(rest.len()),
    };
    line.set_offset(line.offset() + len);
    if !line.eat(b']') {
        return Err(line.mismatch(Expected::Byte(b']')));
    }
    Ok(&rest[..len])
}

/// Whether a time of the usual length is over before. All of its bytes are looked at, which takes
/// a few vectors.
#[inline(always)]
fn ends_within(time: &[u8; TIME_LEN]) -> bool {
    time.iter().fold(false, |ends, byte| ends | matches!(byte, b']' | b'\n'))
}

/// Three digits, or `-`.
#[inline(always)]
fn status<F: Find>(line: &mut Scanner<'_, F>) -> Result<Option<u16>, Mismatch> {
    let digits = line.rest().first_chunk::<3>();
    if let Some(digits) = digits.filter(|digits| digits.iter().all(u8::is_ascii_digit)) {
        line.set_offset(line.offset() + 3);
        // Of a file that is cut just now, they are zeros now. A copy of them costs more.
        let digit = |at: usize| u16::from(digits[at].wrapping_sub(b'0'));
        return Ok(Some(digit(0) * 100 + digit(1) * 10 + digit(2)));
    }
    if line.eat(b'-') {
        return Ok(None);
    }
    Err(line.mismatch(Expected::Named("a status of three digits")))
}

/// A number of bytes, or `-`.
#[inline(always)]
fn bytes<F: Find>(line: &mut Scanner<'_, F>) -> Result<Option<u64>, Mismatch> {
    if line.eat(b'-') {
        return Ok(None);
    }
    let (mut value, mut len) = (0_u64, 0);
    for digit in line.rest().iter().map_while(|byte| char::from(*byte).to_digit(10)) {
        value = value.wrapping_mul(10).wrapping_add(digit.into());
        len += 1;
    }
    if len == 0 {
        return Err(line.mismatch(Expected::Named("a number of bytes")));
    }
    // Only a number of more than 19 digits may have wrapped.
    if len > 19 && !is_below_2_to_the_64(&line.rest()[..len]) {
        return Err(line.mismatch(Expected::Named("a number below 2^64")));
    }
    line.set_offset(line.offset() + len);
    Ok(Some(value))
}

#[cold]
fn is_below_2_to_the_64(digits: &[u8]) -> bool {
    core::str::from_utf8(digits).is_ok_and(|digits| digits.parse::<u64>().is_ok())
}

impl<S: AsRef<[u8]>> Common<S> {
    /// When the request came in, as numbers; `None` where the log has `-`.
    ///
    /// # Errors
    ///
    /// As [`Timestamp::parse`], with places that count from the beginning of the time.
    ///
    /// # Copies
    ///
    /// Never.
    pub fn timestamp(&self) -> Result<Option<Timestamp>, Error> {
        self.time.as_ref().map(|time| Timestamp::parse(time.as_ref())).transpose()
    }
}

impl<'i> Common<&'i [u8]> {
    /// The line with the escapes of every field undone.
    ///
    /// # Copies
    ///
    /// Each field with a backslash in it, once; the others are borrowed.
    #[must_use]
    pub fn unescaped(&self) -> Common<Cow<'i, [u8]>> {
        self.map(|field| unescape(field))
    }
}

impl<S> Record for Common<S> {
    type Slice = S;
    type Of<T> = Common<T>;

    #[inline]
    fn map<'r, T>(&'r self, mut f: impl FnMut(&'r S) -> T) -> Common<T> {
        Common {
            host: self.host.as_ref().map(&mut f),
            ident: self.ident.as_ref().map(&mut f),
            user: self.user.as_ref().map(&mut f),
            time: self.time.as_ref().map(&mut f),
            request: self.request.map(&mut f),
            status: self.status,
            bytes: self.bytes,
        }
    }
}

impl<'i> Fields<'i> for Common<&'i [u8]> {
    const NAMES: &'static [&'static str] = &[
        "host", "ident", "user", "time", "method", "target", "protocol", "status", "bytes",
        "request",
    ];

    #[inline(always)]
    fn field(&self, index: usize) -> Value<'i> {
        match index {
            0 => Value::text_or_null(self.host),
            1 => Value::text_or_null(self.ident),
            2 => Value::text_or_null(self.user),
            3 => Value::text_or_null(self.time),
            4..=6 => self.request.part(index - 4),
            7 => Value::number_or_null(self.status.map(u64::from)),
            8 => Value::number_or_null(self.bytes),
            9 => self.request.whole(),
            _ => Value::Absent,
        }
    }
}
