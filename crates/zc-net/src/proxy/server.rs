//! [`Server`]: from an address to a report.

use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::sync::Arc;

use super::Options;
use super::connection::{Passing, Shared};
use super::report::{Connection, Report, Totals};
use super::upstreams::Upstreams;
use crate::crew::drive;
use crate::gate::Gate;
use crate::splice::{self, Resources};
use crate::tasks::Tasks;

/// A proxy that is bound to its address.
///
/// Clients can connect from now on; they are served while [`run`](Self::run) runs.
///
/// ```
/// use std::io::ErrorKind;
/// use zc_net::proxy::{Options, Server};
///
/// let server = Server::bind("127.0.0.1:0", &["127.0.0.1:9"], Options::default())?;
/// assert_ne!(server.local_addr().port(), 0, "it is bound already");
/// let taken = Server::bind(server.local_addr(), &["127.0.0.1:9"], Options::default());
/// assert_eq!(taken.unwrap_err().kind(), ErrorKind::AddrInUse);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    local_addr: SocketAddr,
    shared: Arc<Shared>,
}

impl Server {
    /// Binds to `addr`, where port 0 takes any that is free, for connections to `to`.
    ///
    /// Names are looked up now, and never again. All addresses of all upstreams take turns.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) if `addr` or one of `to` is no address, if
    /// there is no upstream, if no connection is allowed or more than 1,048,576; else what looking
    /// up or binding returned, such as [`AddrInUse`](io::ErrorKind::AddrInUse).
    pub fn bind(
        addr: impl ToSocketAddrs,
        to: &[impl ToSocketAddrs],
        options: Options,
    ) -> io::Result<Self> {
        options.check()?;
        let upstreams = Upstreams::resolve(to)?;
        let listener = TcpListener::bind(addr)?;
        let local_addr = listener.local_addr()?;
        let gate = Arc::new(Gate::new(options.max_connections));
        let shared = Arc::new(Shared { options, gate, upstreams, totals: Totals::default() });
        Ok(Self { listener, local_addr, shared })
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

    /// Passes connections on until a [`Stopper`] stops it, and calls `on_end` when one has ended.
    ///
    /// Then no more are accepted, and those that are open may go on until both sides have closed
    /// or the grace period is over, when the rest is disconnected. A client for which no upstream
    /// is reached is disconnected.
    ///
    /// An error of one connection ends that connection and is counted. An error that keeps the
    /// server from accepting, such as a lack of descriptors, is counted and tried again after
    /// a short while. `on_end` is called by the threads that serve, and should not wait.
    ///
    /// # Errors
    ///
    /// If threads or the runtime cannot be started.
    ///
    /// # Panics
    ///
    /// Within an asynchronous task: it blocks, so call it through `spawn_blocking` there.
    ///
    /// # Copies
    ///
    /// Each byte twice while messages are small, and never while they are large:
    /// [`Report`] says how many went which way.
    pub fn run(self, on_end: impl Fn(&Connection) + Send + Sync + 'static) -> io::Result<Report> {
        let Self { listener, shared, .. } = self;
        let Options { max_connections, max_pipes, grace, .. } = shared.options;
        let resources = Resources::new(splice::Options { max_pipes, ..Default::default() });
        let passing = Arc::new(Passing { shared: Arc::clone(&shared), resources, on_end });
        let tasks = Tasks::start("zc-proxy", listener, max_connections, &shared.gate, passing)?;
        drive(&shared.gate, grace, tasks);
        Ok(shared.totals.report(&shared.gate))
    }
}

/// Stops a [`Server`], and knows how it does.
///
/// ```
/// use zc_net::proxy::{Options, Server};
///
/// let server = Server::bind("127.0.0.1:0", &["127.0.0.1:9"], Options::default())?;
/// let stopper = server.stopper();
/// let running = std::thread::spawn(|| server.run(|_| ()));
/// assert_eq!(stopper.counts().connections, 0);
/// stopper.stop();
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

    /// What the server has done so far; bytes are those of connections that have ended.
    #[must_use]
    pub fn counts(&self) -> Report {
        self.shared.totals.report(&self.shared.gate)
    }
}
