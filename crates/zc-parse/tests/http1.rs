//! Heads of HTTP: what they hold, what is refused and where, rule by rule of RFC 9112.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "twins/mod.rs"]
mod twins;

use zc_core::assert_borrows;
use zc_parse::http1::{
    Body, Head, Headers, HostError, Message, Request, RequestHead, Response, ResponseHead, Version,
};
use zc_parse::{Error, Fields, Grammar, Record, Records, Value};

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

/// Asserts the parts of the first line of a request.
#[track_caller]
fn check_line(line: &str, method: &str, target: &str, version: (u8, u8)) {
    let input = format!("{line}\r\n\r\n");
    let request = request(input.as_bytes());
    assert_eq!((text(request.method), text(request.target)), (method.into(), target.into()));
    let Version { name, major, minor } = request.version;
    assert_eq!((major, minor), version);
    assert_eq!(text(name), format!("HTTP/{major}.{minor}"));
}

/// Asserts the headers of a request whose lines behind the first are `lines`.
#[track_caller]
fn check_headers(lines: &str, expected: &[(&str, &str)]) {
    let input = format!("GET / HTTP/1.1\r\n{lines}\r\n");
    let expected: Vec<_> = expected.iter().map(|(a, b)| ((*a).into(), (*b).into())).collect();
    assert_eq!(pairs(&request(input.as_bytes()).headers), expected);
}

