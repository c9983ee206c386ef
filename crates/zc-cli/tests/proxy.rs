//! `zc proxy` as scripts see it: its first line, its log, its signals and its exit status.

#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod run;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::Command;

use nix::sys::signal::Signal;
use run::server::{PATIENCE, Server};
use run::{finished_trace, lacks_strace, run, zc};
use serde_json::Value;

struct Proxy {
    server: Server,
    upstream: TcpListener,
}

impl Proxy {
    #[track_caller]
    fn start(args: &[&str]) -> Self {
        Self::start_as(zc(), args)
    }

    /// Starts `command`, which is the tool or ends with it, before an upstream of ours.
    #[track_caller]
    fn start_as(mut command: Command, args: &[&str]) -> Self {
        let upstream = TcpListener::bind("127.0.0.1:0").unwrap();
        let to = upstream.local_addr().unwrap().to_string();
        command.args(["proxy", "--listen", "127.0.0.1:0", "--to", &to]).args(args);
        Self { server: Server::start(command), upstream }
    }

    /// A client, and the other end of its connection.
    fn passage(&self) -> (TcpStream, TcpStream) {
        let client = self.server.connect();
        let (upstream, _) = self.upstream.accept().unwrap();
        upstream.set_read_timeout(Some(PATIENCE)).unwrap();
        (client, upstream)
    }
}

/// Sends `len` bytes from one side to the other, which must find all of them and then the end.
#[track_caller]
fn pass_and_close(mut from: &TcpStream, mut to: &TcpStream, len: usize) {
    let sent: Vec<u8> =
        (0..len).map(|index| (index.wrapping_mul(0x9e37_79b9) >> 13).to_le_bytes()[0]).collect();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            from.write_all(&sent).unwrap();
            from.shutdown(Shutdown::Write).unwrap();
        });
        let mut received = Vec::new();
        to.read_to_end(&mut received).unwrap();
        assert!(received == sent);
    });
}

#[test]
fn connections_pass_and_are_logged_until_a_signal() {
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let proxy = Proxy::start(&[]);
        let (client, server) = proxy.passage();
        let to = proxy.upstream.local_addr().unwrap();
        pass_and_close(&client, &server, 8);
        pass_and_close(&server, &client, 1000);
        let peer = client.local_addr().unwrap();
        drop((client, server));
        proxy.server.send(signal);
        let (status, stderr) = proxy.server.wait();
        assert_eq!(status.code(), Some(0));
        let expected = format!(
            "peer={peer} upstream={to} sent=8 sent_spliced=0 received=1000 received_spliced=0 "
        );
        assert!(stderr.starts_with(&expected), "{stderr}");
        assert!(stderr.ends_with(" end=\"closed\"\n"), "{stderr}");
        // The log is logfmt, which the tool itself reads.
        let outcome = run(&["parse", "logfmt", "--select", "received,end"], stderr.as_bytes());
        assert_eq!(outcome.stdout, "{\"received\":\"1000\",\"end\":\"closed\"}\n");
    }
}

#[test]
fn the_ledger_counts_bytes_both_ways_and_what_was_spliced() {
    let proxy = Proxy::start(&["--stats=json"]);
    let (client, server) = proxy.passage();
    pass_and_close(&client, &server, 8 << 20);
    pass_and_close(&server, &client, 5);
    drop((client, server));
    proxy.server.send(Signal::SIGTERM);
    let (_, stderr) = proxy.server.wait();
    let ledger: Value = serde_json::from_str(stderr.lines().last().unwrap()).unwrap();
    let number = |name: &str| ledger[name].as_u64().unwrap();
    assert_eq!((number("bytes_in"), number("bytes_out")), ((8 << 20) + 5, (8 << 20) + 5));
    assert_eq!(number("copied_read"), number("bytes_in") - number("bytes_spliced"));
    assert!(number("bytes_spliced") > 4 << 20, "{ledger}");
    assert_eq!((number("connections"), number("connections_unreached")), (1, 0));
}

