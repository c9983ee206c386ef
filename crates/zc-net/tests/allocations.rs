//! Messages are sent back without an allocation: counted on this thread, in its own binary.

#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod support;

use std::net::{TcpListener, TcpStream};
use std::thread::{JoinHandle, spawn};

use allocation_counter::measure;
use support::{close, round_trip};
use zc_net::Meter;
use zc_net::echo::{Buffers, echo_std, echo_tokio};

/// Sends a thousand messages from another thread, and closes.
fn client(listener: &TcpListener) -> JoinHandle<()> {
    let address = listener.local_addr().unwrap();
    spawn(move || {
        let stream = TcpStream::connect(address).unwrap();
        (1..=1000).for_each(|len| round_trip(&stream, &vec![b'x'; len]));
        close(stream);
    })
}

#[test]
fn a_thread_allocates_nothing_for_a_message() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = client(&listener);
    let (stream, _) = listener.accept().unwrap();
    let (mut buffer, meter) = (vec![0; 64 << 10], Meter::default());
    let counted = measure(|| echo_std(&stream, &mut buffer, &meter).unwrap());
    client.join().unwrap();
    assert_eq!((counted.count_total, meter.bytes()), (0, 500_500));
}

#[test]
fn a_task_allocates_nothing_for_a_message_once_its_pool_has_a_buffer() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
    let buffers = Buffers::new(64 << 10);
    let serve = || {
        let client = client(&listener);
        let (stream, _) = listener.accept().unwrap();
        stream.set_nonblocking(true).unwrap();
        let _context = runtime.enter();
        let mut stream = tokio::net::TcpStream::from_std(stream).unwrap();
        let meter = Meter::default();
        let counted =
            measure(|| runtime.block_on(echo_tokio(&mut stream, &buffers, &meter)).unwrap());
        client.join().unwrap();
        assert_eq!(meter.bytes(), 500_500);
        counted.count_total
    };
    serve();
    assert_eq!(serve(), 0);
}