/// Asserts the parts of the first line of a response.
#[track_caller]
fn check_status(line: &[u8], status: u16, reason: &[u8]) {
    let input = [line, b"\r\n\r\n"].concat();
    twins::check(&input);
    let (response, rest) = ResponseHead::new().parse_one(&input).unwrap();
    assert_eq!((response.status, response.reason, rest), (status, reason, &b""[..]));
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

/// Asserts the body of a request of HTTP/1.1 with these header lines.
#[track_caller]
fn check_body(lines: &str, expected: Body) {
    assert_eq!(request(format!("POST / HTTP/1.1\r\n{lines}\r\n\r\n").as_bytes()).body, expected);
}

/// Asserts the body of a response with these header lines.
#[track_caller]
fn check_response_body(lines: &str, expected: Body) {
    let input = format!("HTTP/1.1 200 OK\r\n{lines}\r\n");
    twins::check(input.as_bytes());
    let (response, _) = ResponseHead::new().parse_one(input.as_bytes()).unwrap();
    assert_eq!(response.body(b"GET"), expected);
}

#[test]
fn a_request_line_has_a_method_a_target_and_a_version() {
    check_line("GET / HTTP/1.1", "GET", "/", (1, 1));
    check_line("GET /a/b.html?q=1&r=a|b#x HTTP/1.0", "GET", "/a/b.html?q=1&r=a|b#x", (1, 0));
    check_line("OPTIONS * HTTP/1.1", "OPTIONS", "*", (1, 1));
    check_line("CONNECT example.org:443 HTTP/1.1", "CONNECT", "example.org:443", (1, 1));
    check_line("GET http://example.org/ HTTP/1.1", "GET", "http://example.org/", (1, 1));
    check_line("PRI * HTTP/2.0", "PRI", "*", (2, 0));
    check_line("get \\%zz{}\"<>` HTTP/9.0", "get", "\\%zz{}\"<>`", (9, 0));
}

#[test]
fn a_method_is_a_token() {
    let tokens = "!#$%&'*+-.^_`|~0189azAZ";
    check_line(&format!("{tokens} / HTTP/1.1"), tokens, "/", (1, 1));
    for byte in (0..=255_u8).filter(|byte| !tokens.as_bytes().contains(byte)) {
        if byte.is_ascii_alphanumeric() || byte == b'\n' || byte == b' ' {
            continue;
        }
        let input = [b"G", &[byte][..], b"T / HTTP/1.1\r\n\r\n"].concat();
        check_bad_bytes(&input, 1, "expected a space");
    }
    check_bad(" / HTTP/1.1", 0, "found a space; expected a method");
}

#[test]
fn a_target_has_no_blanks_and_no_control_characters() {
    for byte in (0..=b' ').chain([0x7f]).filter(|byte| !matches!(byte, b'\n' | b' ')) {
        let input = [b"GET /12345", &[byte][..], b"789 HTTP/1.1\r\n\r\n"].concat();
        check_bad_bytes(&input, 10, "expected a space");
    }
    for len in 0..40 {
        let target = format!("/{}", "x".repeat(len));
        check_line(&format!("GET {target} HTTP/1.1"), "GET", &target, (1, 1));
        for at in 1..=len {
            let with_tab = format!("GET {}\t{} HTTP/1.1", &target[..at], &target[at..]);
            check_bad(&with_tab, 4 + at as u64, "expected a space");
        }
    }
}

#[test]
fn bytes_from_0x80_on_are_taken_in_targets() {
    let input = b"GET /\x80\xff\xc3\xa9 HTTP/1.1\r\n\r\n";
    assert_eq!(request(input).target, b"/\x80\xff\xc3\xa9");
    check_line("GET /naïve?ü HTTP/1.1", "GET", "/naïve?ü", (1, 1));
}

#[test]
fn the_parts_of_a_request_line_have_one_space_between_them() {
    check_bad("GET  / HTTP/1.1", 4, "found a space; expected a target");
    check_bad("GET /  HTTP/1.1", 6, "found a space; expected a version such as `HTTP/1.1`");
    check_bad("GET / HTTP/1.1 ", 14, "found a space; expected the end of the line");
    check_bad("GET\t/ HTTP/1.1", 3, "found byte 0x09; expected a space");
    check_bad("GET /\tHTTP/1.1", 5, "found byte 0x09; expected a space");
    check_bad("GET / a HTTP/1.1", 6, "expected a version such as `HTTP/1.1`");
    check_bad("GET /HTTP/1.1", 13, "found byte 0x0d; expected a space");
    check_bad("GET HTTP/1.1", 12, "found byte 0x0d; expected a space");
}

#[test]
fn a_request_line_without_a_version_is_refused() {
    check_bad("GET /", 5, "found byte 0x0d; expected a space");
    check_bad("GET / ", 6, "expected a version such as `HTTP/1.1`");
    check_bad("GET", 3, "found byte 0x0d; expected a space");
    check_bad("GET ", 4, "found byte 0x0d; expected a target");
}

#[test]
fn a_version_is_two_digits() {
    for version in [
        "HTTP/1",
        "HTTP/1.",
        "HTTP/11.1",
        "HTTP/01.1",
        "HTTP/1.",
        "HTTP/.1",
        "HTTP/1,1",
        "HTTP/a.1",
        "HTTP/1.b",
        "HTP/1.1",
        "http/1.1",
        "Http/1.1",
        "HTTPS/1.1",
        "HTTP1.1",
        "HTTP/ 1.1",
        "FOO/1.1",
    ] {
        check_bad(&format!("GET / {version}"), 6, "expected a version such as `HTTP/1.1`");
    }
    for (version, at) in [("HTTP/1.01", 14), ("HTTP/1.1A", 14), ("HTTP/1.1\0", 14)] {
        check_bad(&format!("GET / {version}"), at, "expected the end of the line");
    }
    for (major, minor) in [(0, 9), (1, 0), (1, 2), (2, 0), (3, 7)] {
        check_line(&format!("GET / HTTP/{major}.{minor}"), "GET", "/", (major, minor));
    }
}

#[test]
fn lines_end_with_crlf_or_lf() {
    for input in [
        &b"GET / HTTP/1.1\r\na: b\r\nc: d\r\n\r\n"[..],
        b"GET / HTTP/1.1\na: b\nc: d\n\n",
        b"GET / HTTP/1.1\r\na: b\nc: d\r\n\n",
        b"GET / HTTP/1.1\na: b\r\nc: d\n\r\n",
    ] {
        let expected = [("a".into(), "b".into()), ("c".into(), "d".into())];
        assert_eq!(pairs(&request(input).headers), expected);
    }
    assert!(request(b"GET / HTTP/1.1\n\n").headers.is_empty());
}

#[test]
fn a_carriage_return_alone_is_refused_everywhere() {
    let input = b"GET /abc HTTP/1.1\r\nname: value\r\nlast: v\r\n\r\n";
    for at in 0..input.len() {
        if input[at] == b'\n' {
            let mut damaged = input.to_vec();
            damaged[at] = b'x';
            check_damaged(&damaged);
        }
        let mut damaged = input.to_vec();
        damaged.insert(at, b'\r');
        check_damaged(&damaged);
    }
    check_bad_bytes(b"\rGET / HTTP/1.1\r\n\r\n", 0, "found byte 0x0d; expected a method");
    check_bad_headers("a: b\rc: d", 5, "expected the end of the line");
    check_bad_headers("a: b\r\r", 5, "expected the end of the line");
    check_bad_headers("\rTransfer-Encoding: chunked", 1, "expected the end of the line");
}

#[track_caller]
fn check_damaged(input: &[u8]) {
    twins::check(input);
    RequestHead::new().parse_one(input).unwrap_err();
}

#[test]
fn empty_lines_before_a_head_are_passed_over() {
    for gap in ["\r\n", "\n", "\r\n\r\n", "\n\r\n\n"] {
        let input = format!("{gap}GET / HTTP/1.1\r\n\r\n{gap}PUT / HTTP/1.1\r\n\r\n{gap}");
        twins::check(input.as_bytes());
        let methods: Vec<_> = Records::new(RequestHead::new(), input.as_bytes())
            .map(|request| text(request.unwrap().method))
            .collect();
        assert_eq!(methods, ["GET", "PUT"]);
    }
    check_bad_bytes(b" \r\nGET / HTTP/1.1\r\n\r\n", 0, "found a space; expected a method");
}

#[test]
fn a_head_may_have_no_headers() {
    assert_eq!(request(b"GET / HTTP/1.0\r\n\r\n").headers.len(), 0);
}

#[test]
fn values_lose_the_blanks_around_them() {
    check_headers("a:b\r\n", &[("a", "b")]);
    check_headers("a: b\r\nc:  \t d \t \r\ne:\tf\t\r\n", &[("a", "b"), ("c", "d"), ("e", "f")]);
    check_headers("a: b  c\td\r\n", &[("a", "b  c\td")]);
    check_headers("a:\r\nb: \r\nc: \t\r\n", &[("a", ""), ("b", ""), ("c", "")]);
    check_headers("a: :b: c:\r\n", &[("a", ":b: c:")]);
}

#[test]
fn a_name_is_a_token() {
    let tokens = "!#$%&'*+-.^_`|~0189azAZ";
    check_headers(&format!("{tokens}: v\r\n"), &[(tokens, "v")]);
    for byte in 0..=255_u8 {
        if tokens.as_bytes().contains(&byte) || byte.is_ascii_alphanumeric() || byte == b':' {
            continue;
        }
        let input = [b"GET / HTTP/1.1\r\nna", &[byte][..], b"me: v\r\n\r\n"].concat();
        check_bad_bytes(&input, 18, "expected `:`");
    }
}

#[test]
fn a_header_without_a_name_or_a_colon_is_refused() {
    check_bad_headers(": v", 0, "found `:`; expected a header or an empty line");
    check_bad_headers("name", 4, "found byte 0x0d; expected `:`");
    check_bad_headers("a: b\r\nname v", 10, "found a space; expected `:`");
    check_bad_headers("\0: v", 0, "expected a header or an empty line");
    check_bad_headers("(a): v", 0, "expected a header or an empty line");
}

#[test]
fn white_space_before_the_colon_is_refused() {
    check_bad_headers("Host : a", 4, "found a space; expected `:`");
    check_bad_headers("Host\t: a", 4, "found byte 0x09; expected `:`");
    check_bad_headers("Transfer-Encoding : chunked", 17, "found a space; expected `:`");
    check_bad_headers("a: b\r\nTransfer-Encoding\x0b: chunked", 23, "expected `:`");
}

#[test]
fn folded_lines_are_refused() {
    check_bad_headers(" a: b", 0, "found a space; expected a header that is not folded");
    check_bad_headers("\ta: b", 0, "expected a header that is not folded");
    check_bad_headers("a: b\r\n c", 6, "expected a header that is not folded");
    check_bad_headers("a:\r\n\tb\r\nc: d", 4, "expected a header that is not folded");
    check_bad_headers("Transfer-Encoding:\r\n chunked", 18, "expected a transfer coding");
    check_bad_headers("a: b\r\n ", 6, "expected a header that is not folded");
}

#[test]
fn values_hold_no_control_characters_but_tabs() {
    for byte in (0..b' ').chain([0x7f]).filter(|byte| !matches!(byte, b'\t' | b'\n')) {
        let input = [b"GET / HTTP/1.1\r\na: b", &[byte][..], b"c\r\n\r\n"].concat();
        let at = if byte == b'\r' { 21 } else { 20 };
        check_bad_bytes(&input, at, "expected the end of the line");
    }
    let input = b"GET / HTTP/1.1\r\na: \t\x80\xff~! \r\n\r\n";
    assert_eq!(request(input).headers.get(b"A"), Some(&&b"\x80\xff~!"[..]));
}

#[test]
fn headers_are_found_by_name_in_any_case() {
    let input = b"GET / HTTP/1.1\r\nAccept: a\r\nX: 1\r\nACCEPT: b\r\n\r\n";
    let headers = request(input).headers;
    assert_eq!(headers.get(b"accept"), Some(&&b"a"[..]));
    assert!(headers.get_all(b"aCCept").eq([&b"a"[..], b"b"].iter()));
    assert_eq!(headers.get(b"x"), Some(&&b"1"[..]));
    assert_eq!(headers.get(b"y"), None);
    assert_eq!((headers.len(), headers.section()), (3, &&input[16..44]));
}

#[test]
fn a_head_that_is_cut_anywhere_is_no_head() {
    let inputs = [
        &b"POST /abc HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\n"[..],
        b"HTTP/1.1 200 OK\nServer: a\r\n\n",
    ];
    for input in inputs {
        for end in 1..input.len() {
            twins::check(&input[..end]);
            Head::new().parse_one(&input[..end]).unwrap_err();
        }
        Head::new().parse_one(input).unwrap();
    }
}

#[test]
fn what_lies_behind_a_head_is_left() {
    let (_, rest) = RequestHead::new().parse_one(b"GET / HTTP/1.1\r\n\r\n\r\nbody").unwrap();
    assert_eq!(rest, b"\r\nbody");
}

#[test]
fn a_bad_head_is_passed_over_to_its_empty_line() {
    let input = b"GET / HTTP/1.1\r\nbad line\r\nGET /x HTTP/1.1\r\n\r\nPUT / HTTP/1.1\n\nquit\n\nGET /y HTTP/1.1\r\n\r\n";
    twins::check(input);
    let records: Vec<_> = Records::new(RequestHead::new(), input).collect();
    assert_eq!(records.len(), 4);
    let offsets: Vec<_> = records.iter().filter_map(|record| record.as_ref().err()).collect();
    assert_eq!((offsets[0].position().line, offsets[1].position().line), (2, 7));
    assert_eq!(records[3].as_ref().unwrap().target, b"/y");
}

#[test]
fn more_headers_than_allowed_are_refused() {
    let with = |count: usize| format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(count));
    assert_eq!(request(with(100).as_bytes()).headers.len(), 100);
    check_bad_bytes(with(101).as_bytes(), 616, "expected no more headers than are allowed");
    let (two, three) = (with(2), with(3));
    let head = RequestHead::new().with_most_headers(2);
    head.parse_one(two.as_bytes()).unwrap();
    check_error(&head.parse_one(three.as_bytes()).unwrap_err(), 28, "than are allowed");
    RequestHead::new().with_most_headers(0).parse_one(with(0).as_bytes()).unwrap();
    let response = b"HTTP/1.1 200 OK\r\na: b\r\n\r\n";
    ResponseHead::new().with_most_headers(0).parse_one(response).unwrap_err();
    Head::new().with_most_headers(0).parse_one(response).unwrap_err();
    Head::new().with_most_headers(1).parse_one(response).unwrap();
}

