//! A proxy between a client and an upstream that are this process: a stream in bulk, and short
//! messages to and fro. The processor time is that of the proxy alone.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Result;
use tempfile::TempDir;

use crate::answer::{Answer, Input};
use crate::case::{Case, Figure};
use crate::child::Server;
use crate::corpus::Corpus;
use crate::engine::{Engine, Program, Run, Serve, Work};
use crate::lockstep::{MESSAGE_LEN, accept, connect, receive_from_all, send_to_all};
use crate::ports;
use crate::processor::on_core;
use crate::stream::{Stream, pattern};
use crate::target::Target;

/// Connections that exchange messages.
const CONNECTIONS: usize = 64;

const WHY_NO_LESS: &str = "nearly all of either is the kernel's: a profile of `zc proxy` has no \
                           copy in it, and what is left takes segments off one socket and delivers \
                           them to the other";

const HAPROXY: Program = Program::Installed("haproxy");

pub(super) const CASES: &[Case] = &[
    Case {
        row: Some(19),
        name: "proxy-bulk",
        what: "pass one stream on, processor time of the proxy",
        corpus: Corpus::Stream { len: 1 << 30 },
        item: "byte",
        figure: Figure::Cpu,
        engines: &[
            proxy("zc proxy", Program::Zc, |path, input| bulk(path, zc, input)),
            proxy("copy_bidirectional", Program::Bench, |path, input| {
                bulk(path, copy_bidirectional, input)
            }),
            proxy("haproxy, made to splice", HAPROXY, |path, input| {
                bulk(path, haproxy_made_to_splice, input)
            }),
        ],
        expected: |input| Answer { items: input.len, sum: 0 },
        targets: &[
            Target::at_most(0.22, "copy_bidirectional").why_missed(WHY_NO_LESS),
            Target::at_most(1.1, "haproxy, made to splice").why_missed(WHY_NO_LESS),
        ],
    },
    Case {
        row: Some(20),
        name: "proxy-ping-pong",
        what: "pass messages of 64 bytes to and fro on 64 connections, processor time of the proxy",
        corpus: Corpus::Stream { len: 4 << 20 },
        item: "round trip",
        figure: Figure::Cpu,
        engines: &[
            proxy("zc proxy", Program::Zc, |path, input| ping_pong(path, zc, input)),
            proxy("copy_bidirectional", Program::Bench, |path, input| {
                ping_pong(path, copy_bidirectional, input)
            }),
            proxy("haproxy", HAPROXY, |path, input| ping_pong(path, haproxy, input)),
        ],
        expected: |input| Answer { items: (rounds(input) * CONNECTIONS) as u64, sum: 0 },
        targets: &[Target::at_most(1.0, "haproxy")],
    },
];

const fn proxy(name: &'static str, program: Program, serve: Serve) -> Engine {
    Engine { name, run: Run::Served { program, serve } }
}

/// Starts the proxy of which the program is at that path, to one upstream.
type Start = fn(&Path, SocketAddr) -> Result<Server>;

fn zc(path: &Path, to: SocketAddr) -> Result<Server> {
    let to = to.to_string();
    let args = ["proxy", "--listen", "127.0.0.1:0", "--to", &to];
    // It writes a line for each connection, which nobody shall read here.
    Server::start(Command::new(path).args(args).stderr(Stdio::null()))
}

fn copy_bidirectional(path: &Path, to: SocketAddr) -> Result<Server> {
    Server::start(Command::new(path).arg("serve-copy-bidirectional").arg(to.to_string()))
}

/// As it comes.
fn haproxy(path: &Path, to: SocketAddr) -> Result<Server> {
    start_haproxy(path, to, "", "")
}

/// With pipes as large as ours; left to itself (`splice-auto`) it was never seen to use one.
fn haproxy_made_to_splice(path: &Path, to: SocketAddr) -> Result<Server> {
    let pipes = "maxpipes 100\n    tune.pipesize 1048576";
    start_haproxy(path, to, pipes, "option splice-request\n    option splice-response")
}

fn start_haproxy(path: &Path, to: SocketAddr, global: &str, defaults: &str) -> Result<Server> {
    let address = ports::free()?;
    let directory = TempDir::with_prefix("zc-bench-haproxy-")?;
    let file = directory.path().join("haproxy.cfg");
    let config = format!(
        "global
    nbthread 1
    maxconn 1000
    {global}
defaults
    mode tcp
    timeout connect 10s
    timeout client 60s
    timeout server 60s
    {defaults}
listen proxy
    bind {address}
    server upstream {to}
"
    );
    fs::write(&file, config)?;
    Server::start_at(Command::new(path).args(["-db", "-q", "-f"]).arg(&file), address)
}

/// Streams a corpus from a client to an upstream.
fn bulk<'i>(path: &Path, start: Start, input: &'i Input) -> Result<Work<'i>> {
    let (path, mut stream) = (path.to_owned(), Stream::new(pattern(), input.len));
    Ok(Box::new(move || {
        let upstream = TcpListener::bind("127.0.0.1:0")?;
        let to = upstream.local_addr()?;
        let server = on_core(0, || start(&path, to))?;
        let done = server.measure(|address| {
            let source = TcpStream::connect(address)?;
            let sink = &accept(&upstream, 1)?[0];
            stream.pass(&source, sink)?;
            Ok(Answer { items: input.len, sum: 0 })
        })?;
        server.stop()?;
        Ok(done)
    }))
}

/// How often each connection of a corpus sends a message.
fn rounds(input: &Input) -> usize {
    usize::try_from(input.len).expect("it fits into memory") / (CONNECTIONS * MESSAGE_LEN)
}

/// Sends a message on each connection, lets the upstream send it back, and so on.
fn ping_pong<'i>(path: &Path, start: Start, input: &'i Input) -> Result<Work<'i>> {
    let path = path.to_owned();
    Ok(Box::new(move || {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let to = listener.local_addr()?;
        let server = on_core(0, || start(&path, to))?;
        let clients = connect(server.address, CONNECTIONS)?;
        let upstreams = accept(&listener, CONNECTIONS)?;
        let done = server.measure(|_| {
            for round in 0..rounds(input) {
                exchange(&clients, &upstreams, round)?;
            }
            Ok(Answer { items: (rounds(input) * CONNECTIONS) as u64, sum: 0 })
        })?;
        drop((clients, upstreams));
        server.stop()?;
        Ok(done)
    }))
}

fn exchange(clients: &[TcpStream], upstreams: &[TcpStream], round: usize) -> Result<()> {
    send_to_all(clients, round)?;
    let mut bytes = [0; MESSAGE_LEN];
    for mut upstream in upstreams {
        upstream.read_exact(&mut bytes)?;
        upstream.write_all(&bytes)?;
    }
    receive_from_all(clients, round)
}
