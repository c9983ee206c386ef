//! [`Request`]: the first line of a request as a log holds it, whatever the client sent.

use zc_core::Mismatch;
use zc_core::mask::{Find, Scanner};

use super::{SPACE, dash_is_none, quoted};
use crate::{Record, Value};

/// The first line of a request.
///
/// ```
/// use zc_parse::access_log::Request;
/// use zc_parse::{CommonLog, Grammar};
///
/// let line = |request| format!("::1 - - [10/Oct/2000:13:55:36 -0700] \"{request}\" 400 -");
/// let kept = line("GET /a HTTP/1.1");
/// let scan = line("\\x16\\x03\\x01");
/// let Request::Line { target, .. } = CommonLog.parse_one(kept.as_bytes())?.0.request else {
///     unreachable!("it is a request line")
/// };
/// assert_eq!(target, b"/a");
/// let (scan, _) = CommonLog.parse_one(scan.as_bytes())?;
/// assert_eq!(scan.request, Request::Other(&b"\\x16\\x03\\x01"[..]));
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Request<S> {
    /// A request line: RFC 9112, section 3.
    Line {
        /// What to do, such as `GET`.
        method: S,
        /// To what, such as `/index.html`.
        target: S,
        /// By which version, such as `HTTP/1.1`.
        protocol: S,
    },
    /// Something else, whole: what scanners send, or a request that ended early.
    Other(S),
    /// No request at all, which the log shows as `-`.
    #[default]
    None,
}

impl<'i> Request<&'i [u8]> {
    /// Takes the request line between quotes apart; what is none stays whole.
    ///
    /// A request line has two single spaces, a method before them, a target between them and a
    /// protocol behind them.
    #[inline(always)]
    pub(super) fn read<F: Find>(log: &mut Scanner<'i, F>) -> Result<Self, Mismatch> {
        let whole = quoted(log)?;
        let (input, end) = (log.input(), log.offset() - 1);
        let start = end - whole.len();
        let method = log.find(SPACE, start);
        if method >= end {
            return Ok(dash_is_none(whole).map_or(Self::None, Self::Other));
        }
        let target = log.find(SPACE, method + 1);
        let is_line = start < method
            && method + 1 < target
            && input.get(target + 1..end).is_some_and(is_protocol);
        if !is_line {
            return Ok(Self::Other(whole));
        }
        Ok(Self::Line {
            method: &input[start..method],
            target: &input[method + 1..target],
            protocol: &input[target + 1..end],
        })
    }

    /// The method, the target or the protocol.
    #[inline(always)]
    pub(super) fn part(&self, index: usize) -> Value<'i> {
        match *self {
            Self::Line { method, target, protocol } => {
                Value::Text([method, target, protocol][index])
            }
            Self::Other(_) | Self::None => Value::Absent,
        }
    }

    /// What is no request line.
    #[inline(always)]
    pub(super) fn whole(&self) -> Value<'i> {
        match *self {
            Self::Line { .. } => Value::Absent,
            Self::Other(whole) => Value::Text(whole),
            Self::None => Value::Null,
        }
    }
}

/// `HTTP/1.1` and the like: RFC 9112, section 2.3; also `HTTP/2`, as some servers write it.
#[inline(always)]
fn is_protocol(protocol: &[u8]) -> bool {
    match protocol {
        [b'H', b'T', b'T', b'P', b'/', major, b'.', minor] => {
            major.is_ascii_digit() && minor.is_ascii_digit()
        }
        [b'H', b'T', b'T', b'P', b'/', major] => major.is_ascii_digit(),
        _ => false,
    }
}

impl<S> Record for Request<S> {
    type Slice = S;
    type Of<T> = Request<T>;

    #[inline]
    fn map<'r, T>(&'r self, mut f: impl FnMut(&'r S) -> T) -> Request<T> {
        match self {
            Self::Line { method, target, protocol } => {
                Request::Line { method: f(method), target: f(target), protocol: f(protocol) }
            }
            Self::Other(whole) => Request::Other(f(whole)),
            Self::None => Request::None,
        }
    }
}