#[test]
fn a_status_line_has_a_version_a_status_and_a_reason() {
    check_status(b"HTTP/1.1 200 OK", 200, b"OK");
    check_status(b"HTTP/1.0 404 Not Found", 404, b"Not Found");
    check_status(b"HTTP/1.1 301 Moved\tPermanently ", 301, b"Moved\tPermanently ");
    check_status(b"HTTP/1.1 200 X\xc3\xa9\xff", 200, b"X\xc3\xa9\xff");
    check_status(b"HTTP/1.1 999  two", 999, b" two");
    check_status(b"HTTP/2.0 000 none", 0, b"none");
}

#[test]
fn a_reason_may_be_empty_with_or_without_its_space() {
    check_status(b"HTTP/1.1 200 ", 200, b"");
    check_status(b"HTTP/1.1 200", 200, b"");
    twins::check(b"HTTP/1.1 200\n\nHTTP/1.1 204 \n\n");
}

#[test]
fn what_is_no_status_line_is_refused() {
    for status in ["2", "20", "20x", "a00", "+20", "-12", " 200", "٣", ""] {
        let head = format!("HTTP/1.1 {status}");
        check_bad_status(&head, 9, "expected a status of three digits");
    }
    check_bad_status("HTTP/1.1 2000", 12, "found `0`; expected a space");
    check_bad_status("HTTP/1.1 200OK", 12, "found `O`; expected a space");
    check_bad_status("HTTP/1.1 200\tOK", 12, "found byte 0x09; expected a space");
    check_bad_status("HTTP/1.1", 8, "found byte 0x0d; expected a space");
    check_bad_status("HTTP/1.1\t200 OK", 8, "expected a space");
    check_bad_status("HTTP/1.x 200 OK", 0, "expected a version such as `HTTP/1.1`");
    check_bad_status("HTTP/11.1 200 OK", 0, "expected a version such as `HTTP/1.1`");
    check_bad_status("GET / HTTP/1.1", 0, "expected a version such as `HTTP/1.1`");
    check_bad_status("HTTP/1.1 200 O\0K", 14, "expected the end of the line");
    check_bad_status("HTTP/1.1 200 O\x7fK", 14, "expected the end of the line");
    check_bad_status("HTTP/1.1 200 O\rK", 15, "expected the end of the line");
    check_bad_status("HTTP/1.1 200 OK\r\n Server: a", 17, "a header that is not folded");
}

