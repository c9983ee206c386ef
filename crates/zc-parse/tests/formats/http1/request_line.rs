//! The first line of a request.

use zc_parse::http1::Version;

use super::{check_bad, check_bad_bytes, request, text};

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
