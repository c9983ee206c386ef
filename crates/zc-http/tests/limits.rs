//! What one client may cost: bytes, time and connections.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod support;

use std::io::{ErrorKind, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::time::{Duration, Instant};

use support::{PATIENCE, Site, crlf, get, noise, settle, wait_until};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::yield_now;
use tokio::time::sleep;
use zc_http::{Connection, Files, Options, Outcome, Served};
use zc_io::socket::acknowledged;
use zc_net::server;

#[track_caller]
fn check_refused(site: &Site, request: &[u8], status: u16) {
    let mut client = site.client();
    client.try_send(request);
    let reply = client.reply(true);
    assert_eq!((reply.status, reply.closes()), (status, true));
    client.expect_end();
}

#[test]
fn heads_that_are_too_long_are_refused_by_what_is_too_long() {
    let site = Site::start(Options { max_head: 1000, max_headers: 10, ..Options::default() });
    let long = "x".repeat(2000);
    check_refused(&site, &crlf(&get(&format!("/{long}"))), 414);
    // One that never ends is refused as well.
    check_refused(&site, long.as_bytes(), 414);
    check_refused(&site, &crlf(&format!("{}\nX: {long}", get("/"))), 431);
    check_refused(&site, &crlf(&(get("/") + &"\nX: y".repeat(10))), 431);
    assert_eq!(site.ask(&(get("/") + &"\nX: y".repeat(9))).status, 404);
    let target = "x".repeat(1000 - crlf(&get("/")).len());
    assert_eq!(site.get(&format!("/{target}")).status, 404);
    // The line fits, and what follows it does not.
    check_refused(&site, &crlf(&get(&format!("/x{target}"))), 431);
}

#[test]
fn a_flood_of_headers_ends_where_the_limit_is() {
    let site = Site::start(Options::default());
    let mut client = site.client();
    client.send(b"GET / HTTP/1.1\r\nHost: a\r\n");
    let mut sent = 0;
    while client.stream.get_ref().write_all(&b"X: y\r\n".repeat(1000)).is_ok() && sent < 10_000 {
        sent += 1;
    }
    // What the server read before it gave up, and what lay in buffers.
    assert!(sent < 10_000);
    let served = site.stop().served;
    assert!(served.bytes_in <= 17 << 10, "{served:?}");
}

#[test]
fn a_head_that_comes_too_slowly_is_given_up() {
    let head_deadline = Duration::from_millis(200);
    let site = Site::start(Options { head_deadline, ..Options::default() });
    // Once whole and once as a trickle, of which each byte comes in time.
    for pause in [PATIENCE, Duration::from_millis(10)] {
        let mut client = site.client();
        client.send(b"GET / HTTP/1.1\r\nX: ");
        if pause < PATIENCE {
            let start = Instant::now();
            while client.stream.get_ref().write_all(b"y").is_ok() && start.elapsed() < PATIENCE {
                std::thread::sleep(pause);
                client.stream.get_ref().set_nonblocking(true).unwrap();
                let has_reply = client.stream.get_ref().peek(&mut [0]).is_ok();
                client.stream.get_ref().set_nonblocking(false).unwrap();
                if has_reply {
                    break;
                }
            }
        }
        let reply = client.reply(true);
        assert_eq!((reply.status, reply.closes()), (408, true));
        client.expect_end();
    }
}

#[test]
fn a_body_that_comes_too_slowly_ends_the_connection() {
    let head_deadline = Duration::from_millis(200);
    let site = Site::start(Options { head_deadline, ..Options::default() });
    let mut client = site.client();
    client.send(&crlf("POST / HTTP/1.1\nHost: a\nContent-Length: 60000"));
    assert_eq!(client.reply(true).status, 405);
    let start = Instant::now();
    while client.stream.get_ref().write_all(b"y").is_ok() {
        assert!(start.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_client_that_says_nothing_is_closed_in_silence() {
    let idle_deadline = Duration::from_millis(100);
    let site = Site::start(Options { idle_deadline, ..Options::default() });
    let mut client = site.client();
    client.expect_end();
    let mut client = site.client();
    client.send(&crlf(&get("/")));
    assert_eq!(client.reply(true).status, 404);
    client.expect_end();
    assert_eq!(site.stop().connections.failed, 0);
}

/// What becomes of a connection while `client` uses its other end, and time passes as soon as both
/// sides wait. The client gets to look at the server's end as well.
fn serve<F: Future>(
    options: Options,
    client: impl FnOnce(TcpStream, OwnedFd) -> F,
) -> (Served, F::Output) {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("file"), noise(LEN)).unwrap();
    let files = Arc::new(Files::open(directory.path(), options).unwrap());
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().start_paused(true).build().unwrap().block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let connect = TcpStream::connect(listener.local_addr().unwrap());
        let (client_side, accepted) = tokio::join!(connect, listener.accept());
        let (stream, peer) = accepted.unwrap();
        let server_side = stream.as_fd().try_clone_to_owned().unwrap();
        let serving = Connection::new(stream, peer).serve(&files);
        let client = client(client_side.unwrap(), server_side);
        let (outcome, output) = tokio::join!(serving, client);
        let Outcome::Closed(served) = outcome else { panic!("{outcome:?}") };
        (served, output)
    })
}

/// Reads what arrives next, while the time of the runtime stands still: that of the kernel is the
/// real one.
async fn read_meanwhile(client: &TcpStream, buffer: &mut [u8]) -> usize {
    let start = Instant::now();
    loop {
        match client.try_read(buffer) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            outcome => return outcome.unwrap(),
        }
        assert!(start.elapsed() < PATIENCE, "nothing arrives");
        std::thread::sleep(Duration::from_millis(1));
        yield_now().await;
    }
}

