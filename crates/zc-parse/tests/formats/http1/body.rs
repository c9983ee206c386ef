//! How long a body is.

use zc_parse::Grammar;
use zc_parse::http1::{Body, ResponseHead};

use super::{check_bad, check_bad_headers, check_bad_status, request};
use crate::twins;

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
