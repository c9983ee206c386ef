//! More requests at once than anybody sends.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod support;

use std::io::{Read, Write};

use support::{Site, crlf, get, settle};
use zc_http::Options;

const REQUESTS: usize = 100_000;

#[test]
fn a_hundred_thousand_pipelined_requests_are_answered_in_their_order() {
    let site = Site::start(Options::default());
    for name in ["a", "b"] {
        site.write(name, name);
    }
    settle();
    let pairs = [crlf(&get("/a")), crlf(&get("/b"))].concat();
    let mut client = site.client();
    let mut sender = client.stream.get_ref().try_clone().unwrap();
    let sent = std::thread::spawn(move || sender.write_all(&pairs.repeat(REQUESTS / 2)));
    for round in 0..REQUESTS / 2 {
        assert_eq!(
            (client.reply(true).body, client.reply(true).body),
            (b"a".into(), b"b".into()),
            "{round}"
        );
    }
    sent.join().unwrap().unwrap();
    drop(client);
    let served = site.stop().served;
    assert_eq!(served.requests, REQUESTS as u64);
}

/// Who sends without end and reads nothing is made to wait, and costs a buffer and no more.
#[test]
fn who_reads_no_answers_is_not_read_from() {
    let site = Site::start(Options::default());
    site.write("a", vec![b'a'; 10_000]);
    settle();
    let mut client = site.client();
    client.stream.get_ref().set_nonblocking(true).unwrap();
    let requests = crlf(&get("/a")).repeat(1000);
    let mut sent = 0;
    while let Ok(count) = client.stream.get_ref().write(&requests) {
        sent += count;
        std::thread::yield_now();
    }
    // Both sockets are full: that of ours with requests, and that of the server with answers.
    assert!(sent < 64 << 20, "{sent}");
    client.stream.get_ref().set_nonblocking(false).unwrap();
    client.stream.read_exact(&mut [0; 1000]).unwrap();
    drop(client);
    assert!(site.stop().served.bytes_in <= sent as u64);
}
