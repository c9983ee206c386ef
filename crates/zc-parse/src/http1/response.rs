//! [`ResponseHead`]: the status line and the headers of a response.

use zc_core::mask::{Find, Scanner, StopSet};
use zc_core::{Expected, Mismatch};

use super::body::{Body, Framing};
use super::section::{Ending, bad_end, line_end, mismatch, section};
use super::{Headers, STOPS, VALUE, Version, skip_empty_lines};
use crate::framing::BlankLine;
use crate::{Grammar, Record};

/// The grammar of response heads.
///
/// ```
/// use zc_parse::Grammar;
/// use zc_parse::http1::{Body, ResponseHead};
///
/// let input = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n";
/// let (response, _) = ResponseHead::new().parse_one(input)?;
/// assert_eq!((response.status, response.reason), (200, &b"OK"[..]));
/// assert_eq!(response.body(b"GET"), Body::Chunked);
/// assert_eq!(response.body(b"HEAD"), Body::Empty);
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ResponseHead {
    pub(super) most_headers: usize,
}

/// A response without its body.
///
/// ```
/// use zc_parse::Grammar;
/// use zc_parse::http1::{Body, ResponseHead};
///
/// let head = b"HTTP/1.1 304 Not Modified\r\nContent-Length: 42\r\n\r\n";
/// let (response, _) = ResponseHead::new().parse_one(head)?;
/// assert_eq!((response.version.minor, response.status), (1, 304));
/// assert_eq!(response.framing, Body::Length(42));
/// assert_eq!(response.body(b"GET"), Body::Empty, "whatever its headers say");
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Response<S> {
    /// By which version.
    pub version: Version<S>,
    /// What became of the request: three digits.
    pub status: u16,
    /// The same in words; it may be empty.
    pub reason: S,
    /// The headers.
    pub headers: Headers<S>,
    /// What the headers say of a body; whether there is one, [`body`](Self::body) knows.
    pub framing: Body,
}

impl Grammar for ResponseHead {
    type Record<'i> = Response<&'i [u8]>;
    type Framer = BlankLine;

    const SPANS_LINES: bool = true;
    const HOLDS_ITS_END: bool = true;

    fn framer(&self) -> BlankLine {
        BlankLine::new()
    }

    fn stops(&self) -> &[StopSet] {
        STOPS
    }

    /// Moves past empty lines.
    #[inline(always)]
    fn skip_gap<F: Find>(&self, input: &mut Scanner<'_, F>) {
        skip_empty_lines(input);
    }

    #[inline(always)]
    fn parse<'i, F: Find>(
        &self,
        input: &mut Scanner<'i, F>,
        response: &mut Response<&'i [u8]>,
    ) -> Result<(), Mismatch> {
        read(input, response, self.most_headers)
    }
}

/// Reads a whole response head.
#[inline(always)]
pub(super) fn read<'i, F: Find>(
    input: &mut Scanner<'i, F>,
    response: &mut Response<&'i [u8]>,
    most_headers: usize,
) -> Result<(), Mismatch> {
    let start = input.offset();
    let end = input.find(VALUE, start);
    let Some(line) = line(input.input(), start, end) else {
        return Err(bad_line(input.input(), start, end));
    };
    (response.version, response.status, response.reason) = (line.version, line.status, line.reason);
    input.set_offset(line.end);
    let mut framing = Framing::of_message(&line.version);
    section(input, &mut response.headers, most_headers, Ending::Lenient, &mut framing)?;
    response.framing = framing.of_response();
    Ok(())
}

/// A status line.
struct Line<'i> {
    version: Version<&'i [u8]>,
    status: u16,
    reason: &'i [u8],
    /// The offset behind the line ending.
    end: usize,
}

/// The status line from `start` on, if that is what it is; the first control character stands at
/// `end`.
#[inline(always)]
fn line(bytes: &[u8], start: usize, end: usize) -> Option<Line<'_>> {
    let (version, rest) = bytes.get(start..end)?.split_first_chunk::<{ super::version::LEN }>()?;
    let version = Version::of(version)?;
    let ([b' ', status @ ..], rest) = rest.split_first_chunk::<4>()? else { return None };
    let status = number(*status)?;
    let reason = match rest {
        [] => rest,
        [b' ', reason @ ..] => reason,
        _ => return None,
    };
    Some(Line { version, status, reason, end: line_end(bytes, end, Ending::Lenient)? })
}

#[inline(always)]
fn number(digits: [u8; 3]) -> Option<u16> {
    let [a, b, c] = digits.map(|digit| u16::from(digit.wrapping_sub(b'0')));
    (a < 10 && b < 10 && c < 10).then_some(a * 100 + b * 10 + c)
}

/// Where the line from `start` on stops to be a status line, and why.
#[cold]
fn bad_line(bytes: &[u8], start: usize, end: usize) -> Mismatch {
    let version_end = start + super::version::LEN;
    if bytes.get(start..version_end).and_then(Version::of).is_none() {
        return mismatch(start, Expected::Named("a version such as `HTTP/1.1`"));
    }
    if bytes.get(version_end) != Some(&b' ') {
        return mismatch(version_end, Expected::Byte(b' '));
    }
    let status = version_end + 1;
    let digits = bytes[status..].first_chunk::<3>().copied();
    if digits.and_then(number).is_none() {
        return mismatch(status, Expected::Named("a status of three digits"));
    }
    match bytes.get(status + 3) {
        Some(b' ' | b'\r' | b'\n') => bad_end(bytes, end, Ending::Lenient),
        _ => mismatch(status + 3, Expected::Byte(b' ')),
    }
}

impl<S> Response<S> {
    /// How long the body is of a response to a request with this `method`: RFC 9112, section 6.3.
    ///
    /// None follows a response to `HEAD`, nor one with a status of 1xx, 204 or 304, whatever its
    /// headers say. What follows the response that grants a `CONNECT` belongs to the tunnel.
    #[must_use]
    pub fn body(&self, method: &[u8]) -> Body {
        let is_tunnel = method == b"CONNECT" && matches!(self.status, 200..=299);
        if is_tunnel || method == b"HEAD" || matches!(self.status, 100..=199 | 204 | 304) {
            return Body::Empty;
        }
        self.framing
    }
}

impl<S> Record for Response<S> {
    type Slice = S;
    type Of<T> = Response<T>;

    fn map<'r, T>(&'r self, mut f: impl FnMut(&'r S) -> T) -> Response<T> {
        Response {
            version: self.version.map(&mut f),
            status: self.status,
            reason: f(&self.reason),
            headers: self.headers.map(&mut f),
            framing: self.framing,
        }
    }
}
