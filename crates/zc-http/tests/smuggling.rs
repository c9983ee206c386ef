//! Requests that servers disagree about, so that what one of them takes for a body is a request for
//! the other: each is refused, and nothing behind it is answered.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod support;

use support::Site;
use zc_http::Options;

/// A request that nobody may answer, since it stands in what may be a body.
const HIDDEN: &str = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";

fn site() -> Site {
    let site = Site::start(Options::default());
    site.write("hidden", "found");
    site
}

#[track_caller]
fn check(site: &Site, request: &str, statuses: &[u16]) {
    let mut client = site.client();
    client.try_send(request.as_bytes());
    client.try_send(HIDDEN.as_bytes());
    for status in statuses {
        let reply = client.try_reply(true).unwrap_or_else(|| panic!("no answer: {request:?}"));
        assert_eq!(reply.status, *status, "{request:?}");
        assert_ne!(reply.body, b"found", "{request:?}");
    }
    client.expect_end();
}

/// What may stand behind `POST / HTTP/1.1`, `Host` and before the hidden request.
const HEADS: &[&str] = &[
    // Lengths that differ, or are none.
    "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "Content-Length: 5, 6\r\n\r\nhello",
    "Content-Length: +5\r\n\r\nhello",
    "Content-Length: -5\r\n\r\nhello",
    "Content-Length: 0x5\r\n\r\nhello",
    "Content-Length: 5 5\r\n\r\nhello",
    "Content-Length: 5;\r\n\r\nhello",
    "Content-Length: 5.0\r\n\r\nhello",
    "Content-Length: \r\n\r\n",
    "Content-Length: ,\r\n\r\n",
    "Content-Length: 5,\r\n\r\nhello",
    "Content-Length: 99999999999999999999\r\n\r\nhello",
    "Content-Length: \"5\"\r\n\r\nhello",
    "Content-Length: \u{665}\r\n\r\nhello",
    "Content-Length : 5\r\n\r\nhello",
    "Content-Length\t: 5\r\n\r\nhello",
    " Content-Length: 5\r\n\r\nhello",
    // A length beside chunks.
    "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    // Codings that are not understood alike.
    "Transfer-Encoding: identity\r\n\r\n",
    "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: \u{b}chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding:\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: ,chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "Transfer_Encoding: x\r\nTransfer-Encoding: x, y\r\n\r\n0\r\n\r\n",
    // Lines that are folded, or end otherwise.
    "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    "X: y\r\n Content-Length: 5\r\n\r\nhello",
    "X: y\r\n\tz\r\n\r\n",
    "X: y\rContent-Length: 5\r\n\r\nhello",
    "X: y\r\rContent-Length: 5\r\n\r\nhello",
    "X: y\r\n\rContent-Length: 5\r\n\r\nhello",
    "X: y\0\r\n\r\n",
    "X: y\u{1}\r\n\r\n",
    "X\r\n\r\n",
    ": y\r\n\r\n",
    "X y: z\r\n\r\n",
    "Host: b\r\n\r\n",
];

#[test]
fn heads_that_can_be_read_in_two_ways_are_refused() {
    let site = site();
    for head in HEADS {
        check(&site, &format!("POST / HTTP/1.1\r\nHost: a\r\n{head}"), &[400]);
    }
    // Chunks mean nothing before HTTP/1.1.
    let old = "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    check(&site, old, &[400]);
    check(&site, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", &[501]);
    for line in
        ["GET /\u{b}x HTTP/1.1", "GET /\rx HTTP/1.1", "GET / HTTP/1.1\rX: y", "GET\r/ HTTP/1.1"]
    {
        check(&site, &format!("{line}\r\nHost: a\r\n\r\n"), &[400]);
    }
}

/// Chunked bodies that are none; the answer is sent before they are read, and nothing after it.
const CHUNKS: &[&str] = &[
    "5\nhello\r\n0\r\n\r\n",
    "5\r\nhello\n0\r\n\r\n",
    "5\r\nhello0\r\n\r\n",
    "5\r\nhelloX\r\n0\r\n\r\n",
    "+5\r\nhello\r\n0\r\n\r\n",
    "0x5\r\nhello\r\n0\r\n\r\n",
    " 5\r\nhello\r\n0\r\n\r\n",
    "5 \r\nhello\r\n0\r\n\r\n",
    "\r\n5\r\nhello\r\n0\r\n\r\n",
    "-1\r\n\r\n",
    "10000000000000005\r\nhello\r\n0\r\n\r\n",
    "ffffffffffffffffff\r\nhello\r\n0\r\n\r\n",
    "5;a\nb\r\nhello\r\n0\r\n\r\n",
    "5;\r\nhello\r\n0\r\n\r\n",
    "5;a=\"\r\nhello\r\n0\r\n\r\n",
    "5;a=b\rc\r\nhello\r\n0\r\n\r\n",
    "0\n\n",
    "0\r\n\n",
    "0\r\nX: y\n\r\n",
    "G\r\nhello\r\n0\r\n\r\n",
    ";5\r\n",
];

#[test]
fn chunks_that_can_be_read_in_two_ways_end_the_connection() {
    let site = site();
    let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    for chunks in CHUNKS {
        check(&site, &format!("{head}{chunks}"), &[405]);
    }
    let extension = format!("5;{}\r\nhello\r\n0\r\n\r\n", "a".repeat(5000));
    check(&site, &format!("{head}{extension}"), &[405]);
    let trailers = format!("0\r\nX: {}\r\n\r\n", "y".repeat(17_000));
    check(&site, &format!("{head}{trailers}"), &[405]);
}

#[test]
fn what_stands_in_a_body_is_no_request() {
    let site = site();
    let length = HIDDEN.len();
    let sized = format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n{HIDDEN}");
    let close = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    check(&site, &format!("{sized}{close}"), &[405, 404]);
    let chunk = format!("{length:x}\r\n{HIDDEN}\r\n0\r\n\r\n");
    let chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n";
    check(&site, &format!("{chunked}{chunk}{close}"), &[405, 404]);
    // A GET has a body, too.
    let sized = sized.replace("POST", "GET");
    check(&site, &format!("{sized}{close}"), &[404, 404]);
}
