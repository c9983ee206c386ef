//! Echoing one stream in bulk: the processor time of the server, which is a process of its own.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, ensure};

use crate::case::{Answer, Case, Figure};
use crate::child::Server;
use crate::corpus::Corpus;
use crate::engine::{Engine, Program, Run, Work};
use crate::processor::on_core;
use crate::target::Target;

const WHY_NO_BETTER: &str = "the server copies into a buffer of 64 KiB and out again, as the \
                             article's with such a buffer does; to save that takes splice";

pub(super) const CASES: &[Case] = &[Case {
    row: Some(24),
    name: "echo",
    what: "echo a stream, processor time of the server",
    corpus: Corpus::Stream { len: 1 << 30 },
    item: "byte",
    figure: Figure::Cpu,
    engines: &[
        server("zc echo std", Program::Zc, &["echo", "--listen", "127.0.0.1:0", "--mode", "std"]),
        server(
            "zc echo tokio",
            Program::Zc,
            &["echo", "--listen", "127.0.0.1:0", "--mode", "tokio"],
        ),
        server("article, 1 KiB", Program::Bench, &["serve-article-echo"]),
        server("article, 64 KiB", Program::Bench, &["serve-echo-64k"]),
    ],
    expected: |input| Answer { items: input.len, sum: 0 },
    targets: &[
        Target::at_most(0.05, "article, 1 KiB").why_missed(WHY_NO_BETTER),
        Target::at_most(0.95, "article, 64 KiB").why_missed(WHY_NO_BETTER),
    ],
}];

const fn server(name: &'static str, program: Program, args: &'static [&'static str]) -> Engine {
    Engine { name, run: Run::Echo { program, args } }
}

/// Bytes of the pattern that is sent again and again; odd, so that a piece that is lost or comes
/// twice is seen.
const PATTERN_LEN: usize = (1 << 20) - 1;

/// Bytes that are sent or received in one call, at most.
const PIECE: usize = 256 << 10;

/// Starts a server on one core, streams `len` bytes through it from another, and stops it.
pub(crate) fn work(
    program: PathBuf,
    args: &'static [&'static str],
    len: u64,
) -> Result<Work<'static>> {
    let pattern = pattern();
    Ok(Box::new(move || {
        let server = on_core(0, || Server::start(Command::new(&program).args(args)))?;
        on_core(1, || stream(server.address, &pattern, len))?;
        server.stop()?;
        Ok(Answer { items: len, sum: 0 }.into())
    }))
}

/// Pseudo-random bytes, by the generator `xorshift64` of Marsaglia.
fn pattern() -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    };
    (0..PATTERN_LEN).map(|_| next()).collect()
}

/// Sends `len` bytes and checks that they come back, and that nothing follows.
fn stream(address: SocketAddr, pattern: &[u8], len: u64) -> Result<()> {
    let socket = TcpStream::connect(address)?;
    thread::scope(|scope| {
        let sender = scope.spawn(|| send(&socket, pattern, len));
        let received = receive(&socket, pattern, len);
        if received.is_err() {
            // So that the sender, which may wait for the server, ends too.
            let _ = socket.shutdown(Shutdown::Both);
        }
        let sent = sender.join().expect("the sender does not panic");
        received?;
        sent.context("the server did not take all bytes")
    })
}

fn send(mut socket: &TcpStream, pattern: &[u8], len: u64) -> io::Result<()> {
    let mut sent = 0;
    while sent < len {
        let piece = piece(pattern, sent, len);
        socket.write_all(piece)?;
        sent += piece.len() as u64;
    }
    socket.shutdown(Shutdown::Write)
}

fn receive(mut socket: &TcpStream, pattern: &[u8], len: u64) -> Result<()> {
    let mut buffer = vec![0; PIECE];
    let mut received = 0;
    while received < len {
        let expected = piece(pattern, received, len);
        let count = socket.read(&mut buffer[..expected.len()])?;
        ensure!(count > 0, "the stream ended after {received} of {len} bytes");
        let place = format_args!("after {received} bytes");
        ensure!(buffer[..count] == expected[..count], "other bytes came back {place}");
        received += count as u64;
    }
    ensure!(socket.read(&mut buffer)? == 0, "more came back than was sent");
    Ok(())
}

/// What is to be sent after `done` of `len` bytes, up to [`PIECE`] of it.
fn piece(pattern: &[u8], done: u64, len: u64) -> &[u8] {
    let start = usize::try_from(done % pattern.len() as u64).expect("less than the pattern");
    let left = usize::try_from(len - done).unwrap_or(usize::MAX);
    let rest = &pattern[start..];
    &rest[..rest.len().min(PIECE).min(left)]
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;

    use super::{PATTERN_LEN, pattern, stream};

    /// What becomes of a stream of which the server changes what `change` changes.
    #[track_caller]
    fn check(change: impl FnOnce(&mut Vec<u8>) + Send + 'static, expected: Result<(), &str>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = thread::spawn(move || {
            let (mut socket, _) = listener.accept().unwrap();
            let mut bytes = Vec::new();
            socket.read_to_end(&mut bytes).unwrap();
            change(&mut bytes);
            let _ = socket.write_all(&bytes);
        });
        let streamed = stream(address, &pattern(), 2 * PATTERN_LEN as u64 + 7);
        server.join().unwrap();
        assert_eq!(streamed.map_err(|error| error.to_string()), expected.map_err(str::to_owned));
    }

    #[test]
    fn a_stream_that_comes_back_is_fine() {
        check(|_| {}, Ok(()));
    }

    #[test]
    fn a_stream_that_comes_back_otherwise_is_an_error() {
        check(|bytes| bytes.truncate(5), Err("the stream ended after 5 of 2097157 bytes"));
        check(|bytes| bytes.push(0), Err("more came back than was sent"));
        check(|bytes| bytes[0] ^= 1, Err("other bytes came back after 0 bytes"));
    }
}
