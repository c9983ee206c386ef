//! What takes minutes: ten gibibytes through a proxy, and a hundred thousand connections.
//!
//! `cargo test --release -p zc-net --all-features --test stress -- --ignored --nocapture`

#![cfg(all(feature = "io", target_os = "linux"))]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod support;

use std::hash::{DefaultHasher, Hasher};
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Mutex, PoisonError};
use std::thread::{JoinHandle, spawn};
use std::time::Instant;

use support::{PATIENCE, Running, close, descriptors, memory, reset, round_trip, wait_until};
use zc_net::echo::{Mode, Options};
use zc_net::proxy;

/// Both look at the whole process.
static ALONE: Mutex<()> = Mutex::new(());

fn start_proxy(to: SocketAddr) -> (SocketAddr, proxy::Stopper, JoinHandle<proxy::Report>) {
    let server = proxy::Server::bind("127.0.0.1:0", &[to], proxy::Options::default()).unwrap();
    let (address, stopper) = (server.local_addr(), server.stopper());
    (address, stopper, spawn(|| server.run(|_| {}).unwrap()))
}

#[test]
#[ignore = "it takes a minute"]
fn ten_gibibytes_pass_a_proxy_unchanged() {
    const LEN: u64 = 10 << 30;
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, stopper, running) = start_proxy(listener.local_addr().unwrap());
    let start = Instant::now();
    let sender = spawn(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        let (mut sum, mut chunk, mut number) = (DefaultHasher::new(), vec![0; 1 << 20], 0_u64);
        for _ in 0..LEN >> 20 {
            for word in chunk.as_chunks_mut().0 {
                number = number.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
                *word = number.to_be_bytes();
            }
            sum.write(&chunk);
            stream.write_all(&chunk).unwrap();
        }
        stream.shutdown(Shutdown::Write).unwrap();
        sum.finish()
    });
    let (mut stream, _) = listener.accept().unwrap();
    let (mut sum, mut chunk, mut count) = (DefaultHasher::new(), vec![0; 1 << 20], 0_u64);
    while let filled @ 1.. = fill(&mut stream, &mut chunk) {
        sum.write(&chunk[..filled]);
        count += filled as u64;
    }
    drop(stream);
    assert_eq!((count, sum.finish()), (LEN, sender.join().unwrap()));
    stopper.stop();
    let report = running.join().unwrap();
    println!("{:?} in {:?}", report.to_upstream, start.elapsed());
    assert_eq!(report.to_upstream.bytes, LEN);
}

/// Reads until the buffer is full or the stream ends.
fn fill(stream: &mut TcpStream, buffer: &mut [u8]) -> usize {
    let mut filled = 0;
    while filled < buffer.len() {
        match stream.read(&mut buffer[filled..]).unwrap() {
            0 => break,
            count => filled += count,
        }
    }
    filled
}

#[test]
#[ignore = "it takes minutes"]
fn after_a_hundred_thousand_connections_everything_is_back() {
    const ROUNDS: usize = 1000;
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let none = descriptors();
    let echo = Running::start(Mode::Splice, Options::default());
    let (address, stopper, running) = start_proxy(echo.address);
    let start = Instant::now();
    let (mut before, mut memory_before) = (0, 0);
    for round in 0..ROUNDS {
        let clients: Vec<_> = (0..100).map(|_| connect(address)).collect();
        clients.iter().for_each(|client| round_trip(client, b"hello"));
        if round % 10 == 0 {
            // So that pipes are taken as well.
            support::stream_through(&clients[0], 4 << 20);
        }
        for (index, client) in clients.into_iter().enumerate() {
            if index % 2 == 0 { close(client) } else { reset(client) }
        }
        if round == ROUNDS / 10 {
            wait_until(|| stopper.counts().failed == 50 * (round as u64 + 1));
            (before, memory_before) = (descriptors(), memory());
        }
    }
    wait_until(|| stopper.counts().failed == 50 * ROUNDS as u64);
    println!("100,000 connections in {:?}", start.elapsed());
    println!("descriptors {before} before, {} after", descriptors());
    println!("memory {memory_before} before, {} after", memory());
    // Pipes that idle in their pool stay open, at most 64 of them in each of the two servers.
    assert!(descriptors() <= before + 4 * 64);
    assert!(memory() < memory_before + (8 << 20));
    stopper.stop();
    let report = running.join().unwrap();
    assert_eq!((report.connections, report.failed), (100 * ROUNDS as u64, 50 * ROUNDS as u64));
    assert!(report.to_client.spliced > 0);
    echo.stop();
    assert_eq!(descriptors(), none);
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}
