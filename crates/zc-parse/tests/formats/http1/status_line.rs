//! The first line of a response.

use zc_parse::Grammar;
use zc_parse::http1::ResponseHead;

use super::check_bad_status;
use crate::twins;

/// Asserts the parts of the first line of a response.
#[track_caller]
fn check_status(line: &[u8], status: u16, reason: &[u8]) {
    let input = [line, b"\r\n\r\n"].concat();
    twins::check(&input);
    let (response, rest) = ResponseHead::new().parse_one(&input).unwrap();
    assert_eq!((response.status, response.reason, rest), (status, reason, &b""[..]));
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