/// More than sockets take in without anybody who reads.
const LEN: usize = 32 << 20;

#[test]
fn a_client_that_takes_nothing_is_given_up() {
    for memory_up_to in [0, 1 << 30] {
        let options = Options { memory_up_to, cache_bytes: 1 << 30, ..Options::default() };
        let (served, _client) = serve(options, |mut client, _| async move {
            client.write_all(&crlf(&get("/file"))).await.unwrap();
            client
        });
        assert!(served.has_failed && served.bytes_out < LEN as u64, "{served:?}");
    }
}

#[test]
fn a_client_that_takes_enough_gets_all_however_long_it_takes() {
    let (served, received) = serve(Options::default(), |mut client, server_side| async move {
        client.write_all(&crlf("GET /file HTTP/1.0")).await.unwrap();
        let mut received = 0;
        let mut buffer = vec![0; 1 << 20];
        loop {
            // Nine seconds each time, and so almost five minutes.
            sleep(Duration::from_secs(9)).await;
            match read_meanwhile(&client, &mut buffer).await {
                0 => return received,
                count => received += count,
            }
            // It takes some of the real time to acknowledge as well.
            wait_until(|| acknowledged(&server_side).unwrap() >= received as u64);
        }
    });
    assert!(!served.has_failed && received > LEN, "{served:?}");
}

#[test]
fn no_more_connections_are_served_than_is_said() {
    let bounds = server::Options { max_connections: 2, ..server::Options::default() };
    let site = Site::start_with(Options::default(), bounds);
    site.write("file", "file");
    let mut clients = [site.client(), site.client(), site.client()];
    for client in &mut clients {
        client.send(&crlf(&get("/file")));
    }
    let [mut first, mut second, mut third] = clients;
    assert_eq!((&*first.reply(true).body, &*second.reply(true).body), (&b"file"[..], &b"file"[..]));
    third.stream.get_ref().set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    assert!(third.stream.read(&mut [0]).is_err());
    third.stream.get_ref().set_read_timeout(Some(PATIENCE)).unwrap();
    drop(first);
    assert_eq!(third.reply(true).body, b"file");
    drop((second, third));
    assert_eq!(site.stop().connections.most_at_once, 2);
}

#[test]
fn a_download_goes_on_while_the_server_stops() {
    let bounds = server::Options { grace: PATIENCE, ..server::Options::default() };
    let site = Site::start_with(Options::default(), bounds);
    site.write("file", noise(LEN));
    settle();
    let mut client = site.client();
    client.send(&[crlf(&get("/file")), crlf(&get("/file"))].concat());
    let head = client.head().unwrap();
    let idle = site.client();
    let stopper = site.stopper.clone();
    wait_until(|| stopper.counts().connections == 2);
    stopper.stop();
    // Who waits between two requests is let go at once.
    assert_eq!(idle.stream.get_ref().read(&mut [0]).unwrap(), 0);
    let len = head.header("content-length").unwrap().parse().unwrap();
    let mut body = vec![0; len];
    client.stream.read_exact(&mut body).unwrap();
    assert!(body == noise(LEN));
    // The request behind it had arrived before, and is the last one.
    let last = client.reply(true);
    assert!(last.closes() && last.body.len() == LEN);
    client.expect_end();
    drop(client);
    let report = site.stop();
    assert_eq!((report.connections.failed, report.connections.ended), (0, 0));
}
