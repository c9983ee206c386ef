//! A server without free descriptors waits instead of spinning, and recovers. The test limits its
//! whole process, and so has a binary of its own.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod support;

use std::fs::File;
use std::net::TcpStream;
use std::time::Instant;

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use socket2::{Domain, Socket, Type};
use support::{MODES, PATIENCE, Running, close, connections, round_trip};
use zc_net::echo::Options;

#[test]
fn a_server_without_descriptors_recovers() {
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    setrlimit(Resource::RLIMIT_NOFILE, hard.min(256), hard).unwrap();
    for mode in MODES {
        let running = Running::start(mode, Options::default());
        let first = running.connect();
        round_trip(&first, b"hello");
        let socket = || Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        let sockets: Vec<_> = (0..5).map(|_| socket()).collect();
        let start = Instant::now();
        let hoard: Vec<_> = std::iter::from_fn(|| File::open("/dev/null").ok()).collect();
        sockets.iter().for_each(|socket| socket.connect(&running.address.into()).unwrap());
        running.wait_until(|counts| counts.accept_errors >= 3);
        round_trip(&first, b"again");
        // One attempt every 50 ms, however long this took; a spinning server makes millions.
        let attempts = u128::from(running.stopper.counts().accept_errors);
        assert!(attempts <= start.elapsed().as_millis() / 50 + 1, "{mode:?}: {attempts}");
        drop(hoard);
        for socket in sockets {
            let stream = TcpStream::from(socket);
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            round_trip(&stream, b"hello");
            close(stream);
        }
        close(first);
        assert_eq!(connections(running.stop()), (6, 0, 0), "{mode:?}");
    }
}
