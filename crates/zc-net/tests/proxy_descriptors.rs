//! A proxy closes every descriptor, and survives a lack of them. The test counts and limits those
//! of its whole process, and so has a binary of its own.

#![cfg(all(feature = "io", target_os = "linux"))]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod support;

use std::fs::File;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread::spawn;
use std::time::Instant;

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use socket2::{Domain, Socket, Type};
use support::{PATIENCE, close, descriptors, reset, round_trip, stream_through, wait_until};
use zc_net::proxy::{Options, Server};

/// Sends back what arrives, on so many connections.
fn echo(connections: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    spawn(move || {
        for stream in listener.incoming().take(connections) {
            let mut stream = stream.unwrap();
            spawn(move || {
                let mut buffer = vec![0; 64 << 10];
                while let Ok(count @ 1..) = stream.read(&mut buffer) {
                    if stream.write_all(&buffer[..count]).is_err() {
                        break;
                    }
                }
            });
        }
    });
    address
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

#[test]
fn every_descriptor_is_closed_and_a_lack_of_them_is_survived() {
    let before = descriptors();
    after_two_thousand_connections_none_is_left();
    wait_until(|| descriptors() == before);
    without_any_the_proxy_waits_and_recovers();
    wait_until(|| descriptors() == before);
}

fn after_two_thousand_connections_none_is_left() {
    let server = Server::bind("127.0.0.1:0", &[echo(2000)], Options::default()).unwrap();
    let (address, stopper) = (server.local_addr(), server.stopper());
    let running = spawn(|| server.run(|_| {}));
    for round in 0..100 {
        let streams: Vec<_> = (0..20).map(|_| connect(address)).collect();
        streams.iter().for_each(|stream| round_trip(stream, b"hello"));
        if round % 20 == 0 {
            stream_through(&streams[0], 4 << 20);
        }
        for (index, stream) in streams.into_iter().enumerate() {
            if index % 2 == 0 { close(stream) } else { reset(stream) }
        }
    }
    wait_until(|| stopper.counts().failed >= 1000);
    stopper.stop();
    let report = running.join().unwrap().unwrap();
    assert_eq!((report.connections, report.ended), (2000, 0));
    assert!(report.to_client.spliced > 0, "{report:?}");
}

fn without_any_the_proxy_waits_and_recovers() {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    let server = Server::bind("127.0.0.1:0", &[echo(6)], Options::default()).unwrap();
    let (address, stopper) = (server.local_addr(), server.stopper());
    let running = spawn(|| server.run(|_| {}));
    let first = connect(address);
    round_trip(&first, b"hello");
    let socket = || Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let sockets: Vec<_> = (0..5).map(|_| socket()).collect();
    setrlimit(Resource::RLIMIT_NOFILE, hard.min(256), hard).unwrap();
    let start = Instant::now();
    let hoard: Vec<_> = std::iter::from_fn(|| File::open("/dev/null").ok()).collect();
    sockets.iter().for_each(|socket| socket.connect(&address.into()).unwrap());
    wait_until(|| stopper.counts().accept_errors >= 3);
    round_trip(&first, b"again");
    // What comes full without a pipe to be had is copied.
    stream_through(&first, 4 << 20);
    // One attempt every 50 ms, however long this took; a spinning proxy makes millions.
    let attempts = u128::from(stopper.counts().accept_errors);
    assert!(attempts <= start.elapsed().as_millis() / 50 + 1, "{attempts}");
    drop(hoard);
    for socket in sockets {
        let stream = TcpStream::from(socket);
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        round_trip(&stream, b"hello");
        close(stream);
    }
    close(first);
    stopper.stop();
    let report = running.join().unwrap().unwrap();
    assert_eq!((report.connections, report.failed), (6, 0));
    assert_eq!(report.to_client.spliced, 0);
    setrlimit(Resource::RLIMIT_NOFILE, soft, hard).unwrap();
}
