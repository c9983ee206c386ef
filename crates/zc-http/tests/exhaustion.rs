//! A server without free descriptors says so, sends what it has in memory, and recovers. The test
//! limits its whole process, and so has a binary of its own.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod support;

use std::fs::File;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use support::{Site, crlf, get, settle, wait_until};
use zc_http::Options;

#[test]
fn a_server_without_descriptors_sends_what_is_in_memory_and_recovers() {
    let maximum = getrlimit(Resource::Nofile).maximum;
    setrlimit(Resource::Nofile, Rlimit { current: Some(256), maximum }).unwrap();
    let site = Site::start(Options { fresh_for: Duration::from_secs(3600), ..Options::default() });
    site.write("known", "known");
    site.write("other", "other");
    settle();
    let mut client = site.client();
    let mut ask = |target: &str| {
        client.send(&crlf(&get(target)));
        let reply = client.reply(true);
        (reply.status, reply.body)
    };
    assert_eq!(ask("/known"), (200, b"known".to_vec()));
    let mut hoard: Vec<_> = std::iter::from_fn(|| File::open("/dev/null").ok()).collect();
    assert_eq!(ask("/known"), (200, b"known".to_vec()));
    assert_eq!(ask("/other").0, 503);
    // The last one is for our own end of a connection that cannot be accepted.
    hoard.pop();
    let mut late = site.client();
    late.send(&crlf(&get("/known")));
    let stopper = site.stopper.clone();
    wait_until(|| stopper.counts().accept_errors > 0);
    assert_eq!(ask("/known"), (200, b"known".to_vec()));
    drop(hoard);
    assert_eq!(ask("/other"), (200, b"other".to_vec()));
    assert_eq!(late.reply(true).body, b"known");
}
