//! The format as a nom 8 grammar, as people who know nom write it: combinators that search with
//! memchr wherever a field has one end, and nothing that allocates.

use nom::branch::alt;
use nom::bytes::complete::{tag, take, take_until, take_until1, take_while};
use nom::character::complete::{char, u16, u64};
use nom::combinator::{all_consuming, map, recognize, rest, value};
use nom::error::{Error, ErrorKind};
use nom::sequence::{delimited, preceded, terminated};
use nom::{Err, IResult, Parser};

use super::{Line, Request};

pub(super) fn read(line: &[u8]) -> Option<Line<&[u8]>> {
    all_consuming(combined).parse_complete(line).ok().map(|(_, line)| line)
}

fn combined(input: &[u8]) -> IResult<&[u8], Line<&[u8]>> {
    let fields = (
        terminated(take_until1(" "), char(' ')),
        terminated(take_until1(" "), char(' ')),
        terminated(take_until(" ["), tag(" [")),
        terminated(take_until("]"), tag("] ")),
        terminated(quoted.and_then(request), char(' ')),
        terminated(alt((u16, value(0, char('-')))), char(' ')),
        terminated(alt((u64, value(0, char('-')))), char(' ')),
        terminated(quoted, char(' ')),
        quoted,
    );
    map(fields, |(host, ident, user, time, request, status, bytes, referer, user_agent)| Line {
        host,
        ident,
        user,
        time,
        request,
        status,
        bytes,
        referer,
        user_agent,
    })
    .parse_complete(input)
}

fn request(input: &[u8]) -> IResult<&[u8], Request<&[u8]>> {
    let line = (
        terminated(take_until1(" "), char(' ')),
        terminated(take_until1(" "), char(' ')),
        recognize(preceded(tag("HTTP/"), take_while(|byte| byte != b' '))),
    );
    let line = map(line, |(method, target, protocol)| Request::Line { method, target, protocol });
    alt((all_consuming(line), map(rest, Request::Other))).parse_complete(input)
}

fn quoted(input: &[u8]) -> IResult<&[u8], &[u8]> {
    delimited(char('"'), escaped, char('"')).parse_complete(input)
}

/// Up to a quote that has no backslash before it; `nom::bytes::complete::escaped` does the same
/// a byte at a time.
fn escaped(input: &[u8]) -> IResult<&[u8], &[u8]> {
    let mut len = 0;
    loop {
        match memchr::memchr2(b'"', b'\\', &input[len..]) {
            Some(at) if input[len + at] == b'"' => return take(len + at).parse_complete(input),
            Some(at) if len + at + 2 <= input.len() => len += at + 2,
            _ => return Err(Err::Error(Error::new(input, ErrorKind::Escaped))),
        }
    }
}
