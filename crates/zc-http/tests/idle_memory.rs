//! Five thousand connections that idle cost little memory, though each has got an answer before.
//! The memory is that of the whole process, and so the test has a binary of its own.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod support;

use std::io::{Read, Write};
use std::net::TcpStream;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use support::{PATIENCE, Site, crlf, get, noise, settle};
use zc_http::Options;
use zc_net::server;

const CONNECTIONS: usize = 5000;

/// Descriptors for everything else.
const OTHERS: u64 = 200;

/// Bytes of memory that one connection may cost.
const MOST: usize = 8 << 10;

#[test]
fn a_connection_that_idles_costs_little_memory() {
    // Each connection has two ends in this process.
    let wanted = 2 * CONNECTIONS as u64 + OTHERS;
    let maximum = getrlimit(Resource::Nofile).maximum;
    if let Some(hard) = maximum.filter(|hard| *hard < wanted) {
        return println!("skipped: {hard} descriptors are allowed, and {wanted} are needed");
    }
    setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum }).unwrap();
    let bounds = server::Options { max_connections: CONNECTIONS, ..server::Options::default() };
    let site = Site::start_with(Options::default(), bounds);
    site.write("file", noise(1024));
    settle();
    // The first connections make what all of them share.
    let mut clients: Vec<_> = (0..CONNECTIONS / 10).map(|_| connect(&site)).collect();
    let (few, before) = (clients.len(), memory());
    clients.resize_with(CONNECTIONS, || connect(&site));
    // The last one of them waits for its next request when another one is answered.
    ask(&clients[0]);
    let each = memory().saturating_sub(before) / (CONNECTIONS - few);
    println!("{each} bytes of memory for a connection");
    assert!(each < MOST, "{each} bytes");
    drop(clients);
    assert_eq!(site.stop().connections.failed, 0);
}

fn connect(site: &Site) -> TcpStream {
    let client = TcpStream::connect(site.address).unwrap();
    client.set_read_timeout(Some(PATIENCE)).unwrap();
    ask(&client);
    client
}

/// Asks for the file, and reads the answer to its end.
fn ask(mut client: &TcpStream) {
    client.write_all(&crlf(&get("/file"))).unwrap();
    let expected = noise(1024);
    let mut reply = Vec::new();
    while !reply.ends_with(&expected) {
        let mut room = [0; 2048];
        let count = client.read(&mut room).unwrap();
        assert!(count > 0);
        reply.extend_from_slice(&room[..count]);
    }
}

/// Bytes of memory that this process has for itself.
fn memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() << 10
}
