//! A server that runs in a thread, and clients that never wait for ever.

#![allow(dead_code, reason = "no test binary needs all of it")]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::Duration;

use zc_net::echo::{Mode, Options, Report, Server, Stopper};

#[cfg(not(feature = "io"))]
pub(crate) const MODES: [Mode; 2] = [Mode::Std, Mode::Tokio];
#[cfg(feature = "io")]
pub(crate) const MODES: [Mode; 3] = [Mode::Std, Mode::Tokio, Mode::Splice];

/// Longer than anything takes; a client that waits longer fails instead of hanging.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) stopper: Stopper,
    thread: JoinHandle<io::Result<Report>>,
}

impl Running {
    pub(crate) fn start(mode: Mode, options: Options) -> Self {
        let server = Server::bind(mode, "127.0.0.1:0", options).unwrap();
        let (address, stopper) = (server.local_addr(), server.stopper());
        Self { address, stopper, thread: spawn(|| server.run()) }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Returns once what the server counts so far `holds`.
    #[track_caller]
    pub(crate) fn wait_until(&self, holds: impl Fn(Report) -> bool) {
        for _ in 0..6000 {
            if holds(self.stopper.counts()) {
                return;
            }
            sleep(Duration::from_millis(10));
        }
        panic!("waited in vain: {:?}", self.stopper.counts());
    }

    /// Waits for the server, which somebody else stops.
    pub(crate) fn join(self) -> Report {
        self.thread.join().unwrap().unwrap()
    }

    pub(crate) fn stop(self) -> Report {
        self.stopper.stop();
        self.join()
    }
}

/// Returns once `holds`.
#[track_caller]
pub(crate) fn wait_until(mut holds: impl FnMut() -> bool) {
    for _ in 0..6000 {
        if holds() {
            return;
        }
        sleep(Duration::from_millis(10));
    }
    panic!("waited in vain");
}

/// Sends `bytes` and waits for them to come back.
#[track_caller]
pub(crate) fn round_trip(stream: &TcpStream, bytes: &[u8]) {
    pass(stream, stream, bytes);
}

/// Sends bytes on one connection that arrive on another.
#[track_caller]
pub(crate) fn pass(mut from: &TcpStream, mut to: &TcpStream, bytes: &[u8]) {
    from.write_all(bytes).unwrap();
    let mut received = vec![0; bytes.len()];
    to.read_exact(&mut received).unwrap();
    assert!(received == bytes);
}

/// Closes the client's side, after which the server must close its own.
#[track_caller]
pub(crate) fn close(stream: TcpStream) {
    stream.shutdown(Shutdown::Write).unwrap();
    expect_end(&stream);
    drop(stream);
}

/// The other side of the connection has ended it.
#[track_caller]
pub(crate) fn expect_end(mut stream: &TcpStream) {
    assert_eq!(stream.read(&mut [0; 9]).unwrap(), 0);
}

/// Ends the connection so that the server sees an error.
pub(crate) fn reset(stream: TcpStream) {
    socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
    drop(stream);
}

/// Sends zeros to a server whose answers are not read, until it takes no more.
pub(crate) fn fill(mut stream: &TcpStream) {
    stream.set_write_timeout(Some(Duration::from_millis(300))).unwrap();
    while stream.write(&[0; 64 << 10]).is_ok() {}
}

/// How many descriptors this process has open.
pub(crate) fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// Bytes of memory of this process that no file stands behind.
pub(crate) fn memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() << 10
}

/// What the report says of connections: how many there were, failed, and were ended.
pub(crate) fn connections(report: Report) -> (u64, u64, u64) {
    (report.connections, report.failed, report.ended)
}

/// Sends `len` bytes that do not repeat, and meanwhile reads what comes back.
#[track_caller]
pub(crate) fn stream_through(stream: &TcpStream, len: usize) {
    stream_from_to(stream, stream, len);
}

/// Sends `len` bytes that do not repeat into one stream, and meanwhile reads them from another.
#[track_caller]
pub(crate) fn stream_from_to(writer: &TcpStream, reader: &TcpStream, len: usize) {
    let (mut writer, mut reader) = (writer, reader);
    let (mut sent, mut received) = (Pattern::default(), Pattern::default());
    let mut arrived = vec![0; 64 << 10];
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut chunk = vec![0; 64 << 10];
            for _ in 0..len / chunk.len() {
                sent.fill(&mut chunk);
                writer.write_all(&chunk).unwrap();
            }
        });
        let mut expected = vec![0; arrived.len()];
        for _ in 0..len / arrived.len() {
            reader.read_exact(&mut arrived).unwrap();
            received.fill(&mut expected);
            assert!(arrived == expected);
        }
    });
}

/// Bytes that two sides make alike (xorshift64).
struct Pattern(u64);

impl Default for Pattern {
    fn default() -> Self {
        Self(0x9e37_79b9_7f4a_7c15)
    }
}

impl Pattern {
    fn fill(&mut self, chunk: &mut [u8]) {
        for word in chunk.as_chunks_mut().0 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            *word = self.0.to_le_bytes();
        }
    }
}