#[test]
fn a_request_without_framing_headers_has_no_body() {
    check_body("Host: a", Body::Empty);
    check_body(
        "Content-Lengths: 5\r\nContent_Length: 5\r\nTransfer_Encoding: chunked",
        Body::Empty,
    );
    check_body(
        "sec-fetch-mode: cors\r\ncross-site-xss: 1\r\nTe: trailers\r\ntransfer-encodinx: a",
        Body::Empty,
    );
}

#[test]
fn a_content_length_is_digits() {
    check_body("Content-Length: 5", Body::Length(5));
    check_body("content-LENGTH:\t0005 \t", Body::Length(5));
    check_body("Content-Length: 0", Body::Length(0));
    check_body("Content-Length: 18446744073709551615", Body::Length(u64::MAX));
    for length in ["", "+5", "-5", "0x5", "5 5", "5.0", "5a", "a", "1e3", "5;", "\"5\"", "1_0", "٣"]
    {
        check_bad_headers(&format!("Content-Length: {length}"), 16, "a length in decimal digits");
    }
    for length in ["18446744073709551616", "99999999999999999999999"] {
        check_bad_headers(&format!("Content-Length: {length}"), 16, "a length below 2^64");
    }
}

#[test]
fn several_content_lengths_must_agree() {
    check_body("Content-Length: 5\r\ncontent-length: 5", Body::Length(5));
    check_body("Content-Length: 5, 5,5\t, 05", Body::Length(5));
    check_bad_headers("Content-Length: 5\r\nContent-Length: 6", 35, "the same length as before");
    check_bad_headers("Content-Length: 5, 6", 19, "the same length as before");
    check_bad_headers("Content-Length: 5,", 18, "a length in decimal digits");
    check_bad_headers("Content-Length: ,5", 16, "a length in decimal digits");
    check_bad_headers("Content-Length: 5,,5", 18, "a length in decimal digits");
}

