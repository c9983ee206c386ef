//! A proxy passes on what either side sends, whatever the two do, within its bounds.

#![cfg(all(feature = "io", target_os = "linux"))]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod support;

use std::io::{self, ErrorKind, Read};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, spawn};
use std::time::Duration;

use support::{PATIENCE, expect_end, fill, pass, reset, stream_from_to, wait_until};
use zc_net::proxy::{Options, Report, Server, Stopper};

struct Proxy {
    address: SocketAddr,
    stopper: Stopper,
    lines: Arc<Mutex<Vec<String>>>,
    thread: JoinHandle<io::Result<Report>>,
}

impl Proxy {
    fn start(to: &[SocketAddr], options: Options) -> Self {
        let server = Server::bind("127.0.0.1:0", to, options).unwrap();
        let (address, stopper) = (server.local_addr(), server.stopper());
        let lines = Arc::<Mutex<Vec<String>>>::default();
        let thread = spawn({
            let lines = Arc::clone(&lines);
            move || server.run(move |it| lines.lock().unwrap().push(it.to_string()))
        });
        Self { address, stopper, lines, thread }
    }

    fn connect(&self) -> TcpStream {
        patient(TcpStream::connect(self.address).unwrap())
    }

    /// A client, and the other end of its connection at `upstream`.
    fn passage(&self, upstream: &TcpListener) -> (TcpStream, TcpStream) {
        (self.connect(), patient(upstream.accept().unwrap().0))
    }

    /// The line of the only connection that has ended.
    #[track_caller]
    fn line(&self) -> String {
        wait_until(|| self.lines.lock().unwrap().len() == 1);
        self.lines.lock().unwrap().remove(0)
    }

    fn stop(self) -> Report {
        self.stopper.stop();
        self.thread.join().unwrap().unwrap()
    }
}

