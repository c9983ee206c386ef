//! A connection that another server has accepted, and perhaps has read from.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod support;

use std::io::{BufReader, Read};
use std::sync::Arc;
use std::thread;

use bytes::Bytes;
use support::{Client, PATIENCE, crlf, get};
use tokio::sync::watch;
use zc_http::{Connection, Files, Options, Outcome};

/// Serves one connection, which `make` makes ready, while `client` uses the other end.
#[track_caller]
fn serve(
    make: impl FnOnce(Connection) -> Connection,
    client: impl FnOnce(Client) + Send + 'static,
) -> Outcome {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("file"), "file").unwrap();
    let files = Arc::new(Files::open(directory.path(), Options::default()).unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let client = thread::spawn(move || {
            let stream = std::net::TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            client(Client { stream: BufReader::new(stream) });
        });
        let (stream, peer) = listener.accept().await.unwrap();
        let outcome = make(Connection::new(stream, peer)).serve(&files).await;
        if let Outcome::Closed(_) = outcome {
            client.join().unwrap();
        }
        outcome
    })
}

#[test]
fn what_was_read_before_comes_first() {
    let request = crlf(&get("/file"));
    for cut in [0, 1, 20, request.len() - 1, request.len()] {
        let (before, rest) = (request[..cut].to_vec(), request[cut..].to_vec());
        let outcome = serve(
            |connection| connection.with_buffered(Bytes::from(before)),
            move |mut client| {
                client.send(&rest);
                assert_eq!(client.reply(true).body, b"file");
            },
        );
        let Outcome::Closed(served) = outcome else { panic!("{outcome:?}") };
        assert_eq!((served.requests, served.bytes_in), (1, (request.len() - cut) as u64));
    }
}

#[test]
fn a_long_body_that_was_read_before_is_passed_over() {
    let body = "x".repeat(60_000);
    let post = crlf(&format!("POST /file HTTP/1.1\nHost: a\nContent-Length: {}", body.len()));
    let all = [&post[..], body.as_bytes(), &crlf(&get("/file"))].concat();
    let outcome = serve(
        |connection| connection.with_buffered(Bytes::from(all)),
        |mut client| {
            assert_eq!(client.reply(true).status, 405);
            assert_eq!(client.reply(true).body, b"file");
        },
    );
    assert!(matches!(outcome, Outcome::Closed(served) if served.requests == 2), "{outcome:?}");
}

#[test]
fn a_request_beside_the_prefix_is_handed_back_with_all_that_follows() {
    for target in ["/other", "/stat", "/static", "http://a/static/file", "/Static/file"] {
        let foreign = [crlf(&get(target)), crlf(&get("/static/file")), b"GET".to_vec()].concat();
        let sent = [crlf(&get("/static/file")), foreign.clone()].concat();
        let outcome = serve(
            |connection| connection.beneath("/static/"),
            move |mut client| {
                client.send(&sent);
                assert_eq!(client.reply(true).body, b"file");
                // It is open still.
                let _ = client.stream.read(&mut [0]);
            },
        );
        let Outcome::Foreign { buffered, served, .. } = outcome else { panic!("{outcome:?}") };
        assert_eq!((served.requests, &*buffered), (1, &*foreign), "{target}");
    }
}

#[test]
fn a_directory_beneath_a_prefix_is_found_at_its_own_path() {
    let outcome = serve(
        |connection| connection.beneath("/static/"),
        |mut client| {
            for (target, status) in
                [("/static/", 404), ("/static/../file", 400), ("/static//file", 404)]
            {
                client.send(&crlf(&get(target)));
                assert_eq!(client.reply(true).status, status, "{target}");
            }
        },
    );
    assert!(matches!(outcome, Outcome::Closed(_)), "{outcome:?}");
}

#[test]
fn a_connection_ends_when_it_is_told_to_or_nobody_can_tell_it_any_more() {
    for is_told in [true, false] {
        let (sender, stop) = watch::channel(false);
        let outcome = serve(
            |connection| connection.with_stop(stop),
            move |mut client| {
                client.send(&crlf(&get("/file")));
                assert_eq!(client.reply(true).body, b"file");
                if is_told {
                    sender.send(true).unwrap();
                }
                drop(sender);
                client.expect_end();
            },
        );
        assert!(matches!(outcome, Outcome::Closed(served) if !served.has_failed), "{outcome:?}");
    }
}

#[test]
fn a_connection_heeds_what_it_was_told_before_it_began() {
    let (sender, mut stop) = watch::channel(false);
    sender.send(true).unwrap();
    assert!(*stop.borrow_and_update());
    let outcome = serve(
        |connection| connection.with_stop(stop),
        |mut client| {
            client.try_send(&crlf(&get("/file")));
            // A request that has arrived is answered, as the last one.
            let reply = client.try_reply(true);
            assert!(reply.is_none_or(|reply| reply.closes()));
            client.expect_end();
        },
    );
    assert!(matches!(outcome, Outcome::Closed(_)), "{outcome:?}");
    drop(sender);
}

#[test]
#[should_panic(expected = "a prefix begins and ends with a slash")]
fn a_prefix_without_slashes_is_a_mistake() {
    serve(|connection| connection.beneath("static"), |_| {});
}
