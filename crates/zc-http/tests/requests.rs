//! What is said to each kind of request, and what becomes of its connection.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod support;

use support::{Reply, Site, crlf, get};
use zc_http::Options;

const BODY: &[u8] = b"hello, world\n";

fn site() -> Site {
    let site = Site::start(Options::default());
    site.write("hello.txt", BODY);
    site
}

/// Asserts the status of the answer to `request`, and whether the connection is closed behind it.
#[track_caller]
fn check(site: &Site, request: &[u8], status: u16, closes: bool) -> Reply {
    let mut client = site.client();
    client.send(request);
    let reply = client.reply(!request.starts_with(b"HEAD"));
    let request = request.escape_ascii().to_string();
    assert_eq!((reply.status, reply.closes()), (status, closes), "{request}: {reply:?}");
    match closes {
        true => client.expect_end(),
        false => {
            client.send(&crlf(&get("/hello.txt")));
            assert_eq!(client.reply(true).body, BODY, "{request}");
            client.shut_down_writing();
        }
    }
    reply
}

#[test]
fn a_file_is_sent_with_what_there_is_to_know_of_it() {
    let site = site();
    let reply = check(&site, &crlf(&get("/hello.txt")), 200, false);
    assert_eq!(reply.body, BODY);
    let header = |name| reply.header(name);
    assert_eq!(header("content-type"), Some("text/plain"));
    assert_eq!(header("content-length"), Some("13"));
    assert_eq!(header("accept-ranges"), Some("bytes"));
    for name in ["date", "last-modified"] {
        assert!(header(name).unwrap().ends_with(" GMT"), "{reply:?}");
    }
    assert!(header("etag").is_some());
}

#[test]
fn head_says_what_get_says_and_sends_no_body() {
    let site = site();
    let head = "HTTP/1.1\nHost: a";
    for target in ["/hello.txt", "/none", "/hello.txt/"] {
        let got = site.ask(&format!("GET {target} {head}"));
        let mut client = site.client();
        client.send(&crlf(&format!("HEAD {target} {head}")));
        client.send(&crlf(&format!("GET {target} {head}")));
        let reply = client.reply(false);
        assert_eq!((reply.status, reply.body), (got.status, Vec::new()));
        let without_date = |reply: &Reply| {
            let headers = reply.headers.iter().filter(|(name, _)| name != "date");
            headers.cloned().collect::<Vec<_>>()
        };
        assert_eq!(reply.headers.len(), got.headers.len());
        let second = client.reply(true);
        assert_eq!((second.body.as_slice(), second.status), (got.body.as_slice(), got.status));
        assert_eq!(without_date(&second), without_date(&got));
    }
}

#[test]
fn methods_that_mean_nothing_for_a_file_are_refused_and_the_next_request_is_served() {
    let site = site();
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"] {
        let request = format!("{method} /hello.txt HTTP/1.1\nHost: a");
        let reply = check(&site, &crlf(&request), 405, false);
        assert_eq!(reply.header("allow"), Some("GET, HEAD"));
    }
    check(&site, &crlf("CONNECT a:80 HTTP/1.1\nHost: a"), 405, false);
    check(&site, &crlf("OPTIONS * HTTP/1.1\nHost: a"), 405, false);
    check(&site, &crlf("BREW /hello.txt HTTP/1.1\nHost: a"), 501, false);
    // Methods are told apart by case.
    check(&site, &crlf("get /hello.txt HTTP/1.1\nHost: a"), 501, false);
}