#[test]
fn a_transfer_encoding_beside_a_content_length_is_refused() {
    let length = "no Transfer-Encoding beside Content-Length";
    check_bad_headers("Content-Length: 5\r\nTransfer-Encoding: chunked", 19, length);
    let coding = "no Content-Length beside Transfer-Encoding";
    check_bad_headers("Transfer-Encoding: chunked\r\nContent-Length: 5", 28, coding);
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5";
    check_bad_status(head, 45, coding);
}

#[test]
fn a_transfer_encoding_before_http_1_1_is_refused() {
    let expected = "expected no Transfer-Encoding before HTTP/1.1";
    check_bad("GET / HTTP/1.0\r\nTransfer-Encoding: chunked", 16, expected);
    check_bad("GET / HTTP/0.9\r\nTransfer-Encoding: chunked", 16, expected);
    check_bad_status("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked", 17, expected);
    assert_eq!(
        request(b"GET / HTTP/1.2\r\nTransfer-Encoding: chunked\r\n\r\n").body,
        Body::Chunked
    );
}

#[test]
fn the_last_coding_of_a_request_must_be_chunked() {
    check_body("Transfer-Encoding: chunked", Body::Chunked);
    check_body("TRANSFER-encoding:  ChunKED\t", Body::Chunked);
    check_body("Transfer-Encoding: gzip, chunked", Body::Chunked);
    check_body("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked", Body::Chunked);
    check_body("Transfer-Encoding: a;b=c ; d=\"e,\\\"f\" ,chunked", Body::Chunked);
    let expected = "expected `chunked` as the last coding of a request";
    for (coding, at) in [
        ("gzip", 0),
        ("identity", 0),
        ("xchunked", 0),
        ("chunk", 0),
        ("chunkedchunked", 0),
        ("chunked, gzip", 9),
        ("chunked, identity", 9),
        ("chunked\r\nTransfer-Encoding: gzip", 28),
    ] {
        check_bad_headers(&format!("Transfer-Encoding: {coding}"), 19 + at, expected);
    }
}

