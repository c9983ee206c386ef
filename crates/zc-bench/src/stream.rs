//! A stream of known bytes: sent through a server, and checked when it comes out.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread;

use anyhow::{Context, Result, ensure};

/// Bytes of the pattern that is sent again and again; odd, so that a piece that is lost or comes
/// twice is seen.
pub(crate) const PATTERN_LEN: usize = (1 << 20) - 1;

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

/// Sends `len` bytes to `source` and checks that they come out of `sink`, and that nothing follows.
pub(crate) fn pass(source: &TcpStream, sink: &TcpStream, pattern: &[u8], len: u64) -> Result<()> {
    thread::scope(|scope| {
        let sender = scope.spawn(|| send(source, pattern, len));
        let received = receive(sink, pattern, len);
        if received.is_err() {
            // So that the sender, which may wait for the server, ends too.
            let _ = source.shutdown(Shutdown::Both);
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

/// Receives `len` bytes and the end of the stream.
pub(crate) fn receive(mut socket: &TcpStream, pattern: &[u8], len: u64) -> Result<()> {
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
    use std::net::{TcpListener, TcpStream};
    use std::thread;

    use super::{PATTERN_LEN, pass, pattern};

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
        let socket = TcpStream::connect(address).unwrap();
        let passed = pass(&socket, &socket, &pattern(), 2 * PATTERN_LEN as u64 + 7);
        server.join().unwrap();
        assert_eq!(passed.map_err(|error| error.to_string()), expected.map_err(str::to_owned));
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
