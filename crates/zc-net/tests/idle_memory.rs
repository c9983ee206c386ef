//! Five thousand connections that idle cost little memory, though each has sent something before.
//! The memory is that of the whole process, and so the test has a binary of its own.

#![cfg(all(feature = "io", target_os = "linux"))]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod frames_support;
mod support;

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread::spawn;

use frames_support::Prefixed;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use support::{PATIENCE, Running, memory, round_trip, wait_until};
use zc_net::echo::{Mode, Options};
use zc_net::frames::{FrameReader, FrameWriter, LengthPrefix};
use zc_net::proxy;

const CONNECTIONS: usize = 5000;

/// Descriptors for everything else.
const OTHERS: u64 = 200;

/// Bytes of memory that one connection may cost.
const MOST: usize = 8 << 10;

#[test]
fn a_connection_that_idles_costs_little_memory() {
    // Each connection has two ends in this process.
    let wanted = 2 * CONNECTIONS as u64 + OTHERS;
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    if hard < wanted {
        return println!("skipped: {hard} descriptors are allowed, and {wanted} are needed");
    }
    setrlimit(Resource::RLIMIT_NOFILE, hard, hard).unwrap();
    for mode in [Mode::Tokio, Mode::Splice] {
        let options = Options { max_connections: CONNECTIONS, ..Options::default() };
        let running = Running::start(mode, options);
        check(&format!("echo, {mode:?}"), CONNECTIONS, running.address, || {
            running.wait_until(|counts| counts.most_at_once == CONNECTIONS);
        });
        assert_eq!(running.stop().failed, 0);
    }
    check("frames", CONNECTIONS, frames(), || {});
    // And here four of them.
    let most = usize::try_from((hard - OTHERS) / 4).unwrap_or(CONNECTIONS);
    through_a_proxy(CONNECTIONS.min(most));
}

/// Connects `count` clients, lets each send something and get it back, and asserts what that costs
/// once nobody sends any more.
#[track_caller]
fn check(name: &str, count: usize, address: SocketAddr, wait_for_all: impl Fn()) {
    let before = memory();
    let clients: Vec<_> = (0..count)
        .map(|_| {
            let client = TcpStream::connect(address).unwrap();
            client.set_read_timeout(Some(PATIENCE)).unwrap();
            // A length of two bytes and a payload, for those who look.
            round_trip(&client, &[&[0x13, 0x86][..], &[b'x'; 0x1386]].concat());
            client
        })
        .collect();
    wait_for_all();
    // Who was sent an answer waits for the next message, or will in a moment.
    round_trip(&clients[0], b"\x00\x03abc");
    let each = memory().saturating_sub(before) / count;
    println!("{name}: {each} bytes of memory for a connection");
    assert!(each < MOST, "{name}: {each} bytes");
}

/// A server that sends frames back, until the process ends.
fn frames() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    listener.set_nonblocking(true).unwrap();
    spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(send_frames_back(stream));
            }
        });
    });
    address
}

async fn send_frames_back(mut stream: tokio::net::TcpStream) {
    let (incoming, outgoing) = stream.split();
    let mut reader = FrameReader::new(incoming, Prefixed);
    let mut writer = FrameWriter::new(outgoing).with_envelope(LengthPrefix::U16Be);
    while let Some(Ok(frame)) = reader.next_frame().await {
        writer.send(frame).await.unwrap();
    }
}

fn through_a_proxy(count: usize) {
    let echo =
        Running::start(Mode::Tokio, Options { max_connections: CONNECTIONS, ..Options::default() });
    let options = proxy::Options { max_connections: CONNECTIONS, ..proxy::Options::default() };
    let server = proxy::Server::bind("127.0.0.1:0", &[echo.address], options).unwrap();
    let (address, stopper) = (server.local_addr(), server.stopper());
    let running = spawn(|| server.run(|_| {}));
    // Both servers are charged to the connection.
    check("proxy and echo", count, address, || {
        wait_until(|| stopper.counts().most_at_once == count);
    });
    stopper.stop();
    assert_eq!(running.join().unwrap().unwrap().failed, 0);
    echo.stop();
}