#[test]
fn chunked_stands_once_and_without_parameters() {
    let once = "expected `chunked` only once";
    check_bad_headers("Transfer-Encoding: chunked, chunked", 28, once);
    check_bad_headers("Transfer-Encoding: chunked, gzip, chunked", 34, once);
    check_bad_headers("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", 47, once);
    check_bad_headers("Transfer-Encoding: chunked;a=b", 19, "`chunked` without parameters");
    check_bad_status("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked,CHUNKED", 44, once);
}

#[test]
fn a_transfer_encoding_is_a_list_of_codings() {
    for (value, at, expected) in [
        ("", 0, "a transfer coding"),
        (",chunked", 0, "a transfer coding"),
        ("chunked,", 8, "a transfer coding"),
        ("gzip,,chunked", 5, "a transfer coding"),
        ("\"chunked\"", 0, "a transfer coding"),
        ("[chunked]", 0, "a transfer coding"),
        ("gzip chunked", 5, "expected `,`"),
        ("chunked\u{a0}", 7, "expected `,`"),
        ("a;chunked", 9, "expected `=`"),
        ("a;,chunked", 2, "the name of a parameter"),
        ("a;b=,chunked", 4, "the value of a parameter"),
        ("a;b=\"c, chunked", 15, "expected `\"`"),
        ("a;b=\"c\\", 7, "expected `\"`"),
        ("chunked;", 8, "the name of a parameter"),
    ] {
        // An empty value begins where its line ends.
        check_bad_headers(&format!("Transfer-Encoding: {value}"), 19 + at, expected);
    }
    check_bad_headers("Transfer-Encoding: \x0bchunked", 19, "expected the end of the line");
    check_bad_headers("Transfer-Encoding:\0chunked", 18, "expected the end of the line");
}

