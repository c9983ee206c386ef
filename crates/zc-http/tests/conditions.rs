//! Conditions and ranges of RFC 9110, a case a line.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod support;

use std::fs::File;
use std::time::{Duration, SystemTime};

use support::{Reply, Site, get, settle};
use zc_http::Options;

const BODY: &[u8] = b"0123456789";

const BEFORE: &str = "Sun, 06 Nov 1994 08:49:36 GMT";
const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const AFTER: &str = "Sun, 06 Nov 1994 08:49:38 GMT";

/// The same moment in the two other forms of section 5.6.7.
const RFC_850: &str = "Sunday, 06-Nov-94 08:49:37 GMT";
const ASCTIME: &str = "Sun Nov  6 08:49:37 1994";

/// A site with `/ten`, ten bytes that were modified at [`DATE`], and its entity tag.
fn site(memory_up_to: u64) -> (Site, String) {
    let site = Site::start(Options { memory_up_to, ..Options::default() });
    site.write("ten", BODY);
    site.write("empty", "");
    let date = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
    File::options().write(true).open(site.path("ten")).unwrap().set_modified(date).unwrap();
    settle();
    let etag = site.get("/ten").header("etag").unwrap().to_owned();
    assert!(etag.starts_with('"'), "{etag}");
    (site, etag)
}

/// Asks for `target` with headers, in which `TAG` stands for the entity tag.
fn ask(site: &Site, etag: &str, method: &str, target: &str, headers: &str) -> Reply {
    let head = format!("{method} {target} HTTP/1.1\nHost: a\n{headers}");
    site.ask(head.replace("TAG", etag).trim_end())
}

/// Conditions, in the order of section 13.2.2, and the status that each gets.
const CONDITIONS: &[(&str, u16)] = &[
    ("", 200),
    // Section 13.1.1: strong comparison.
    ("If-Match: TAG", 200),
    ("If-Match: *", 200),
    ("If-Match: \"x\", TAG", 200),
    ("If-Match: \"x\"\nIf-Match: TAG", 200),
    ("If-Match: \"x\"", 412),
    ("If-Match: W/TAG", 412),
    ("If-Match: ", 412),
    // Section 13.1.4, which counts only without the one before.
    ("If-Unmodified-Since: DATE", 200),
    ("If-Unmodified-Since: AFTER", 200),
    ("If-Unmodified-Since: BEFORE", 412),
    ("If-Unmodified-Since: then", 200),
    ("If-Match: TAG\nIf-Unmodified-Since: BEFORE", 200),
    ("If-Match: \"x\"\nIf-Unmodified-Since: AFTER", 412),
    // Section 13.1.2: weak comparison.
    ("If-None-Match: TAG", 304),
    ("If-None-Match: W/TAG", 304),
    ("If-None-Match: *", 304),
    ("If-None-Match: \"a,b\", TAG", 304),
    ("If-None-Match: \"x\"", 200),
    ("If-None-Match: \"x\"\nIf-None-Match: TAG", 304),
    // Section 13.1.3, which counts only without the one before.
    ("If-Modified-Since: BEFORE", 200),
    ("If-Modified-Since: DATE", 304),
    ("If-Modified-Since: AFTER", 304),
    ("If-Modified-Since: RFC850", 304),
    ("If-Modified-Since: ASCTIME", 304),
    ("If-Modified-Since: 784111777", 200),
    ("If-Modified-Since: DATE\nIf-Modified-Since: DATE", 200),
    ("If-None-Match: \"x\"\nIf-Modified-Since: DATE", 200),
    ("If-None-Match: TAG\nIf-Modified-Since: BEFORE", 304),
    // All of them: the first that fails counts.
    ("If-Match: TAG\nIf-None-Match: TAG", 304),
    ("If-Match: \"x\"\nIf-None-Match: TAG", 412),
    ("If-Unmodified-Since: BEFORE\nIf-Modified-Since: DATE", 412),
    // Section 13.1.5: alone it says nothing.
    ("If-Range: \"x\"", 200),
    // One that nobody knows.
    ("If-Weather: fine", 200),
];

/// Ranges of ten bytes, and what is sent: from and to, or nothing for all of it.
const RANGES: &[(&str, Option<(usize, usize)>)] = &[
    ("Range: bytes=0-0", Some((0, 1))),
    ("Range: bytes=0-4", Some((0, 5))),
    ("Range: bytes=3-", Some((3, 10))),
    ("Range: bytes=9-9", Some((9, 10))),
    ("Range: bytes=5-99", Some((5, 10))),
    ("Range: bytes=0-99999999999999999999999999", Some((0, 10))),
    ("Range: bytes=-1", Some((9, 10))),
    ("Range: bytes=-10", Some((0, 10))),
    ("Range: bytes=-99", Some((0, 10))),
    ("range:bytes=0-0", Some((0, 1))),
    ("Range: Bytes=0-0", Some((0, 1))),
    // What is no range, or one of another unit, is passed over: section 14.2.
    ("Range: bytes=4-3", None),
    ("Range: bytes=-", None),
    ("Range: bytes=", None),
    ("Range: bytes", None),
    ("Range: bytes 0-1", None),
    ("Range: bytes=a-b", None),
    ("Range: bytes=0x0-0x1", None),
    ("Range: bytes=+0-1", None),
    ("Range: bytes=1--1", None),
    ("Range: lines=0-1", None),
    ("Range: 0-1", None),
    // So are several.
    ("Range: bytes=0-0,2-3", None),
    ("Range: bytes=0-0, -1", None),
    ("Range: bytes=0-0\nRange: bytes=0-0", None),
    // A state that is another than the client's is sent as a whole: section 13.1.5.
    ("Range: bytes=0-0\nIf-Range: TAG", Some((0, 1))),
    ("Range: bytes=0-0\nIf-Range: DATE", Some((0, 1))),
    ("Range: bytes=0-0\nIf-Range: \"x\"", None),
    ("Range: bytes=0-0\nIf-Range: W/TAG", None),
    ("Range: bytes=0-0\nIf-Range: *", None),
    ("Range: bytes=0-0\nIf-Range: BEFORE", None),
    ("Range: bytes=0-0\nIf-Range: AFTER", None),
    ("Range: bytes=99-\nIf-Range: \"x\"", None),
    ("Range: bytes=0-0\nIf-Match: TAG", Some((0, 1))),
    ("Range: bytes=0-0\nIf-None-Match: \"x\"", Some((0, 1))),
];

