//! A request for a file in memory allocates nothing. The allocations of this process are counted,
//! and so the test has a binary of its own.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod support;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use support::{crlf, get, noise, settle};
use zc_http::{Connection, Files, Options, Outcome};

/// What this thread allocates while a connection serves `rounds` times `requests` at once, of
/// which each is answered with `body`.
fn allocations(files: &Arc<Files>, requests: &[u8], count: usize, rounds: usize) -> u64 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (stream, peer) = listener.accept().unwrap();
    stream.set_nonblocking(true).unwrap();
    let len = count * reply_len(files);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut replies = vec![0; len];
            for _ in 0..rounds {
                client.write_all(requests).unwrap();
                client.read_exact(&mut replies).unwrap();
            }
        });
        let serve = || {
            let outcome = runtime.block_on(async {
                let stream = tokio::net::TcpStream::from_std(stream).unwrap();
                Connection::new(stream, peer).serve(files).await
            });
            let Outcome::Closed(served) = outcome else { panic!("{outcome:?}") };
            assert_eq!(served.requests, (count * rounds) as u64);
        };
        allocation_counter::measure(serve).count_total
    })
}

/// Bytes of the answer to a request for `/file`.
fn reply_len(files: &Arc<Files>) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = std::thread::spawn({
            let address = listener.local_addr().unwrap();
            move || {
                let mut client = TcpStream::connect(address).unwrap();
                client.write_all(&crlf(&get("/file"))).unwrap();
                client.shutdown(std::net::Shutdown::Write).unwrap();
                let mut reply = Vec::new();
                client.read_to_end(&mut reply).unwrap();
                reply.len()
            }
        });
        let (stream, peer) = listener.accept().await.unwrap();
        Connection::new(stream, peer).serve(files).await;
        client.join().unwrap()
    })
}

#[test]
fn a_request_for_a_file_in_memory_allocates_nothing() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("file"), noise(1024)).unwrap();
    settle();
    let fresh_for = std::time::Duration::from_secs(3600);
    let options = Options { fresh_for, ..Options::default() };
    let files = Arc::new(Files::open(directory.path(), options).unwrap());
    let browser =
        "\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\nAccept: */*\nAccept-Encoding: gzip";
    for (head, count) in [(get("/file"), 1), (get("/file") + browser, 1), (get("/file"), 16)] {
        let requests = crlf(&head).repeat(count);
        let few = allocations(&files, &requests, count, 10);
        let many = allocations(&files, &requests, count, 1000);
        // A connection makes what it needs once.
        assert!(many <= few, "{many} instead of {few}: {head}, {count} at once");
    }
}
