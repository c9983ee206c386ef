//! Every mode sends back what it receives, whatever its clients do, within its bounds.

#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod support;

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Barrier;

use support::{
    MODES, PATIENCE, Running, close, connections, fill, reset, round_trip, stream_through,
};
use zc_core::Copies;
use zc_net::echo::{Options, Server};

/// Lets clients visit a server of each mode; all of them must come to a good end, and the server
/// must have counted what they sent, which `visit` returns.
#[track_caller]
fn check(options: Options, visit: impl Fn(&Running) -> u64) {
    for mode in MODES {
        let running = Running::start(mode, options);
        let bytes = visit(&running);
        let report = running.stop();
        assert_eq!((report.failed, report.ended), (0, 0), "{mode:?}");
        assert!(report.most_at_once <= options.max_connections, "{mode:?}: {report:?}");
        let copied = bytes - report.spliced;
        let expected = Copies { read: copied, write: copied, ..Copies::default() };
        assert_eq!((report.bytes, report.copies), (bytes, expected), "{mode:?}");
    }
}

#[test]
fn what_is_sent_comes_back() {
    check(Options::default(), |running| {
        let stream = running.connect();
        round_trip(&stream, b"hello");
        round_trip(&stream, b"");
        round_trip(&stream, &[0, 10, 13, 255]);
        close(stream);
        9
    });
}

#[test]
fn messages_of_any_length_pass_buffers_of_any_length() {
    for buffer_len in [1, 2, 1000, 64 << 10] {
        check(Options { buffer_len, ..Options::default() }, |running| {
            let stream = running.connect();
            let lens = [1, 2, 3, 999, 1000, 1001, 4096];
            for len in lens {
                round_trip(&stream, &vec![b'x'; len]);
            }
            close(stream);
            lens.iter().sum::<usize>() as u64
        });
    }
}

#[test]
fn a_long_stream_passes_in_both_directions_at_once() {
    check(Options::default(), |running| {
        let stream = running.connect();
        stream_through(&stream, 64 << 20);
        close(stream);
        64 << 20
    });
}

#[cfg(all(feature = "io", target_os = "linux"))]
#[test]
fn the_kernel_moves_what_is_large_and_small_messages_are_copied() {
    use zc_net::echo::Mode;

    let running = Running::start(Mode::Splice, Options::default());
    let stream = running.connect();
    (0..1000).for_each(|_| round_trip(&stream, &[b'x'; 100]));
    let counts = running.stopper.counts();
    assert_eq!((counts.spliced, counts.copies.read), (0, 100_000));
    stream_through(&stream, 64 << 20);
    close(stream);
    let report = running.stop();
    assert!(report.spliced > 32 << 20, "{report:?}");
}

#[test]
fn after_a_client_has_closed_its_side_it_still_gets_everything() {
    for len in [0, 5, 128 << 10] {
        check(Options { buffer_len: 1000, ..Options::default() }, |running| {
            let mut stream = running.connect();
            let sent: Vec<u8> = (0..=250).cycle().take(len).collect();
            stream.write_all(&sent).unwrap();
            stream.shutdown(Shutdown::Write).unwrap();
            let mut received = Vec::new();
            stream.read_to_end(&mut received).unwrap();
            assert!(received == sent);
            len as u64
        });
    }
}

#[test]
fn a_reset_ends_one_connection_and_is_counted() {
    for mode in MODES {
        let running = Running::start(mode, Options::default());
        let (stays, leaves) = (running.connect(), running.connect());
        round_trip(&stays, b"one");
        round_trip(&leaves, b"two");
        reset(leaves);
        running.wait_until(|counts| counts.failed == 1);
        round_trip(&stays, b"three");
        close(stays);
        assert_eq!(connections(running.stop()), (2, 1, 0), "{mode:?}");
    }
}

#[test]
fn of_a_client_that_never_reads_no_more_than_a_buffer_is_held() {
    for mode in MODES {
        let running = Running::start(mode, Options { buffer_len: 5000, ..Options::default() });
        let other = running.connect();
        round_trip(&other, b"before");
        // A small window, so that less has to be sent until everything is full.
        let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None);
        let socket = socket.unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        socket.connect(&running.address.into()).unwrap();
        let stream = TcpStream::from(socket);
        fill(&stream);
        round_trip(&other, b"meanwhile");
        let Copies { read, write, .. } = running.stopper.counts().copies;
        assert!(read > 0 && read - write <= 5000 + 9, "{mode:?}: {read} - {write}");
        drop(stream);
        running.wait_until(|counts| counts.failed == 1);
        close(other);
        assert_eq!(connections(running.stop()), (2, 1, 0), "{mode:?}");
    }
}

