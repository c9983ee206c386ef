//! A stream of known bytes: sent through a server, and checked when it comes out.

use std::io::{self, Write};
use std::net::{Shutdown, TcpStream};
use std::os::fd::AsRawFd;
use std::thread;

use anyhow::{Context, Result, ensure};
use nix::sys::socket::{MsgFlags, recv};

/// Bytes of the pattern that is sent again and again; odd, so that a piece that is lost or comes
/// twice is seen.
const PATTERN_LEN: usize = (1 << 20) - 1;

/// Bytes that are sent or received in one call, at most.
const PIECE: usize = 256 << 10;

/// Pseudo-random bytes, by the generator `xorshift64` of Marsaglia.
pub(crate) fn pattern() -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    };
    (0..PATTERN_LEN).map(|_| next()).collect()
}

/// A stream that is sent again and again.
///
/// Its bytes are compared when it arrives for the first time. From then on they are only counted,
/// by a receiver that does not even look at them: who is measured shall not have to wait for it.
#[derive(Debug)]
pub(crate) struct Stream {
    pattern: Vec<u8>,
    len: u64,
    was_compared: bool,
}

impl Stream {
    /// The first `len` bytes of `pattern` and of what follows when it is repeated.
    pub(crate) fn new(pattern: Vec<u8>, len: u64) -> Self {
        Self { pattern, len, was_compared: false }
    }

    /// Sends the stream to `source` and checks that it comes out of `sink`, and nothing behind it.
    pub(crate) fn pass(&mut self, source: &TcpStream, sink: &TcpStream) -> Result<()> {
        let (pattern, len, was_compared) = (&self.pattern, self.len, &mut self.was_compared);
        thread::scope(|scope| {
            let sender = scope.spawn(|| send(source, pattern, len));
            let received = receive(sink, pattern, len, was_compared);
            if received.is_err() {
                // So that the sender, which may wait for the server, ends too.
                let _ = source.shutdown(Shutdown::Both);
            }
            let sent = sender.join().expect("the sender does not panic");
            received?;
            sent.context("the server did not take all bytes")
        })
    }

    /// Checks that the stream comes out of `sink`, and nothing behind it.
    pub(crate) fn receive(&mut self, sink: &TcpStream) -> Result<()> {
        receive(sink, &self.pattern, self.len, &mut self.was_compared)
    }
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

fn receive(socket: &TcpStream, pattern: &[u8], len: u64, was_compared: &mut bool) -> Result<()> {
    let flags = if *was_compared { DISCARD } else { MsgFlags::empty() };
    let mut buffer = vec![0; PIECE];
    let mut received = 0;
    while received < len {
        let expected = piece(pattern, received, len);
        let count = recv(socket.as_raw_fd(), &mut buffer[..expected.len()], flags)?;
        ensure!(count > 0, "the stream ended after {received} of {len} bytes");
        let is_same = *was_compared || buffer[..count] == expected[..count];
        ensure!(is_same, "other bytes came back after {received} bytes");
        received += count as u64;
    }
    *was_compared = true;
    let rest = recv(socket.as_raw_fd(), &mut buffer, MsgFlags::empty())?;
    ensure!(rest == 0, "more came back than was sent");
    Ok(())
}

/// Takes bytes off a TCP socket without copying them (tcp(7), `MSG_TRUNC`).
#[cfg(target_os = "linux")]
const DISCARD: MsgFlags = MsgFlags::MSG_TRUNC;
#[cfg(not(target_os = "linux"))]
const DISCARD: MsgFlags = MsgFlags::empty();

/// What is to be sent after `done` of `len` bytes, up to [`PIECE`] of it.
pub(crate) fn piece(pattern: &[u8], done: u64, len: u64) -> &[u8] {
    let start = usize::try_from(done % pattern.len() as u64).expect("less than the pattern");
    let left = usize::try_from(len - done).unwrap_or(usize::MAX);
    let rest = &pattern[start..];
    &rest[..rest.len().min(PIECE).min(left)]
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::thread;

    use super::{PATTERN_LEN, Stream, pattern};

    /// What becomes of a stream of which the server changes what `change` changes.
    #[track_caller]
    fn check(
        was_compared: bool,
        change: impl FnOnce(&mut Vec<u8>) + Send + 'static,
        expected: Result<(), &str>,
    ) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = thread::spawn(move || {
            let (mut socket, _) = listener.accept().unwrap();
            let mut bytes = Vec::new();
            socket.read_to_end(&mut bytes).unwrap();
            change(&mut bytes);
            let _ = socket.write_all(&bytes);
        });
        let socket = TcpStream::connect(address).unwrap();
        let mut stream = Stream::new(pattern(), 2 * PATTERN_LEN as u64 + 7);
        stream.was_compared = was_compared;
        let passed = stream.pass(&socket, &socket);
        server.join().unwrap();
        assert_eq!(passed.map_err(|error| error.to_string()), expected.map_err(str::to_owned));
    }

    #[test]
    fn a_stream_that_comes_back_is_fine() {
        check(false, |_| {}, Ok(()));
        check(true, |_| {}, Ok(()));
    }

    #[test]
    fn a_stream_that_comes_back_otherwise_is_an_error() {
        for was_compared in [false, true] {
            let ended = "the stream ended after 5 of 2097157 bytes";
            check(was_compared, |bytes| bytes.truncate(5), Err(ended));
            check(was_compared, |bytes| bytes.push(0), Err("more came back than was sent"));
        }
    }

    #[test]
    fn bytes_are_compared_when_they_come_for_the_first_time() {
        check(false, |bytes| bytes[0] ^= 1, Err("other bytes came back after 0 bytes"));
        check(true, |bytes| bytes[0] ^= 1, Ok(()));
    }
}