const UNSATISFIABLE: &[&str] =
    &["bytes=10-", "bytes=10-20", "bytes=99999999999999999999-", "bytes=-0"];

fn with_dates(headers: &str) -> String {
    let with = [("RFC850", RFC_850), ("ASCTIME", ASCTIME), ("BEFORE", BEFORE), ("AFTER", AFTER)];
    let headers = with.iter().fold(headers.to_owned(), |all, (name, date)| all.replace(name, date));
    headers.replace("DATE", DATE)
}

#[test]
fn conditions_are_judged_as_rfc_9110_says() {
    for memory_up_to in [0, 1 << 10] {
        let (site, etag) = site(memory_up_to);
        for (headers, status) in CONDITIONS {
            for method in ["GET", "HEAD"] {
                let reply = ask(&site, &etag, method, "/ten", &with_dates(headers));
                assert_eq!(reply.status, *status, "{method}, {headers}");
                let is_body = method == "GET" && *status == 200;
                assert!(!is_body || reply.body == BODY, "{headers}");
                if *status == 304 {
                    assert_eq!(reply.header("etag"), Some(&*etag), "{headers}");
                    assert_eq!(reply.header("last-modified"), Some(DATE));
                    assert_eq!(reply.header("content-length"), None);
                }
            }
        }
    }
}

#[test]
fn conditions_do_not_count_where_there_is_nothing() {
    let (site, etag) = site(1 << 10);
    for headers in ["If-Match: \"x\"", "If-None-Match: *", "If-Match: *", "Range: bytes=0-0"] {
        assert_eq!(ask(&site, &etag, "GET", "/none", headers).status, 404, "{headers}");
    }
}

#[test]
fn ranges_are_sent_as_rfc_9110_says() {
    for memory_up_to in [0, 1 << 10] {
        let (site, etag) = site(memory_up_to);
        for (headers, part) in RANGES {
            let headers = with_dates(headers);
            let reply = ask(&site, &etag, "GET", "/ten", &headers);
            let (status, start, end) = part.map_or((200, 0, 10), |(start, end)| (206, start, end));
            assert_eq!((reply.status, &*reply.body), (status, &BODY[start..end]), "{headers}");
            let range = part.map(|(start, end)| format!("bytes {start}-{}/10", end - 1));
            assert_eq!(reply.header("content-range"), range.as_deref(), "{headers}");
            assert_eq!(reply.header("etag"), Some(&*etag), "{headers}");
            // For HEAD a range means nothing.
            let reply = ask(&site, &etag, "HEAD", "/ten", &headers);
            assert_eq!((reply.status, reply.header("content-length")), (200, Some("10")));
        }
    }
}

#[test]
fn a_range_that_lies_behind_the_end_is_told_where_the_end_is() {
    let (site, etag) = site(1 << 10);
    for range in UNSATISFIABLE {
        let reply = ask(&site, &etag, "GET", "/ten", &format!("Range: {range}"));
        assert_eq!((reply.status, reply.header("content-range")), (416, Some("bytes */10")));
    }
    let of_nothing = |range| ask(&site, &etag, "GET", "/empty", range).status;
    assert_eq!(of_nothing("Range: bytes=0-"), 416);
    assert_eq!(of_nothing("Range: bytes=-0"), 416);
    // A suffix of nothing is all of it, which no Content-Range can say.
    assert_eq!(of_nothing("Range: bytes=-5"), 200);
}

#[test]
fn thousands_of_ranges_are_answered_once() {
    let (site, etag) = site(1 << 10);
    let ranges = vec!["0-"; 4000].join(",");
    let reply = ask(&site, &etag, "GET", "/ten", &format!("Range: bytes={ranges}"));
    assert_eq!((reply.status, &*reply.body), (200, BODY));
    let overlapping: Vec<_> = (0..2000).map(|start| format!("{start}-")).collect();
    let header = format!("Range: bytes={}", overlapping.join(","));
    assert_eq!(ask(&site, &etag, "GET", "/ten", &header).body, BODY);
}

#[test]
fn an_entity_tag_of_a_file_that_was_just_written_is_weak_until_it_cannot_change_unseen() {
    let (site, _) = site(1 << 10);
    let is_weak = |reply: &Reply| reply.header("etag").unwrap().starts_with("W/");
    // A short file is awaited instead.
    let mut long = vec![b'x'; 100_000];
    let was_seen = (0..100).any(|_| {
        long.push(b'x');
        site.write("new", &long);
        is_weak(&site.get("/new"))
    });
    assert!(was_seen);
    settle();
    let reply = site.get("/new");
    assert!(!is_weak(&reply), "{reply:?}");
    let weak = format!("W/{}", reply.header("etag").unwrap());
    let again = site.ask(&format!("{}\nIf-None-Match: {weak}", get("/new")));
    assert_eq!(again.status, 304);
}
