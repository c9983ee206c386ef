//! [`Server`]: from an address to a report, the same for all modes.

use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::sync::Arc;

use super::shared::Shared;
use super::tasks::Copying;
use super::threads::Threads;
use super::{Options, Report};
use crate::Meter;
use crate::crew::drive;
use crate::gate::Gate;
use crate::tasks::{Serve, Tasks};

/// How connections are served.
///
/// ```
/// use zc_net::echo::{Mode, Options, Server};
///
/// for mode in [Mode::Std, Mode::Tokio] {
///     let server = Server::bind(mode, "127.0.0.1:0", Options::default())?;
///     server.stopper().stop();
///     assert_eq!(server.run()?.connections, 0);
/// }
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// A thread of the standard library for each connection, with a buffer of its own.
    Std,
    /// A tokio task for each connection, on as many threads as there are cores, with a buffer
    /// from a pool while it has bytes.
    Tokio,
    /// The same, with the kernel moving the bytes where they are many.
    #[cfg(all(feature = "io", unix))]
    #[cfg_attr(docsrs, doc(cfg(feature = "io")))]
    Splice,
}

/// An echo server that is bound to its address.
///
/// Clients can connect from now on; they are served while [`run`](Self::run) runs.
///
/// ```
/// use std::net::{Shutdown, TcpStream};
/// use zc_net::echo::{Mode, Options, Server};
///
/// let server = Server::bind(Mode::Std, "127.0.0.1:0", Options::default())?;
/// let (address, stopper) = (server.local_addr(), server.stopper());
/// let running = std::thread::spawn(|| server.run());
/// let client = TcpStream::connect(address)?;
/// client.shutdown(Shutdown::Write)?;
/// assert_eq!(std::io::read_to_string(client)?, "", "nothing was sent, and nothing comes back");
/// stopper.stop();
/// assert_eq!(running.join().expect("the server does not panic")?.connections, 1);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Server {
    mode: Mode,
    listener: TcpListener,
    local_addr: SocketAddr,
    shared: Arc<Shared>,
}

impl Server {
    /// Binds to `addr`; port 0 takes any that is free.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) if `addr` is no address, if no connection is
    /// allowed or more than 1,048,576, or if a buffer has no bytes or more than 1 GiB; else what
    /// binding returned, such as [`AddrInUse`](io::ErrorKind::AddrInUse).
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
    /// In the modes of tasks, within an asynchronous task: it blocks, so call it through
    /// `spawn_blocking` there.
    ///
    /// # Copies
    ///
    /// Each byte twice: out of the kernel into a buffer, and back from there. In `Mode::Splice`,
    /// those that the kernel moved itself never.
    pub fn run(self) -> io::Result<Report> {
        let Self { mode, listener, local_addr, shared } = self;
        let (gate, grace) = (&*shared.gate, shared.options.grace);
        match mode {
            Mode::Std => drive(gate, grace, Threads::start(listener, local_addr, &shared)?),
            Mode::Tokio => drive(gate, grace, tasks(listener, &shared, Copying::new(&shared))?),
            #[cfg(all(feature = "io", unix))]
            Mode::Splice => {
                let splicing = super::splicing::Splicing::new(&shared);
                drive(gate, grace, tasks(listener, &shared, splicing)?);
            }
        }
        Ok(shared.report())
    }
}

fn tasks(listener: TcpListener, shared: &Shared, serve: Arc<impl Serve>) -> io::Result<Tasks> {
    Tasks::start("zc-echo", listener, shared.options.max_connections, &shared.gate, serve)
}

/// Stops a [`Server`], and knows how it does.
///
/// ```
/// use zc_net::echo::{Mode, Options, Server};
///
/// let server = Server::bind(Mode::Tokio, "127.0.0.1:0", Options::default())?;
/// let stopper = server.stopper();
/// let running = std::thread::spawn(|| server.run());
/// assert_eq!(stopper.counts().bytes, 0);
/// stopper.stop();
/// stopper.stop(); // A second call does nothing.
/// running.join().expect("the server does not panic")?;
/// # Ok::<(), std::io::Error>(())
/// ```
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