fn patient(stream: TcpStream) -> TcpStream {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

fn upstream() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// An address where nobody listens.
fn nowhere() -> SocketAddr {
    upstream().1
}

/// The client finds the connection ended, in one way or another.
fn expect_any_end(mut stream: &TcpStream) {
    match io::copy(&mut stream, &mut io::sink()) {
        Ok(_) => {}
        Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
    }
}

#[test]
fn bytes_pass_both_ways_until_both_sides_have_closed() {
    let (listener, to) = upstream();
    let proxy = Proxy::start(&[to], Options::default());
    let (client, server) = proxy.passage(&listener);
    pass(&client, &server, b"question");
    client.shutdown(Shutdown::Write).unwrap();
    expect_end(&server);
    pass(&server, &client, b"a longer answer");
    drop(server);
    expect_end(&client);
    let line = proxy.line();
    let peer = client.local_addr().unwrap();
    let expected = format!(
        "peer={peer} upstream={to} sent=8 sent_spliced=0 received=15 received_spliced=0 seconds="
    );
    assert!(line.starts_with(&expected), "{line}");
    assert!(line.ends_with(" end=\"closed\""), "{line}");
    let report = proxy.stop();
    assert_eq!((report.connections, report.failed, report.ended), (1, 0, 0));
    assert_eq!((report.to_upstream.bytes, report.to_client.bytes), (8, 15));
    assert_eq!(report.to_client.copies.total(), 30);
}

#[test]
fn the_upstream_may_close_first() {
    let (listener, to) = upstream();
    let proxy = Proxy::start(&[to], Options::default());
    let (client, server) = proxy.passage(&listener);
    pass(&server, &client, b"greeting");
    server.shutdown(Shutdown::Write).unwrap();
    expect_end(&client);
    pass(&client, &server, b"last words");
    drop(client);
    expect_end(&server);
    assert_eq!(proxy.stop().to_upstream.bytes, 10);
}

#[test]
fn long_streams_pass_whole_and_are_spliced() {
    let (listener, to) = upstream();
    let proxy = Proxy::start(&[to], Options::default());
    let (client, server) = proxy.passage(&listener);
    std::thread::scope(|scope| {
        scope.spawn(|| stream_from_to(&client, &server, 64 << 20));
        stream_from_to(&server, &client, 64 << 20);
    });
    drop((client, server));
    let report = proxy.stop();
    for traffic in [report.to_upstream, report.to_client] {
        assert_eq!(traffic.bytes, 64 << 20);
        assert!(traffic.spliced > 32 << 20, "{traffic:?}");
        assert_eq!(traffic.copies.read, traffic.bytes - traffic.spliced);
    }
}

#[test]
fn a_reset_of_one_side_resets_the_other() {
    let (listener, to) = upstream();
    for is_client in [true, false] {
        let proxy = Proxy::start(&[to], Options::default());
        let (client, server) = proxy.passage(&listener);
        pass(&client, &server, b"hello");
        let (leaves, mut stays) = if is_client { (client, server) } else { (server, client) };
        reset(leaves);
        assert_eq!(stays.read(&mut [0; 9]).unwrap_err().kind(), ErrorKind::ConnectionReset);
        let (line, who) = (proxy.line(), if is_client { "client" } else { "upstream" });
        assert!(line.contains(&format!("end=\"{who}: ")), "{line}");
        let report = proxy.stop();
        assert_eq!((report.failed, report.to_upstream.bytes), (1, 5));
    }
}

#[test]
fn upstreams_take_turns_and_one_that_refuses_is_passed_over() {
    let ((first, to_first), (second, to_second)) = (upstream(), upstream());
    let proxy = Proxy::start(&[to_first, nowhere(), to_second], Options::default());
    let mut open = Vec::new();
    for listener in [&first, &second, &second, &first] {
        let (client, server) = proxy.passage(listener);
        pass(&client, &server, b"hello");
        open.push((client, server));
    }
    drop(open);
    assert_eq!(proxy.stop().connections, 4);
}

#[test]
fn an_upstream_may_be_gone_and_come_back() {
    let (listener, to) = upstream();
    let proxy = Proxy::start(&[to], Options::default());
    drop(proxy.passage(&listener));
    proxy.line();
    drop(listener);
    expect_any_end(&proxy.connect());
    let line = proxy.line();
    assert!(line.contains(" upstream=- ") && line.contains("end=\"unreached: "), "{line}");
    let listener = TcpListener::bind(to).unwrap();
    let (client, server) = proxy.passage(&listener);
    pass(&client, &server, b"hello");
    drop((client, server));
    let report = proxy.stop();
    assert_eq!((report.connections, report.unreached, report.failed), (3, 1, 1));
}

#[test]
fn beyond_the_limit_a_connection_waits_for_another_to_end() {
    let (listener, to) = upstream();
    let proxy = Proxy::start(&[to], Options { max_connections: 1, ..Options::default() });
    let first = proxy.passage(&listener);
    let waiting = proxy.connect();
    pass(&first.0, &first.1, b"first");
    assert_eq!(proxy.stopper.counts().connections, 1);
    drop(first);
    let server = patient(listener.accept().unwrap().0);
    pass(&waiting, &server, b"second");
    drop((waiting, server));
    let report = proxy.stop();
    assert_eq!((report.connections, report.most_at_once), (2, 1));
}

#[test]
fn a_connection_on_which_nothing_moves_is_ended() {
    let (listener, to) = upstream();
    let options = Options { idle_timeout: Duration::from_millis(300), ..Options::default() };
    let proxy = Proxy::start(&[to], options);
    let (client, server) = proxy.passage(&listener);
    pass(&client, &server, b"hello");
    expect_end(&client);
    expect_end(&server);
    assert!(proxy.line().ends_with("end=\"idle\""));
    let report = proxy.stop();
    assert_eq!((report.idle, report.failed, report.ended), (1, 0, 0));
}

#[test]
fn a_connection_on_which_bytes_drip_is_not_idle() {
    let (listener, to) = upstream();
    let options = Options { idle_timeout: Duration::from_secs(2), ..Options::default() };
    let proxy = Proxy::start(&[to], options);
    let (client, server) = proxy.passage(&listener);
    for byte in 0..30 {
        pass(&client, &server, &[byte]);
        std::thread::sleep(Duration::from_millis(100));
    }
    drop((client, server));
    assert!(proxy.line().ends_with("end=\"closed\""));
    assert_eq!(proxy.stop().idle, 0);
}

#[test]
fn of_a_client_that_never_reads_no_more_than_a_pipe_is_held() {
    let (listener, to) = upstream();
    let proxy = Proxy::start(&[to], Options { grace: Duration::ZERO, ..Options::default() });
    let (client, server) = proxy.passage(&listener);
    fill(&server);
    let (other, its_server) = proxy.passage(&listener);
    pass(&other, &its_server, b"meanwhile");
    let report = proxy.stop();
    let Report { to_client, .. } = report;
    let most = (64 << 20) + (16 << 10);
    assert!(to_client.bytes > 0 && to_client.bytes < most, "{to_client:?}");
    assert!(to_client.copies.read - to_client.copies.write <= 16 << 10, "{to_client:?}");
    drop(client);
}

#[test]
fn a_transfer_goes_on_after_the_stop_and_nobody_new_is_let_in() {
    let (listener, to) = upstream();
    let proxy = Proxy::start(&[to], Options { grace: PATIENCE, ..Options::default() });
    let (client, server) = proxy.passage(&listener);
    pass(&client, &server, b"hello");
    proxy.stopper.stop();
    wait_until(|| TcpStream::connect(proxy.address).is_err());
    stream_from_to(&server, &client, 8 << 20);
    drop((client, server));
    let report = proxy.stop();
    assert_eq!((report.ended, report.to_client.bytes), (0, 8 << 20));
}

#[test]
fn a_transfer_is_ended_after_the_grace_period_and_reported() {
    let (listener, to) = upstream();
    let proxy = Proxy::start(&[to], Options { grace: Duration::ZERO, ..Options::default() });
    let (client, server) = proxy.passage(&listener);
    fill(&server);
    let lines = Arc::clone(&proxy.lines);
    let report = proxy.stop();
    assert_eq!((report.connections, report.failed, report.ended), (1, 0, 1));
    assert!(report.to_client.bytes > 0);
    assert!(lines.lock().unwrap()[0].ends_with("end=\"stopped\""));
    expect_any_end(&client);
    drop(server);
}

#[test]
fn what_cannot_be_bound_or_reached_by_name_is_an_error() {
    let refused =
        |addr: &str, to: &[&str], options| Server::bind(addr, to, options).unwrap_err().kind();
    let options = Options::default();
    assert_eq!(refused("no address", &["127.0.0.1:1"], options), ErrorKind::InvalidInput);
    assert_eq!(refused("127.0.0.1:0", &["no address"], options), ErrorKind::InvalidInput);
    assert_eq!(refused("127.0.0.1:0", &[], options), ErrorKind::InvalidInput);
    let options = Options { max_connections: 0, ..options };
    assert_eq!(refused("127.0.0.1:0", &["127.0.0.1:1"], options), ErrorKind::InvalidInput);
}
