//! Many clients for a while: no byte is wrong, and nothing is left behind in the server.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod run;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use run::server::Server;
use run::zc;
use tempfile::TempDir;

const CONNECTIONS: usize = 64;

/// Requests of each connection between two looks at the server.
const REQUESTS: usize = 100;

/// Around the longest file in memory, and what is sent in windows.
const LENGTHS: [usize; 6] = [0, 1, 4097, 64 << 10, (64 << 10) + 1, 2 << 20];

/// Bytes by which the memory of the server may differ after any two rounds.
const MOST_GROWTH: usize = 2 << 20;

struct Soak {
    server: Server,
    /// The files, by their place in [`LENGTHS`].
    bodies: Vec<Vec<u8>>,
    _directory: TempDir,
}

impl Soak {
    fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let bodies: Vec<Vec<u8>> = LENGTHS.iter().map(|len| pattern(*len)).collect();
        for (place, body) in bodies.iter().enumerate() {
            fs::write(directory.path().join(place.to_string()), body).unwrap();
        }
        thread::sleep(Duration::from_millis(30));
        let mut command = zc();
        command.arg("serve").arg(directory.path()).args(["--listen", "127.0.0.1:0"]);
        Self { server: Server::start(command), bodies, _directory: directory }
    }

    /// All connections, each of which asks for one thing after the other; then what the server has.
    fn round(&self) -> Held {
        thread::scope(|scope| {
            for seed in 0..CONNECTIONS {
                scope.spawn(move || self.ask_all(seed));
            }
        });
        // It sees the ends of connections a little later.
        for _ in 0..6000 {
            let held = Held::by(&self.server);
            if held.sockets <= 1 {
                return held;
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("connections are left");
    }

    fn ask_all(&self, seed: usize) {
        let mut client = BufReader::new(self.server.connect());
        for index in 0..REQUESTS {
            let place = (seed + index) % LENGTHS.len();
            let body = &self.bodies[place];
            let (start, end) = (body.len() / 3, body.len().div_ceil(2));
            match (seed * 7 + index) % 10 {
                0..=5 => assert!(get(&mut client, place, "") == (200, body.clone())),
                6 | 7 if start < end => {
                    let range = format!("Range: bytes={start}-{}\r\n", end - 1);
                    assert!(get(&mut client, place, &range) == (206, body[start..end].to_vec()));
                }
                6..=8 => {
                    let found = get(&mut client, place, "If-None-Match: *\r\n");
                    assert_eq!(found, (304, Vec::new()));
                }
                // Somebody goes away in the middle of an answer.
                _ => {
                    send(&client, place, "");
                    client = BufReader::new(self.server.connect());
                }
            }
        }
    }
}

fn send(client: &BufReader<TcpStream>, place: usize, header: &str) {
    let request = format!("GET /{place} HTTP/1.1\r\nHost: a\r\n{header}\r\n");
    client.get_ref().write_all(request.as_bytes()).unwrap();
}

/// Asks once; returns the status and the body.
fn get(client: &mut BufReader<TcpStream>, place: usize, header: &str) -> (u16, Vec<u8>) {
    send(client, place, header);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert!(client.read_line(&mut head).unwrap() > 0, "{head}");
    }
    let len = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
    let mut body = vec![0; len.map_or(0, |len| len.parse().unwrap())];
    client.read_exact(&mut body).unwrap();
    (head[9..12].parse().unwrap(), body)
}

/// Bytes that are others at every place, and in every file.
fn pattern(len: usize) -> Vec<u8> {
    let mixed =
        (0..len as u64).map(|place| (place + len as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    mixed.map(|mixed| mixed.to_be_bytes()[0]).collect()
}

/// What a server has.
#[derive(Debug)]
struct Held {
    descriptors: usize,
    sockets: usize,
    memory: usize,
}

impl Held {
    fn by(server: &Server) -> Self {
        let process = format!("/proc/{}", server.id());
        let descriptors = fs::read_dir(format!("{process}/fd")).unwrap();
        let targets: Vec<_> =
            descriptors.filter_map(|it| fs::read_link(it.ok()?.path()).ok()).collect();
        let is_socket = |target: &&std::path::PathBuf| target.to_string_lossy().contains("socket:");
        let status = fs::read_to_string(format!("{process}/status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
        let memory = line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() << 10;
        Self {
            descriptors: targets.len(),
            sockets: targets.iter().filter(is_socket).count(),
            memory,
        }
    }
}

/// Compares what the server has after each of several rounds.
#[track_caller]
fn check(is_over: impl Fn(usize) -> bool) {
    let soak = Soak::start();
    // Once everything that there is one of is there.
    soak.round();
    let before = soak.round();
    let mut rounds = 0;
    while !is_over(rounds) {
        let after = soak.round();
        assert_eq!(after.descriptors, before.descriptors, "{before:?}, {after:?}");
        assert!(after.memory < before.memory + MOST_GROWTH, "{before:?}, {after:?}");
        rounds += 1;
    }
    soak.server.send(Signal::SIGTERM);
    assert_eq!(soak.server.wait().0.code(), Some(0));
}

#[test]
fn nothing_is_left_behind_by_64_connections() {
    check(|rounds| rounds == 2);
}

#[test]
#[ignore = "it takes five minutes"]
fn nothing_is_left_behind_in_five_minutes() {
    let start = Instant::now();
    check(|_| start.elapsed() > Duration::from_secs(300));
}