#[test]
fn a_server_can_tell_which_codings_it_does_not_know() {
    let input = b"GET / HTTP/1.1\r\nTransfer-Encoding: gzip;q=\"a,b\", br\r\nTransfer-Encoding: chunked\r\n\r\n";
    let request = request(input);
    let codings = request.headers.transfer_codings();
    assert!(codings.eq([&b"gzip"[..], b"br", b"chunked"]));
}

#[test]
fn a_response_without_a_length_goes_on_until_the_connection_is_closed() {
    check_response_body("", Body::UntilClose);
    check_response_body("Content-Length: 7\r\n", Body::Length(7));
    check_response_body("Content-Length: 7, 7\r\nContent-Length: 7\r\n", Body::Length(7));
    check_response_body("Transfer-Encoding: gzip, chunked\r\n", Body::Chunked);
    check_response_body("Transfer-Encoding: gzip\r\n", Body::UntilClose);
    check_response_body("Transfer-Encoding: chunked, gzip\r\n", Body::UntilClose);
    check_response_body(
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n",
        Body::UntilClose,
    );
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2";
    check_bad_status(head, 52, "the same length as before");
}

#[test]
fn some_responses_have_no_body_whatever_their_headers_say() {
    for (status, method, expected) in [
        (200, "GET", Body::Length(9)),
        (200, "HEAD", Body::Empty),
        (404, "HEAD", Body::Empty),
        (200, "head", Body::Length(9)),
        (100, "POST", Body::Empty),
        (101, "GET", Body::Empty),
        (199, "GET", Body::Empty),
        (204, "GET", Body::Empty),
        (304, "GET", Body::Empty),
        (205, "GET", Body::Length(9)),
        (200, "CONNECT", Body::Empty),
        (299, "CONNECT", Body::Empty),
        (407, "CONNECT", Body::Length(9)),
    ] {
        let input = format!("HTTP/1.1 {status} x\r\nContent-Length: 9\r\n\r\n");
        let (response, _) = ResponseHead::new().parse_one(input.as_bytes()).unwrap();
        assert_eq!(response.body(method.as_bytes()), expected, "{method} {status}");
        assert_eq!(response.framing, Body::Length(9));
    }
}

/// Asserts what the host of a request with these lines is.
#[track_caller]
fn check_host(version: &str, lines: &str, expected: Result<Option<&str>, HostError>) {
    let input = format!("GET / HTTP/{version}\r\n{lines}\r\n");
    let request = request(input.as_bytes());
    let host = request.host().map(|host| host.map(|host| str::from_utf8(host).unwrap()));
    assert_eq!(host, expected);
}

