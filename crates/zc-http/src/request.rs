//! [`Asked`]: what a request wants, and what follows from its headers for the connection.

use zc_parse::http1::{Body, Request};

use crate::answer::Persistence;
use crate::status::Status;

/// Methods of RFC 9110, section 9, and of RFC 5789, that mean nothing for a file.
const OTHER_METHODS: [&[u8]; 7] =
    [b"POST", b"PUT", b"DELETE", b"CONNECT", b"OPTIONS", b"TRACE", b"PATCH"];

/// What a request wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Asked<'r> {
    pub(crate) method: Method,
    /// What becomes of the connection, as far as the client is concerned.
    pub(crate) persistence: Persistence,
    /// Whether there is a header that begins with `If-`.
    pub(crate) has_conditions: bool,
    /// The only `Range`.
    pub(crate) range: Option<&'r [u8]>,
    /// Whether the client waits with its body until it is told to go on.
    pub(crate) waits: bool,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    /// The same answer without the body.
    Head,
    /// Something that is not done here, for this reason.
    Other(Status),
}

impl<'r> Asked<'r> {
    /// Reads the headers once; a status if the connection cannot go on behind this request.
    pub(crate) fn read(request: &Request<&'r [u8]>) -> Result<Self, Status> {
        check(request)?;
        let mut asked = Self {
            method: Method::of(request.method),
            persistence: Persistence::Open,
            has_conditions: false,
            range: None,
            waits: false,
        };
        let (mut ranges, mut wants) = (0, Wants::default());
        for header in &request.headers {
            match (header.name.len(), header.name[0] | 0x20) {
                (_, b'i') => asked.has_conditions |= begins_with_if(header.name),
                (5, b'r') if header.name.eq_ignore_ascii_case(b"range") => {
                    ranges += 1;
                    asked.range = Some(header.value).filter(|_| ranges == 1);
                }
                (6, b'e') if header.name.eq_ignore_ascii_case(b"expect") => {
                    if !header.value.eq_ignore_ascii_case(b"100-continue") {
                        return Err(Status::EXPECTATION_FAILED);
                    }
                    // Before HTTP/1.1 it means nothing: RFC 9110, section 10.1.1.
                    asked.waits = request.version.minor > 0;
                }
                (10, b'c') if header.name.eq_ignore_ascii_case(b"connection") => {
                    wants.read(header.value);
                }
                _ => {}
            }
        }
        asked.persistence = wants.persistence(request.version.minor);
        Ok(asked)
    }
}

/// Whether what a request says of itself can be understood.
fn check(request: &Request<&[u8]>) -> Result<(), Status> {
    if request.version.major != 1 {
        return Err(Status::VERSION_NOT_SUPPORTED);
    }
    if request.host().is_err() {
        return Err(Status::BAD_REQUEST);
    }
    let codings = request.headers.transfer_codings();
    if request.body == Body::Chunked && codings.count() != 1 {
        // There is a coding below the chunks, which nobody here knows.
        return Err(Status::NOT_IMPLEMENTED);
    }
    Ok(())
}

impl Method {
    pub(crate) fn of(method: &[u8]) -> Self {
        match method {
            b"GET" => Self::Get,
            b"HEAD" => Self::Head,
            other if OTHER_METHODS.contains(&other) => Self::Other(Status::METHOD_NOT_ALLOWED),
            _ => Self::Other(Status::NOT_IMPLEMENTED),
        }
    }
}

fn begins_with_if(name: &[u8]) -> bool {
    name.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(b"if-"))
}

/// What the options of `Connection` say: RFC 9112, section 9.3.
#[derive(Debug, Default)]
struct Wants {
    close: bool,
    keep_alive: bool,
}

impl Wants {
    fn read(&mut self, value: &[u8]) {
        for option in value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii) {
            self.close |= option.eq_ignore_ascii_case(b"close");
            self.keep_alive |= option.eq_ignore_ascii_case(b"keep-alive");
        }
    }

    const fn persistence(&self, minor: u8) -> Persistence {
        match (self.close, minor, self.keep_alive) {
            (true, _, _) | (false, 0, false) => Persistence::Close,
            (false, 0, true) => Persistence::KeepAlive,
            (false, _, _) => Persistence::Open,
        }
    }
}

#[cfg(test)]
mod tests {
    use zc_parse::Grammar;
    use zc_parse::http1::RequestHead;

    use super::{Asked, Method};
    use crate::answer::Persistence;
    use crate::status::Status;

    #[track_caller]
    fn check(head: &str, expect: impl FnOnce(Result<Asked<'_>, Status>) -> bool) {
        let head = head.replace('\n', "\r\n") + "\r\n\r\n";
        let (request, _) = RequestHead::new().parse_one(head.as_bytes()).unwrap();
        let asked = Asked::read(&request);
        assert!(expect(asked), "{asked:?}");
    }

    #[test]
    fn the_connection_stays_open_as_version_and_headers_say() {
        let is =
            |expected| move |asked: Result<Asked<'_>, _>| asked.unwrap().persistence == expected;
        check("GET / HTTP/1.1\nHost: a", is(Persistence::Open));
        check("GET / HTTP/1.1\nHost: a\nConnection: Close", is(Persistence::Close));
        check("GET / HTTP/1.1\nHost: a\nConnection: x , close", is(Persistence::Close));
        check("GET / HTTP/1.2\nHost: a\nconnection: keep-alive", is(Persistence::Open));
        check("GET / HTTP/1.0", is(Persistence::Close));
        check("GET / HTTP/1.0\nConnection: keep-alive", is(Persistence::KeepAlive));
        let both = "GET / HTTP/1.1\nHost: a\nConnection: keep-alive\nConnection: close";
        check(both, is(Persistence::Close));
    }

    #[test]
    fn what_cannot_be_served_is_told_apart() {
        let is = |expected| move |asked: Result<Asked<'_>, Status>| asked == Err(expected);
        check("GET / HTTP/1.1", is(Status::BAD_REQUEST));
        check("GET / HTTP/1.1\nHost: a\nHost: a", is(Status::BAD_REQUEST));
        check("GET / HTTP/2.0\nHost: a", is(Status::VERSION_NOT_SUPPORTED));
        check("GET / HTTP/0.9\nHost: a", is(Status::VERSION_NOT_SUPPORTED));
        check("GET / HTTP/1.1\nHost: a\nExpect: tea", is(Status::EXPECTATION_FAILED));
        let coded = "GET / HTTP/1.1\nHost: a\nTransfer-Encoding: gzip, chunked";
        check(coded, is(Status::NOT_IMPLEMENTED));
        let method =
            |expected| move |asked: Result<Asked<'_>, _>| asked.unwrap().method == expected;
        check("HEAD / HTTP/1.1\nHost: a", method(Method::Head));
        check("PUT / HTTP/1.1\nHost: a", method(Method::Other(Status::METHOD_NOT_ALLOWED)));
        check("get / HTTP/1.1\nHost: a", method(Method::Other(Status::NOT_IMPLEMENTED)));
    }

    #[test]
    fn a_range_counts_where_there_is_one() {
        let is = |expected| move |asked: Result<Asked<'_>, _>| asked.unwrap().range == expected;
        check("GET / HTTP/1.1\nHost: a\nrange: b", is(Some(&b"b"[..])));
        check("GET / HTTP/1.1\nHost: a\nRange: b\nRange: c", is(None));
        check("GET / HTTP/1.1\nHost: a\nRange: b\nRange: c\nRange: d", is(None));
    }
}