#[test]
fn a_transfer_is_ended_after_the_grace_period() {
    let proxy = Proxy::start(&["--grace", "0"]);
    let (mut client, mut server) = proxy.passage();
    server.write_all(b"hello").unwrap();
    client.read_exact(&mut [0; 5]).unwrap();
    proxy.server.send(Signal::SIGTERM);
    assert_eq!(client.read(&mut [0; 9]).unwrap(), 0);
    let (status, stderr) = proxy.server.wait();
    assert_eq!(status.code(), Some(0));
    assert!(stderr.contains(" received=5 ") && stderr.ends_with("end=\"stopped\"\n"), "{stderr}");
}

#[test]
fn an_idle_connection_is_ended_and_one_without_upstream_too() {
    let proxy = Proxy::start(&["--idle-timeout", "0.2", "--connect-timeout", "5"]);
    let (mut client, server) = proxy.passage();
    assert_eq!(client.read(&mut [0; 9]).unwrap(), 0);
    drop(server);
    proxy.server.send(Signal::SIGTERM);
    let (_, stderr) = proxy.server.wait();
    assert!(stderr.ends_with("end=\"idle\"\n"), "{stderr}");
}

#[test]
fn strace_sees_splice_and_no_large_read() {
    if lacks_strace() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trace");
    // With `-D` the process that is started is the tool, and gets the signal.
    let mut strace = Command::new("strace");
    strace.args(["-D", "-f", "-s", "0"]);
    strace.args(["-e", "trace=splice,read,write,recvfrom,sendto,readv,writev,recvmsg,sendmsg"]);
    strace.arg("-o").arg(&path).arg(env!("CARGO_BIN_EXE_zc"));
    let proxy = Proxy::start_as(strace, &["--stats=json"]);
    let (client, server) = proxy.passage();
    pass_and_close(&client, &server, 16 << 20);
    drop((client, server));
    proxy.server.send(Signal::SIGTERM);
    let (_, stderr) = proxy.server.wait();
    let ledger: Value = serde_json::from_str(stderr.lines().last().unwrap()).unwrap();
    let number = |name: &str| ledger[name].as_u64().unwrap();
    let trace = finished_trace(&path);
    let (received, sent) = (returned(&trace, "recvfrom"), returned(&trace, "sendto"));
    assert_eq!(
        [&received, &sent].map(|it| it.iter().sum::<u64>()),
        [number("copied_read"), number("copied_write")]
    );
    assert!(received.iter().all(|count| *count <= 16 << 10), "{received:?}");
    // Into a pipe and out of it.
    assert_eq!(returned(&trace, "splice").iter().sum::<u64>(), 2 * number("bytes_spliced"));
    assert!(number("bytes_spliced") > 8 << 20, "{ledger}");
}

/// What the calls of `name` returned, errors left out.
fn returned(trace: &str, name: &str) -> Vec<u64> {
    let calls = trace.lines().filter(|line| line.contains(name));
    let returned = calls.filter_map(|line| line.rsplit_once("= "));
    returned.filter_map(|(_, count)| count.parse().ok()).collect()
}

#[track_caller]
fn check_refused(args: &[&str], expected: &str) {
    let outcome = run(&[&["proxy"], args].concat(), b"");
    assert_eq!((outcome.status, outcome.stdout.as_str()), (2, ""), "{args:?}");
    assert!(outcome.stderr.contains(expected), "{}", outcome.stderr);
}

#[test]
fn wrong_usage_is_said() {
    check_refused(&["--listen", "127.0.0.1:0"], "--to <ADDR>");
    check_refused(&["--to", "127.0.0.1:1"], "--listen <ADDR>");
    let to = ["--listen", "127.0.0.1:0", "--to"];
    let expected = "zc: cannot pass 127.0.0.1:0 on to nowhere: invalid socket address\n";
    check_refused(&[&to[..], &["nowhere"]].concat(), expected);
    let valid = [&to[..], &["127.0.0.1:1"]].concat();
    check_refused(&[&valid[..], &["--idle-timeout", "soon"]].concat(), "a number of seconds");
    check_refused(&[&valid[..], &["--max-connections", "0"]].concat(), "between 1 and");
}