#[test]
fn a_request_of_http_1_1_has_one_valid_host() {
    check_host("1.1", "Host: example.org\r\n", Ok(Some("example.org")));
    check_host("1.1", "HOST: example.org:8080\r\n", Ok(Some("example.org:8080")));
    check_host("1.1", "host: [::1]:80\r\n", Ok(Some("[::1]:80")));
    check_host("1.1", "Host: 127.0.0.1\r\n", Ok(Some("127.0.0.1")));
    check_host("1.1", "Host:\r\n", Ok(Some("")));
    check_host("1.1", "", Err(HostError::Missing));
    check_host("1.0", "", Ok(None));
    check_host("1.0", "Host: a\r\n", Ok(Some("a")));
    check_host("1.1", "Host: a\r\nhost: a\r\n", Err(HostError::Repeated));
    check_host("1.0", "Host: a\r\nHost: b\r\n", Err(HostError::Repeated));
    for host in
        ["a b", "a/b", "user@a", "a:b", "[::1", "a?b", "a#b", "a,b", "http://a", "a\\b", "a\u{e9}"]
    {
        let expected = if host == "a,b" { Ok(Some(host)) } else { Err(HostError::Invalid) };
        check_host("1.1", &format!("Host: {host}\r\n"), expected);
    }
}

#[test]
fn heads_of_both_kinds_are_told_apart() {
    let input = b"HTTP/1.1 200 OK\r\na: b\r\n\r\nGET / HTTP/1.1\r\nc: d\r\n\r\n\r\nHTTP/1.0 404\n\nHTTP / HTTP/1.1\n\n";
    twins::check(input);
    let heads: Vec<_> = Records::new(Head::new(), input).map(Result::unwrap).collect();
    let kinds: Vec<_> = heads
        .iter()
        .map(|head| (matches!(head, Message::Request(_)), head.headers().len()))
        .collect();
    assert_eq!(kinds, [(false, 1), (true, 1), (false, 0), (true, 0)]);
    let error = Head::new().parse_one(b"HTTP/x / HTTP/1.1\r\n\r\n").unwrap_err();
    check_error(&error, 0, "expected a version such as `HTTP/1.1`");
}

#[test]
fn the_fields_of_a_message_have_names() {
    type M<'i> = Message<&'i [u8]>;
    assert_eq!(M::NAMES, ["method", "target", "version", "status", "reason", "headers"]);
    let input = b"GET /a HTTP/1.1\r\nb: c\r\n\r\n";
    let (head, _) = Head::new().parse_one(input).unwrap();
    let fields: Vec<_> = (0..7).map(|index| head.field(index)).collect();
    let expected = [
        Value::Text(b"GET"),
        Value::Text(b"/a"),
        Value::Text(b"HTTP/1.1"),
        Value::Absent,
        Value::Absent,
        Value::Text(b"b: c\r\n"),
        Value::Absent,
    ];
    assert_eq!(fields, expected);
    assert!(head.pairs(5).unwrap().eq([(&b"b"[..], &b"c"[..])]));
    assert_eq!(head.pairs(0), None);
    let (head, _) = Head::new().parse_one(b"HTTP/1.0 404 No\n\n").unwrap();
    let fields: Vec<_> = (0..6).map(|index| head.field(index)).collect();
    let expected = [
        Value::Absent,
        Value::Absent,
        Value::Text(b"HTTP/1.0"),
        Value::Number(404),
        Value::Text(b"No"),
        Value::Text(b""),
    ];
    assert_eq!(fields, expected);
}

#[test]
fn every_part_of_a_head_borrows_and_outlives_it_as_spans() {
    let input = &b"GET /a HTTP/1.1\r\nb: c\r\nd:\r\n\r\nHTTP/1.1 200 OK\r\ne: f\r\n\r\n"[..];
    for head in Records::new(Head::new(), input).map(Result::unwrap) {
        match &head {
            Message::Request(Request { method, target, version, .. }) => {
                assert_borrows!(input, *method, *target, version.name);
            }
            Message::Response(Response { version, reason, .. }) => {
                assert_borrows!(input, version.name, *reason);
            }
        }
        for header in head.headers() {
            assert_borrows!(input, header.name, header.value);
        }
        assert_borrows!(input, *head.headers().section());
        for (name, value) in head.headers().pairs() {
            assert_borrows!(input, name, value);
        }
        let copy = input.to_vec();
        assert_eq!(head.to_spans(input).unwrap().resolve(&copy).unwrap(), head);
    }
}
