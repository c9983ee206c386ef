//! What the parts of a server share: its bounds, its gate and its counts.

use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::Duration;

use zc_core::Copies;

use crate::Meter;
use crate::gate::Gate;

/// The bounds of a server.
///
/// ```
/// use std::time::Duration;
/// use zc_net::echo::Options;
///
/// let options = Options { grace: Duration::from_secs(1), ..Options::default() };
/// assert_eq!((options.max_connections, options.buffer_len), (1024, 64 << 10));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The most connections that are served at a time. Further ones wait, unaccepted, in the
    /// queue of the operating system.
    pub max_connections: usize,
    /// The most bytes that one read takes, and so the most that the server holds of a client that
    /// sends but never reads; in `Mode::Splice`, the kernel holds a pipe of 1 MiB as well.
    pub buffer_len: usize,
    /// The most pipes that `Mode::Splice` lends at a time; connections beyond copy.
    pub max_pipes: usize,
    /// How long connections may go on after the server was stopped.
    pub grace: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_connections: 1024,
            buffer_len: 64 << 10,
            max_pipes: 64,
            grace: Duration::from_secs(5),
        }
    }
}

impl Options {
    /// The bounds of these bounds: what one allocation and the runtime can count.
    pub(super) fn check(&self) -> io::Result<()> {
        if !(1..=1 << 20).contains(&self.max_connections) {
            let message = "the number of connections must lie between 1 and 1048576";
            return Err(io::Error::new(ErrorKind::InvalidInput, message));
        }
        if !(1..=1 << 30).contains(&self.buffer_len) {
            let message = "the length of a buffer must lie between 1 byte and 1 GiB";
            return Err(io::Error::new(ErrorKind::InvalidInput, message));
        }
        Ok(())
    }
}

/// What the server, its stoppers and its connections have in common.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) options: Options,
    pub(super) gate: Arc<Gate>,
    pub(super) meter: Meter,
}

/// What a server did.
///
/// ```
/// use std::io::Write;
/// use std::net::{Shutdown, TcpStream};
/// use zc_net::echo::{Mode, Options, Server};
///
/// let server = Server::bind(Mode::Tokio, "127.0.0.1:0", Options::default())?;
/// let (address, stopper) = (server.local_addr(), server.stopper());
/// let running = std::thread::spawn(|| server.run());
/// let mut client = TcpStream::connect(address)?;
/// client.write_all(b"hello")?;
/// client.shutdown(Shutdown::Write)?;
/// assert_eq!(std::io::read_to_string(client)?, "hello");
/// stopper.stop();
/// let report = running.join().expect("the server does not panic")?;
/// assert_eq!((report.bytes, report.spliced, report.copies.total()), (5, 0, 10));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// Connections that were accepted.
    pub connections: u64,
    /// The most connections that were open at one time.
    pub most_at_once: usize,
    /// Connections that an error ended, such as a client that reset it.
    pub failed: u64,
    /// Connections that the server ended when the grace period was over.
    pub ended: u64,
    /// Attempts to accept that failed without taking a connection, as without free descriptors.
    pub accept_errors: u64,
    /// How long there was a connection, or several at a time: what rates are taken over.
    pub busy: Duration,
    /// Bytes that clients sent.
    pub bytes: u64,
    /// Bytes of those that the kernel sent back itself, in `Mode::Splice`.
    pub spliced: u64,
    /// Bytes that were copied: exactly the sums of what reads and writes returned.
    pub copies: Copies,
}

impl Shared {
    pub(super) fn report(&self) -> Report {
        let counts = self.gate.counts();
        Report {
            connections: counts.connections,
            most_at_once: counts.most_at_once,
            failed: counts.failed,
            ended: counts.ended,
            accept_errors: counts.accept_errors,
            busy: counts.busy,
            bytes: self.meter.bytes(),
            spliced: self.meter.spliced(),
            copies: self.meter.copies(),
        }
    }
}
