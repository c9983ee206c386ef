//! The example `resp_server` answers whatever arrives, however it arrives, within its bounds.

#![forbid(unsafe_code)]
#![cfg(feature = "parse")]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

#[path = "../examples/resp_server.rs"]
#[allow(dead_code, reason = "its `main` serves until the process ends")]
mod resp_server;

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use resp_server::Server;

/// Longer than anything takes; a client that waits longer fails instead of hanging.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that runs until the test process ends.
fn start(memory: usize) -> SocketAddr {
    let server = Server::bind("127.0.0.1:0", memory).unwrap();
    let address = server.local_addr();
    thread::spawn(|| server.run());
    address
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

/// A command as clients send it.
fn command(words: &[&[u8]]) -> Vec<u8> {
    let mut bytes = format!("*{}\r\n", words.len()).into_bytes();
    for word in words {
        bytes.extend_from_slice(format!("${}\r\n", word.len()).as_bytes());
        bytes.extend_from_slice(word);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}

fn commands(lines: &[&str]) -> Vec<u8> {
    let words = |line: &str| command(&line.split(' ').map(str::as_bytes).collect::<Vec<_>>());
    lines.iter().flat_map(|line| words(line)).collect()
}

/// Asserts what the server answers to `pieces`, after which the client closes its side.
#[track_caller]
fn check(address: SocketAddr, pieces: &[&[u8]], expected: &str) {
    let mut stream = connect(address);
    for piece in pieces {
        // The server may have closed the connection before it got all of what is no command.
        let _ = stream.write_all(piece);
    }
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert_eq!(answer.escape_ascii().to_string(), expected.as_bytes().escape_ascii().to_string());
}

#[track_caller]
fn check_lines(address: SocketAddr, lines: &[&str], expected: &str) {
    check(address, &[&commands(lines)], expected);
}

#[test]
fn each_command_has_its_answer() {
    let address = start(1 << 20);
    check_lines(address, &["PING", "ping hello"], "+PONG\r\n$5\r\nhello\r\n");
    check_lines(
        address,
        &["ECHO hello", "ECHO"],
        "$5\r\nhello\r\n-ERR wrong number of arguments\r\n",
    );
    check_lines(address, &["GET a", "SET a 1", "GET a"], "$-1\r\n+OK\r\n$1\r\n1\r\n");
    check_lines(address, &["SET a 22", "GET a", "EXISTS a b a"], "+OK\r\n$2\r\n22\r\n:2\r\n");
    check_lines(address, &["DEL a b", "DEL a", "GET a"], ":1\r\n:0\r\n$-1\r\n");
    check_lines(address, &["SET a  ", "SET a b c"], "-ERR syntax error\r\n-ERR syntax error\r\n");
    check_lines(address, &["SET a ", "GET a"], "+OK\r\n$0\r\n\r\n");
    check_lines(
        address,
        &["COMMAND DOCS", "CONFIG GET save"],
        "*0\r\n*2\r\n$4\r\nsave\r\n$0\r\n\r\n",
    );
    check_lines(address, &["SELECT 0", "SELECT 1"], "+OK\r\n-ERR DB index is out of range\r\n");
    check_lines(
        address,
        &["FLUSHALL", "QUIT", "PING"],
        "-ERR unknown command 'FLUSHALL'\r\n+OK\r\n",
    );
    check_lines(address, &["SET", "GET a b"], &"-ERR wrong number of arguments\r\n".repeat(2));
    check_lines(address, &["BAD\r\nNAME"], "-ERR unknown command 'BAD\\r\\nNAME'\r\n");
}

#[test]
fn commands_are_answered_wherever_they_are_split() {
    let address = start(1 << 20);
    let input = commands(&["SET key value", "GET key", "EXISTS key", "DEL key", "PING"]);
    let expected = "+OK\r\n$5\r\nvalue\r\n:1\r\n:1\r\n+PONG\r\n";
    for cut in 0..=input.len() {
        let (first, second) = input.split_at(cut);
        check(address, &[first, second], expected);
    }
    check(address, &input.chunks(1).collect::<Vec<_>>(), expected);
}

#[test]
fn many_commands_at_once_are_answered_in_their_order() {
    let address = start(64 << 20);
    let mut stream = connect(address);
    let mut writer = stream.try_clone().unwrap();
    let sender = thread::spawn(move || {
        for number in 0..20_000 {
            let value = number.to_string().repeat(1 + number % 50);
            let words = [b"SET", value.as_bytes(), value.as_bytes()];
            writer.write_all(&command(&words)).unwrap();
            writer.write_all(&command(&[b"GET", value.as_bytes()])).unwrap();
        }
        writer.shutdown(Shutdown::Write).unwrap();
    });
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    sender.join().unwrap();
    let expected: String = (0..20_000)
        .map(|number: usize| {
            let value = number.to_string().repeat(1 + number % 50);
            format!("+OK\r\n${}\r\n{value}\r\n", value.len())
        })
        .collect();
    assert!(answer == expected.as_bytes());
}

#[test]
fn large_values_come_back_whole_and_may_be_replaced_while_they_are_sent() {
    let address = start(256 << 20);
    for len in [1, 16 << 10, 32 << 10, 33 << 10, 64 << 10, 1 << 20, 8 << 20] {
        let value: Vec<u8> = (0..=250).cycle().take(len).collect();
        let mut stream = connect(address);
        stream.write_all(&command(&[b"SET", b"large", &value])).unwrap();
        stream.write_all(&commands(&["GET large", "SET large small", "GET large"])).unwrap();
        let expected = [b"+OK\r\n$", len.to_string().as_bytes(), b"\r\n", &value].concat();
        let expected = [&expected[..], b"\r\n+OK\r\n$5\r\nsmall\r\n"].concat();
        let mut answer = vec![0; expected.len()];
        stream.read_exact(&mut answer).unwrap();
        assert!(answer == expected, "{len} bytes");
    }
}

#[test]
fn what_is_no_command_is_an_error_and_ends_the_connection() {
    let address = start(1 << 20);
    let inputs: [&[u8]; 9] = [
        b"PING\r\n",
        b"+OK\r\n",
        b"*0\r\n",
        b"*1\r\n:1\r\n",
        b"*-1\r\n",
        b"*1000000000\r\n",
        b"*1\r\n$99999999999\r\n",
        b"*1\r\n*1\r\n$4\r\nPING\r\n",
        b"*1\r\n$4\r\nPI",
    ];
    for input in inputs {
        let mut stream = connect(address);
        stream.write_all(input).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let is_one_error = answer.starts_with("-ERR Protocol error: ") && answer.ends_with("\r\n");
        assert!(is_one_error && answer.lines().count() == 1, "{}: {answer}", input.escape_ascii());
    }
    check_lines(address, &["PING"], "+PONG\r\n");
}

#[test]
fn keys_and_values_that_are_too_long_are_refused_and_the_connection_goes_on() {
    let address = start(256 << 20);
    let refused = "-ERR key or value is too long\r\n+PONG\r\n";
    let ping = commands(&["PING"]);
    check(address, &[&command(&[b"SET", &[b'k'; (64 << 10) + 1], b"v"]), &ping], refused);
    check(address, &[&command(&[b"SET", b"k", &vec![b'v'; (8 << 20) + 1]]), &ping], refused);
}

#[test]
fn memory_is_bounded_and_comes_back_with_what_is_deleted() {
    let address = start(1 << 20);
    let full = "-OOM command not allowed when used memory > limit\r\n";
    let mut stream = connect(address);
    let mut put = |key: &str, len: usize| {
        stream.write_all(&command(&[b"SET", key.as_bytes(), &vec![b'v'; len]])).unwrap();
        let mut answer = vec![0; 99];
        let count = stream.read(&mut answer).unwrap();
        answer.truncate(count);
        String::from_utf8(answer).unwrap()
    };
    let stored = (0..100_000).take_while(|key| put(&key.to_string(), 100) == "+OK\r\n").count();
    // Each costs its bytes and what is around them.
    assert!((1000..10_000).contains(&stored), "{stored}");
    assert_eq!(put("0", 10_000), full);
    assert_eq!(put("0", 1), "+OK\r\n");
    for key in 0..stored {
        check_lines(address, &[&format!("DEL {key}")], ":1\r\n");
        if key == 1000 {
            break;
        }
    }
    assert_eq!(put("0", 100_000), "+OK\r\n");
}

#[test]
fn a_small_value_does_not_pin_the_buffer_of_a_large_command() {
    let address = start(64 << 20);
    let mut stream = connect(address);
    for key in 0..50 {
        // A buffer grows for the first, and the second lies behind it.
        let large = command(&[b"ECHO", &vec![b'x'; 4 << 20]]);
        let small = command(&[b"SET", key.to_string().as_bytes(), &[b'v'; 40 << 10]]);
        stream.write_all(&[large, small].concat()).unwrap();
        let mut answer = vec![0; "$4194304\r\n".len() + (4 << 20) + "\r\n+OK\r\n".len()];
        stream.read_exact(&mut answer).unwrap();
        assert!(answer.ends_with(b"\r\n+OK\r\n"));
    }
    // Pinned buffers would have been charged 200 MiB.
    check_lines(address, &["EXISTS 0 49"], ":2\r\n");
}

/// What a client of Redis prints, or `None` where it is not installed.
fn client(name: &str, args: &[&str]) -> Option<String> {
    let Ok(output) = Command::new(name).args(args).stdin(Stdio::null()).output() else {
        assert!(std::env::var_os("ZC_REQUIRE_TOOLS").is_none(), "{name} is not installed");
        println!("skipped: {name} is not installed");
        return None;
    };
    assert!(output.status.success(), "{output:?}");
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn the_clients_of_redis_are_served() {
    let port = start(64 << 20).port().to_string();
    let Some(said) = client("redis-cli", &["-p", &port, "SET", "greeting", "hello"]) else {
        return;
    };
    assert_eq!(said, "OK\n");
    assert_eq!(client("redis-cli", &["-p", &port, "GET", "greeting"]).unwrap(), "hello\n");
    assert!(client("redis-cli", &["-p", &port, "INFO"]).unwrap().contains("redis_version"));
    let args = ["-p", &port, "-P", "16", "-n", "10000", "-t", "set,get", "-r", "100", "--csv"];
    let Some(said) = client("redis-benchmark", &args) else { return };
    assert!(said.contains("\"SET\"") && said.contains("\"GET\""), "{said}");
    assert!(!said.contains("rror"), "{said}");
}
