//! [`Head`]: heads of requests and of responses, one behind the other.

use core::mem;

use zc_core::Mismatch;
use zc_core::mask::{Find, Scanner, StopSet};

use super::{Headers, Pairs, Request, Response, STOPS, request, response, skip_empty_lines};
use crate::framing::BlankLine;
use crate::{Fields, Grammar, Record, Value};

/// The grammar of heads of either kind: what begins with `HTTP/` is a response.
///
/// ```
/// use zc_parse::Records;
/// use zc_parse::http1::{Head, Message};
///
/// let input = b"GET / HTTP/1.1\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n";
/// let heads: Vec<_> = Records::new(Head::new(), input).collect::<Result<_, _>>()?;
/// assert!(matches!(&heads[0], Message::Request(request) if request.method == b"GET"));
/// assert!(matches!(&heads[1], Message::Response(response) if response.status == 204));
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Head {
    pub(super) most_headers: usize,
}

/// A message without its body.
///
/// ```
/// use zc_parse::Grammar;
/// use zc_parse::http1::{Head, Message};
///
/// let (message, _) = Head::new().parse_one(b"HTTP/1.1 200 OK\r\nServer: zc\r\n\r\n")?;
/// assert_eq!(message.headers().get(b"server"), Some(&&b"zc"[..]));
/// assert!(matches!(message, Message::Response(response) if response.status == 200));
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Message<S> {
    /// A request.
    Request(Request<S>),
    /// A response.
    Response(Response<S>),
}

impl Grammar for Head {
    type Record<'i> = Message<&'i [u8]>;
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
        message: &mut Message<&'i [u8]>,
    ) -> Result<(), Mismatch> {
        if input.rest().starts_with(b"HTTP/") {
            return response::read(input, message.make_response(), self.most_headers);
        }
        request::read(input, message.make_request(), self.most_headers)
    }
}

impl<S> Message<S> {
    /// The headers of either.
    #[must_use]
    pub const fn headers(&self) -> &Headers<S> {
        match self {
            Self::Request(request) => &request.headers,
            Self::Response(response) => &response.headers,
        }
    }
}

impl<S: Default> Message<S> {
    /// The request that this is, or is made with the same storage.
    #[inline(always)]
    fn make_request(&mut self) -> &mut Request<S> {
        if let Self::Response(response) = self {
            let headers = mem::take(&mut response.headers);
            *self = Self::Request(Request { headers, ..Request::default() });
        }
        match self {
            Self::Request(request) => request,
            Self::Response(_) => unreachable!("it was made a request"),
        }
    }

    /// The response that this is, or is made with the same storage.
    #[inline(always)]
    fn make_response(&mut self) -> &mut Response<S> {
        if let Self::Request(request) = self {
            let headers = mem::take(&mut request.headers);
            *self = Self::Response(Response { headers, ..Response::default() });
        }
        match self {
            Self::Response(response) => response,
            Self::Request(_) => unreachable!("it was made a response"),
        }
    }
}

impl<S: Default> Default for Message<S> {
    fn default() -> Self {
        Self::Request(Request::default())
    }
}

impl<S> Record for Message<S> {
    type Slice = S;
    type Of<T> = Message<T>;

    fn map<'r, T>(&'r self, f: impl FnMut(&'r S) -> T) -> Message<T> {
        match self {
            Self::Request(request) => Message::Request(request.map(f)),
            Self::Response(response) => Message::Response(response.map(f)),
        }
    }
}

const HEADERS: usize = 5;

impl<'i> Fields<'i> for Message<&'i [u8]> {
    const NAMES: &'static [&'static str] =
        &["method", "target", "version", "status", "reason", "headers"];

    #[inline(always)]
    fn field(&self, index: usize) -> Value<'i> {
        match (self, index) {
            (Self::Request(request), 0) => Value::Text(request.method),
            (Self::Request(request), 1) => Value::Text(request.target),
            (Self::Request(request), 2) => Value::Text(request.version.name),
            (Self::Response(response), 2) => Value::Text(response.version.name),
            (Self::Response(response), 3) => Value::Number(response.status.into()),
            (Self::Response(response), 4) => Value::Text(response.reason),
            (_, HEADERS) => Value::Text(self.headers().section()),
            _ => Value::Absent,
        }
    }

    #[inline(always)]
    fn pairs(&self, index: usize) -> Option<Pairs<'i>> {
        (index == HEADERS).then(|| self.headers().pairs())
    }
}