#[test]
fn what_is_no_request_of_http_1_is_answered_and_the_connection_closed() {
    let site = site();
    let cases: [(&[u8], u16); 21] = [
        (b"\x16\x03\x01\x02\n\n", 400),
        (b"GET /\r\n\r\n", 400),
        (b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400),
        (b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b" GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET / http/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET / HTTP/1.10\r\nHost: a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: \x00\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: \x7f\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        (b"GET / HTTP/0.9\r\n\r\n", 505),
    ];
    for (request, status) in cases {
        check(&site, request, status, true);
    }
}

#[test]
fn a_head_request_that_is_refused_gets_no_body() {
    let site = site();
    let mut client = site.client();
    client.send(b"HEAD / HTTP/1.1\r\n\r\n");
    assert_eq!(client.reply(false).status, 400);
    client.expect_end();
}

#[test]
fn the_connection_stays_open_as_version_and_headers_say() {
    let site = site();
    let target = "/hello.txt";
    check(&site, &crlf(&format!("GET {target} HTTP/1.1\nHost: a\nConnection: close")), 200, true);
    check(&site, &crlf(&format!("GET {target} HTTP/1.0")), 200, true);
    let request = crlf(&format!("GET {target} HTTP/1.0\nConnection: Keep-Alive"));
    let reply = check(&site, &request, 200, false);
    assert_eq!(reply.header("connection"), Some("keep-alive"));
    check(&site, &crlf(&format!("GET {target} HTTP/1.9\nHost: a")), 200, false);
    check(&site, b"GET /hello.txt HTTP/1.1\nHost: a\n\n", 200, false);
    check(&site, b"\r\n\nGET /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n", 200, false);
    check(&site, &[b'\n'; 9], 400, true);
    check(&site, &crlf("GET http://b/hello.txt HTTP/1.1\nHost: a"), 200, false);
}

#[test]
fn bodies_are_passed_over_or_end_the_connection() {
    let site = site();
    let request = |method: &str, headers: &str, body: &str| {
        let mut request = crlf(&format!("{method} /hello.txt HTTP/1.1\nHost: a\n{headers}"));
        request.extend_from_slice(body.as_bytes());
        request
    };
    check(&site, &request("GET", "Content-Length: 5", "12345"), 200, false);
    check(&site, &request("GET", "Content-Length: 5, 5", "12345"), 200, false);
    check(&site, &request("POST", "Content-Length: 0", ""), 405, false);
    let body = "x".repeat(64 << 10);
    check(&site, &request("POST", "Content-Length: 65536", &body), 405, false);
    let chunks = "3;a=\"b\"\r\nabc\r\n0\r\nTrailer: x\r\n\r\n";
    check(&site, &request("POST", "Transfer-Encoding: chunked", chunks), 405, false);
    // More than is passed over.
    check(&site, &request("POST", "Content-Length: 65537", ""), 405, true);
    // Of these nobody knows beforehand, so that the answer cannot say it.
    let chunks = format!("{}0\r\n\r\n", "10\r\n0123456789abcdef\r\n".repeat(8000));
    for body in [&*chunks, "3\r\nabcd"] {
        let mut client = site.client();
        client.try_send(&request("POST", "Transfer-Encoding: chunked", body));
        assert_eq!(client.reply(true).status, 405);
        client.expect_end();
    }
    check(&site, &request("POST", "Transfer-Encoding: gzip, chunked", ""), 501, true);
}

#[test]
fn a_client_that_waits_to_send_its_body_gets_the_answer_at_once() {
    let site = site();
    let post = "POST /hello.txt HTTP/1.1\nHost: a\nExpect: 100-Continue\nContent-Length: 5";
    check(&site, &crlf(post), 405, true);
    // Without a body nobody waits.
    check(&site, &crlf("GET /hello.txt HTTP/1.1\nHost: a\nExpect: 100-continue"), 200, false);
    check(&site, &crlf("GET /hello.txt HTTP/1.1\nHost: a\nExpect: tea"), 417, true);
    // Before HTTP/1.1 it means nothing.
    let old = "POST / HTTP/1.0\nConnection: keep-alive\nExpect: 100-continue\nContent-Length: 5";
    check(&site, &[&crlf(old)[..], b"12345"].concat(), 405, false);
}

#[test]
fn pipelined_requests_are_answered_in_their_order() {
    let site = site();
    site.write("a", "first");
    site.write("large", support::noise(100_000));
    let mut client = site.client();
    let targets = ["/a", "/none", "/large", "/a", "/hello.txt", "/large", "/a"];
    client.send(&targets.map(|target| crlf(&get(target))).concat());
    let replies = targets.map(|_| client.reply(true));
    assert_eq!(replies.each_ref().map(|it| it.status), [200, 404, 200, 200, 200, 200, 200]);
    assert_eq!(replies.map(|it| it.body.len()), [5, 14, 100_000, 5, 13, 100_000, 5]);
}

#[test]
fn a_request_may_arrive_a_byte_at_a_time() {
    let site = site();
    let mut client = site.client();
    client.stream.get_ref().set_nodelay(true).unwrap();
    for byte in crlf(&get("/hello.txt")) {
        client.send(&[byte]);
        std::thread::yield_now();
    }
    assert_eq!(client.reply(true).body, BODY);
}

#[test]
fn the_report_counts_what_was_done() {
    let site = site();
    let request = crlf(&get("/hello.txt"));
    let mut client = site.client();
    client.send(&request);
    let mut received = client.reply(true).body.len();
    client.send(&request);
    received += client.reply(true).body.len();
    drop(client);
    let stopper = site.stopper.clone();
    support::wait_until(|| stopper.counts().connections == 1);
    let report = site.stop();
    let served = report.served;
    assert_eq!((served.requests, served.bytes_in), (2, 2 * request.len() as u64));
    assert_eq!((report.connections.connections, report.connections.failed), (1, 0));
    assert!(served.bytes_out > received as u64 && served.copies.write == served.bytes_out);
}
