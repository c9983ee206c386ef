//! Names and values.

use zc_parse::Grammar;
use zc_parse::http1::{Head, RequestHead, ResponseHead};

use super::{check_bad_bytes, check_bad_headers, check_error, check_headers, request};

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
