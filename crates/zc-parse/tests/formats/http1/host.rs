//! The host of a request.

use zc_parse::http1::HostError;

use super::request;

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