#[test]
fn two_hundred_connections_are_served_at_once() {
    check(Options::default(), |running| {
        let all_are_open = Barrier::new(200);
        std::thread::scope(|scope| {
            for _ in 0..200 {
                scope.spawn(|| {
                    let stream = running.connect();
                    round_trip(&stream, b"hello");
                    all_are_open.wait();
                    round_trip(&stream, b"again");
                    close(stream);
                });
            }
        });
        let counts = running.stopper.counts();
        assert_eq!((counts.connections, counts.most_at_once), (200, 200));
        2000
    });
}

#[test]
fn beyond_the_limit_connections_are_served_in_turn() {
    check(Options { max_connections: 8, ..Options::default() }, |running| {
        std::thread::scope(|scope| {
            for _ in 0..200 {
                scope.spawn(|| {
                    let stream = running.connect();
                    round_trip(&stream, b"hello");
                    close(stream);
                });
            }
        });
        assert_eq!(running.stopper.counts().connections, 200);
        1000
    });
}

#[test]
fn beyond_the_limit_a_connection_waits_for_another_to_end() {
    check(Options { max_connections: 2, ..Options::default() }, |running| {
        let first = [running.connect(), running.connect()];
        first.iter().for_each(|stream| round_trip(stream, b"first"));
        let mut waiting = running.connect();
        waiting.write_all(b"waits").unwrap();
        first.iter().for_each(|stream| round_trip(stream, b"again"));
        assert_eq!(running.stopper.counts().connections, 2);
        first.into_iter().for_each(close);
        waiting.read_exact(&mut [0; 5]).unwrap();
        close(waiting);
        25
    });
}

#[test]
fn counts_are_seen_while_connections_are_open() {
    check(Options::default(), |running| {
        let stream = running.connect();
        round_trip(&stream, b"hello");
        running.wait_until(|counts| counts.copies.total() == 10 && counts.bytes == 5);
        close(stream);
        5
    });
}

#[test]
fn a_client_that_connects_before_the_server_runs_is_served() {
    for mode in MODES {
        let server = Server::bind(mode, "127.0.0.1:0", Options::default()).unwrap();
        let stream = TcpStream::connect(server.local_addr()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let stopper = server.stopper();
        let thread = std::thread::spawn(|| server.run());
        round_trip(&stream, b"early");
        close(stream);
        stopper.stop();
        assert_eq!(connections(thread.join().unwrap().unwrap()), (1, 0, 0), "{mode:?}");
    }
}

#[track_caller]
fn check_refused(addr: &str, options: Options, expected: ErrorKind) {
    for mode in MODES {
        assert_eq!(Server::bind(mode, addr, options).unwrap_err().kind(), expected, "{mode:?}");
    }
}

#[test]
fn what_cannot_be_bound_is_an_error() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = taken.local_addr().unwrap().to_string();
    check_refused(&addr, Options::default(), ErrorKind::AddrInUse);
    check_refused("no address", Options::default(), ErrorKind::InvalidInput);
    check_refused("127.0.0.1:65536", Options::default(), ErrorKind::InvalidInput);
}

#[test]
fn bounds_that_bound_nothing_are_errors() {
    for max_connections in [0, usize::MAX] {
        let options = Options { max_connections, ..Options::default() };
        check_refused("127.0.0.1:0", options, ErrorKind::InvalidInput);
    }
    for buffer_len in [0, usize::MAX] {
        let options = Options { buffer_len, ..Options::default() };
        check_refused("127.0.0.1:0", options, ErrorKind::InvalidInput);
    }
}

#[test]
fn a_server_serves_ipv6_as_well() {
    if TcpListener::bind("[::1]:0").is_err() {
        return println!("skipped: there is no IPv6");
    }
    for mode in MODES {
        let server = Server::bind(mode, "[::1]:0", Options::default()).unwrap();
        let stream = TcpStream::connect(server.local_addr()).unwrap();
        let stopper = server.stopper();
        let thread = std::thread::spawn(|| server.run());
        round_trip(&stream, b"hello");
        close(stream);
        stopper.stop();
        thread.join().unwrap().unwrap();
    }
}
