//! Tests of HTTP/1.1: what heads and bodies hold, and what is refused and where, rule by rule of
//! RFC 9112.

mod body;
mod chunked;
mod head;
mod headers;
mod host;
mod naive;
mod request_line;
mod status_line;

use zc_parse::http1::{Headers, Request, RequestHead, ResponseHead};
use zc_parse::{Error, Grammar};

use crate::twins;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn pairs(headers: &Headers<&[u8]>) -> Vec<(String, String)> {
    let pairs: Vec<_> = headers.pairs().map(|(name, value)| (text(name), text(value))).collect();
    let headers = headers.iter().map(|header| (text(header.name), text(header.value)));
    assert!(headers.eq(pairs.clone()), "the lines hold what the list holds");
    pairs
}

#[track_caller]
fn request(input: &[u8]) -> Request<&[u8]> {
    twins::check(input);
    let (request, rest) = RequestHead::new().parse_one(input).unwrap();
    assert_eq!(rest, b"");
    request
}

#[track_caller]
fn check_error(error: &Error, offset: u64, reason: &str) {
    assert_eq!(error.position().offset, offset, "{error}");
    assert!(error.reason().to_string().ends_with(reason), "{error}");
}

/// Asserts that `head`, with an empty line behind it, is no request; and where and why.
#[track_caller]
fn check_bad(head: &str, offset: u64, reason: &str) {
    check_bad_bytes(format!("{head}\r\n\r\n").as_bytes(), offset, reason);
}

#[track_caller]
fn check_bad_bytes(input: &[u8], offset: u64, reason: &str) {
    twins::check(input);
    check_error(&RequestHead::new().parse_one(input).unwrap_err(), offset, reason);
}

/// Asserts that a request with these header lines is refused, `offset` bytes behind its first line.
#[track_caller]
fn check_bad_headers(lines: &str, offset: u64, reason: &str) {
    check_bad(&format!("GET / HTTP/1.1\r\n{lines}"), 16 + offset, reason);
}

#[track_caller]
fn check_bad_status(head: &str, offset: u64, reason: &str) {
    let input = format!("{head}\r\n\r\n");
    twins::check(input.as_bytes());
    check_error(&ResponseHead::new().parse_one(input.as_bytes()).unwrap_err(), offset, reason);
}

/// Asserts the headers of a request whose lines behind the first are `lines`.
#[track_caller]
fn check_headers(lines: &str, expected: &[(&str, &str)]) {
    let input = format!("GET / HTTP/1.1\r\n{lines}\r\n");
    let expected: Vec<_> = expected.iter().map(|(a, b)| ((*a).into(), (*b).into())).collect();
    assert_eq!(pairs(&request(input.as_bytes()).headers), expected);
}
