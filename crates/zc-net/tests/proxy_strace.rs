//! What `strace` sees of a stream that passes a proxy: splices, and no more than a few small reads.
//!
//! The test runs itself once more, under the tracer, as the proxy and as both its peers. These read
//! and write by `readv` and `sendmsg`, which are not traced.

#![cfg(all(feature = "io", target_os = "linux"))]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

use std::io::{IoSlice, IoSliceMut, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::Command;
use std::thread::spawn;

use zc_net::proxy::{Options, Server};

/// Tells the process under the tracer from the one that starts it.
const INNER: &str = "ZC_TEST_PROXY_STRACE";

const LEN: usize = 32 << 20;

#[test]
fn a_long_stream_is_spliced_and_hardly_read() {
    if std::env::var_os(INNER).is_some() {
        return pass();
    }
    if Command::new("strace").arg("-V").output().is_err() {
        assert!(std::env::var_os("ZC_REQUIRE_TOOLS").is_none(), "strace is not installed");
        return println!("skipped: strace is not installed");
    }
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-s", "0", "-e", "trace=splice,read,recvfrom"]).arg("-o").arg(&trace);
    let output = strace.arg(std::env::current_exe().unwrap()).env(INNER, "").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let trace = std::fs::read_to_string(trace).unwrap();
    let moved = |name: &'static str| {
        let calls = trace.lines().filter(move |line| line.contains(name));
        calls.filter_map(|line| line.rsplit_once("= ")?.1.parse::<usize>().ok())
    };
    // Into the pipe and out of it.
    assert!(moved("splice").sum::<usize>() > LEN, "{:?}", moved("splice").collect::<Vec<_>>());
    let reads: Vec<_> = moved("read").chain(moved("recvfrom")).collect();
    assert!(reads.iter().all(|&count| count <= 64 << 10), "{reads:?}");
    assert!(moved("recvfrom").sum::<usize>() < LEN / 2, "{reads:?}");
}

/// Lets a stream pass a proxy.
fn pass() {
    let upstream = TcpListener::bind("127.0.0.1:0").unwrap();
    let to = [upstream.local_addr().unwrap()];
    let server = Server::bind("127.0.0.1:0", &to, Options::default()).unwrap();
    let (address, stopper) = (server.local_addr(), server.stopper());
    let running = spawn(|| server.run(|_| {}).unwrap());
    let sender = spawn(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        let (chunk, mut left) = (vec![7; 1 << 20], LEN);
        while left > 0 {
            left -= stream.write_vectored(&[IoSlice::new(&chunk[..left.min(1 << 20)])]).unwrap();
        }
        stream.shutdown(Shutdown::Write).unwrap();
        stream
    });
    let (mut stream, _) = upstream.accept().unwrap();
    let (mut chunk, mut received) = (vec![0; 1 << 20], 0);
    while let count @ 1.. = stream.read_vectored(&mut [IoSliceMut::new(&mut chunk)]).unwrap() {
        assert!(chunk[..count].iter().all(|&byte| byte == 7));
        received += count;
    }
    drop((stream, sender.join().unwrap()));
    stopper.stop();
    assert_eq!((received, running.join().unwrap().to_upstream.bytes), (LEN, LEN as u64));
}
