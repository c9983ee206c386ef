//! Commands of RESP, 16 at a time on 50 connections: the processor time of the server.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};
use tempfile::TempDir;

use crate::answer::{Answer, Input};
use crate::case::{Case, Figure};
use crate::child::Server;
use crate::corpus::Corpus;
use crate::engine::{Engine, Program, Run, Serve, Work};
use crate::lockstep::connect;
use crate::ports;
use crate::processor::on_core;
use crate::target::Target;

/// The figures of `redis-benchmark -P 16`: connections, and commands in a row on each of them.
const CONNECTIONS: usize = 50;
const PIPELINED: usize = 16;

/// Different keys.
const KEYS: usize = 10_000;

/// Bytes of a command, roughly; by them a corpus is divided into commands.
const COMMAND_LEN: usize = 64;

const TARGETS: &[Target] = &[Target::at_most(0.8, "redis-server").why_missed(
    "nearly half of what either spends is the kernel's, for one read and one write of 16 commands",
)];

const REDIS: Program = Program::Installed("redis-server");

pub(super) const CASES: &[Case] = &[
    case(
        "resp-set",
        "store values of 3 bytes, 16 pipelined, processor time of the server",
        &[
            server("zc-net's resp_server", Program::Bench, |path, input| {
                work(path, example, set, input)
            }),
            server("redis-server", REDIS, |path, input| work(path, redis, set, input)),
        ],
    ),
    case(
        "resp-get",
        "fetch values of 3 bytes, 16 pipelined, processor time of the server",
        &[
            server("zc-net's resp_server", Program::Bench, |path, input| {
                work(path, example, get, input)
            }),
            server("redis-server", REDIS, |path, input| work(path, redis, get, input)),
        ],
    ),
];

const fn case(name: &'static str, what: &'static str, engines: &'static [Engine]) -> Case {
    Case {
        row: Some(25),
        name,
        what,
        corpus: Corpus::Stream { len: 64 << 20 },
        item: "command",
        figure: Figure::Cpu,
        engines,
        expected: |input| Answer { items: commands(input), sum: 0 },
        targets: TARGETS,
    }
}

const fn server(name: &'static str, program: Program, serve: Serve) -> Engine {
    Engine { name, run: Run::Served { program, serve } }
}

/// Starts the server of which the program is at that path.
type Start = fn(&Path) -> Result<Server>;

fn example(path: &Path) -> Result<Server> {
    Server::start(Command::new(path).arg("serve-resp"))
}

/// As it comes, but that it writes nothing to disk.
fn redis(path: &Path) -> Result<Server> {
    let address = ports::free()?;
    let directory = TempDir::with_prefix("zc-bench-redis-")?;
    let port = address.port().to_string();
    let args = ["--bind", "127.0.0.1", "--port", &port, "--save", "", "--logfile", "/dev/null"];
    let mut command = Command::new(path);
    Server::start_at(command.args(args).current_dir(directory.path()), address)
}

/// Adds the command for a key to a request, and what is answered to the response.
type Ask = fn(usize, &mut Vec<u8>, &mut Vec<u8>);

fn set(key: usize, request: &mut Vec<u8>, response: &mut Vec<u8>) {
    let value = key % 1000;
    let command = format!("*3\r\n$3\r\nSET\r\n$16\r\nkey:{key:012}\r\n$3\r\n{value:03}\r\n");
    request.extend_from_slice(command.as_bytes());
    response.extend_from_slice(b"+OK\r\n");
}

fn get(key: usize, request: &mut Vec<u8>, response: &mut Vec<u8>) {
    request.extend_from_slice(format!("*2\r\n$3\r\nGET\r\n$16\r\nkey:{key:012}\r\n").as_bytes());
    response.extend_from_slice(format!("$3\r\n{:03}\r\n", key % 1000).as_bytes());
}

/// How many commands a corpus makes: whole rounds of all connections.
fn commands(input: &Input) -> u64 {
    let round = (CONNECTIONS * PIPELINED) as u64;
    input.len / COMMAND_LEN as u64 / round * round
}

/// Stores all keys, and then asks as many times as the corpus is long.
fn work<'i>(path: &Path, start: Start, ask: Ask, input: &'i Input) -> Result<Work<'i>> {
    let path = path.to_owned();
    Ok(Box::new(move || {
        let server = on_core(0, || start(&path))?;
        let connections = connect(server.address, CONNECTIONS)?;
        ask_all(&connections, set, KEYS)?;
        let count = usize::try_from(commands(input))?;
        let done = server.measure(|_| {
            ask_all(&connections, ask, count)?;
            Ok(Answer { items: count as u64, sum: 0 })
        })?;
        drop(connections);
        server.stop()?;
        Ok(done)
    }))
}

/// Sends `count` commands, so many at a time on each connection, and checks the answers.
fn ask_all(connections: &[TcpStream], ask: Ask, count: usize) -> Result<()> {
    let mut numbers = 0..count;
    let (mut request, mut received) = (Vec::new(), Vec::new());
    let mut expected = vec![Vec::new(); connections.len()];
    while !numbers.is_empty() {
        for (mut connection, response) in connections.iter().zip(&mut expected) {
            request.clear();
            response.clear();
            for number in numbers.by_ref().take(PIPELINED) {
                // Scattered over the keys: 7919 is a prime.
                ask(number * 7919 % KEYS, &mut request, response);
            }
            connection.write_all(&request)?;
        }
        for (mut connection, response) in connections.iter().zip(&expected) {
            received.resize(response.len(), 0);
            connection.read_exact(&mut received)?;
            ensure!(received == *response, "{:?} came", String::from_utf8_lossy(&received));
        }
    }
    Ok(())
}
