//! A server that is stopped lets its connections finish, but waits no longer than agreed.

#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod support;

use std::io::Read;
use std::net::TcpStream;
use std::time::Duration;

use support::{MODES, PATIENCE, Running, close, connections, fill, round_trip, stream_through};
use zc_net::echo::{Mode, Options, Report, Server};

fn within(grace: Duration) -> Options {
    Options { grace, ..Options::default() }
}

/// Runs `visit` with a server of each mode; the report must say `expected` of its connections:
/// how many there were, how many failed, and how many the server ended.
#[track_caller]
fn check(options: Options, visit: impl Fn(Running) -> Report, expected: (u64, u64, u64)) {
    for mode in MODES {
        let report = visit(Running::start(mode, options));
        assert_eq!(connections(report), expected, "{mode:?}");
        assert!(report.copies.write <= report.copies.read, "{mode:?}");
        assert_eq!(report.accept_errors, 0, "{mode:?}");
    }
}

/// The client finds the connection ended, in one way or another.
fn expect_end(mut stream: TcpStream) {
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        Ok(_) => {}
        Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset),
    }
}

#[test]
fn a_server_without_connections_stops_at_once() {
    check(within(PATIENCE), Running::stop, (0, 0, 0));
}

#[test]
fn a_server_that_was_stopped_before_it_runs_does_not_run() {
    for mode in MODES {
        let server = Server::bind(mode, "127.0.0.1:0", within(PATIENCE)).unwrap();
        let _waiting = TcpStream::connect(server.local_addr()).unwrap();
        server.stopper().clone().stop();
        server.stopper().stop();
        assert_eq!(connections(server.run().unwrap()), (0, 0, 0), "{mode:?}");
    }
}

#[test]
fn idle_connections_are_ended_after_the_grace_period() {
    let visit = |running: Running| {
        let idle: Vec<_> = (0..20).map(|_| running.connect()).collect();
        idle.iter().for_each(|stream| round_trip(stream, b"hello"));
        let report = running.stop();
        idle.into_iter().for_each(expect_end);
        report
    };
    check(within(Duration::from_millis(200)), visit, (20, 0, 20));
}

#[test]
fn clients_that_close_within_the_grace_period_are_not_ended() {
    let visit = |running: Running| {
        let idle: Vec<_> = (0..20).map(|_| running.connect()).collect();
        idle.iter().for_each(|stream| round_trip(stream, b"hello"));
        running.stopper.stop();
        idle.into_iter().for_each(close);
        running.join()
    };
    check(within(PATIENCE), visit, (20, 0, 0));
}

#[test]
fn a_transfer_goes_on_while_nobody_new_is_let_in() {
    let visit = |running: Running| {
        let stream = running.connect();
        round_trip(&stream, b"hello");
        running.stopper.stop();
        while TcpStream::connect(running.address).is_ok() {
            std::thread::sleep(Duration::from_millis(1));
        }
        stream_through(&stream, 8 << 20);
        close(stream);
        let report = running.join();
        assert_eq!(report.bytes, (8 << 20) + 5);
        report
    };
    for mode in MODES {
        let report = visit(Running::start(mode, within(PATIENCE)));
        assert_eq!((report.failed, report.ended), (0, 0), "{mode:?}");
    }
}

#[test]
fn without_a_grace_period_a_transfer_is_ended() {
    let visit = |running: Running| {
        let stream = running.connect();
        fill(&stream);
        let report = running.stop();
        expect_end(stream);
        report
    };
    check(within(Duration::ZERO), visit, (1, 0, 1));
}

#[test]
fn a_full_server_stops() {
    let visit = |running: Running| {
        let stream = running.connect();
        round_trip(&stream, b"hello");
        let waiting = running.connect();
        let report = running.stop();
        expect_end(stream);
        expect_end(waiting);
        report
    };
    let options = Options { max_connections: 1, ..within(Duration::ZERO) };
    check(options, visit, (1, 0, 1));
}

#[test]
fn a_grace_period_of_any_length_is_waited_for() {
    let visit = |running: Running| {
        let stream = running.connect();
        round_trip(&stream, b"hello");
        running.stopper.stop();
        round_trip(&stream, b"again");
        close(stream);
        running.join()
    };
    check(within(Duration::MAX), visit, (1, 0, 0));
}

#[test]
#[should_panic(expected = "runtime")]
fn a_server_with_a_runtime_does_not_run_within_another() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let server = Server::bind(Mode::Tokio, "127.0.0.1:0", Options::default()).unwrap();
    server.stopper().stop();
    let _ = runtime.block_on(async { server.run() });
}
