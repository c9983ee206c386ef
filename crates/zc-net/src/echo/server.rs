//! [`Server`]: from an address to a report, the same for all modes.

use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use zc_core::Copies;

use super::Meter;
use super::gate::Gate;
use super::tasks::Tasks;
use super::threads::Threads;

/// How connections are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// A thread of the standard library for each connection, with a buffer of its own.
    Std,
    /// A tokio task for each connection, on as many threads as there are cores, with a buffer
    /// from a pool while it has bytes.
    Tokio,
}

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
    /// sends but never reads.
    pub buffer_len: usize,
    /// How long connections may go on after the server was stopped.
    pub grace: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { max_connections: 1024, buffer_len: 64 << 10, grace: Duration::from_secs(5) }
    }
}

impl Options {
    /// The bounds of these bounds: what one allocation and the runtime can count.
    fn check(&self) -> io::Result<()> {
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

/// An echo server that is bound to its address.
///
/// Clients can connect from now on; they are served while [`run`](Self::run) runs.
#[derive(Debug)]
pub struct Server {
    mode: Mode,
    listener: TcpListener,
    local_addr: SocketAddr,
    shared: Arc<Shared>,
}

/// What the server, its stoppers and its connections have in common.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) options: Options,
    pub(super) gate: Arc<Gate>,
    pub(super) meter: Meter,
}

impl Server {
    /// Binds to `addr`; port 0 takes any that is free.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) if `addr` is no address, if no connection is
    /// allowed or more than 1,048,576, or if a buffer has no bytes or more than 1 GiB; else what
    /// binding returned, such as [`AddrInUse`](ErrorKind::AddrInUse).
    pub fn bind(mode: Mode, addr: impl ToSocketAddrs, options: Options) -> io::Result<Self> {
        options.check()?;
        let listener = TcpListener::bind(addr)?;
        let local_addr = listener.local_addr()?;
        let gate = Arc::new(Gate::new(options.max_connections));
        let shared = Arc::new(Shared { options, gate, meter: Meter::default() });
        Ok(Self { mode, listener, local_addr, shared })
    }

    /// The address with its real port.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// A handle by which another thread stops the server.
    #[must_use]
    pub fn stopper(&self) -> Stopper {
        Stopper { shared: Arc::clone(&self.shared) }
    }

    /// Serves clients until a [`Stopper`] stops it.
    ///
    /// Then no more are accepted, and those that are connected may go on until they close their
    /// side or the grace period is over, when the rest is disconnected. An idle connection may go
    /// on as well: only the client knows whether it has more to send.
    ///
    /// An error of one connection ends that connection and is counted. An error that keeps the
    /// server from accepting, such as a lack of descriptors, is counted and tried again after
    /// a short while.
    ///
    /// # Errors
    ///
    /// If threads or the runtime cannot be started.
    ///
    /// # Panics
    ///
    /// In [`Mode::Tokio`], within an asynchronous task: it blocks, so call it through
    /// `spawn_blocking` there.
    ///
    /// # Copies
    ///
    /// Each byte twice: out of the kernel into a buffer, and back from there.
    pub fn run(self) -> io::Result<Report> {
        let Self { mode, listener, local_addr, shared } = self;
        match mode {
            Mode::Std => drive(&shared, Threads::start(listener, local_addr, &shared)?),
            Mode::Tokio => drive(&shared, Tasks::start(listener, &shared)?),
        }
        Ok(shared.report())
    }
}

/// Those who serve connections in one of the modes, from when they are started.
pub(super) trait Crew {
    /// Accepts no more, and closes the listening socket.
    fn stop_accepting(&mut self);

    /// Disconnects all clients, and returns when nobody works any more.
    fn end(self);
}

fn drive(shared: &Shared, mut crew: impl Crew) {
    shared.gate.wait_until_stopped();
    crew.stop_accepting();
    if !shared.gate.wait_until_empty(shared.options.grace) {
        shared.gate.end();
    }
    crew.end();
}

/// Stops a [`Server`], and knows how it does.
#[derive(Debug, Clone)]
pub struct Stopper {
    shared: Arc<Shared>,
}

impl Stopper {
    /// Makes [`Server::run`] accept no more and return when its connections have ended, or have
    /// been ended after the grace period; it does not wait for that. A second call does nothing.
    pub fn stop(&self) {
        self.shared.gate.stop();
    }

    /// What the server has done so far.
    #[must_use]
    pub fn counts(&self) -> Report {
        self.shared.report()
    }
}

/// What a server did.
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
    /// Bytes that clients sent.
    pub bytes: u64,
    /// Bytes that were copied: exactly the sums of what reads and writes returned.
    pub copies: Copies,
}

impl Shared {
    fn report(&self) -> Report {
        let tally = self.gate.tally();
        Report {
            connections: tally.connections,
            most_at_once: tally.most_at_once,
            failed: tally.failed,
            ended: tally.ended,
            accept_errors: tally.accept_errors,
            bytes: self.meter.bytes(),
            copies: self.meter.copies(),
        }
    }
}
