//! [`Server`]: accepts connections, lets a [`Service`] have each, and knows when to stop.
//!
//! ```
//! use std::io::{self, Read};
//! use tokio::io::AsyncWriteExt;
//! use zc_net::server::{Accepted, Options, Server, Service};
//!
//! struct Greet;
//!
//! impl Service for Greet {
//!     async fn serve(&self, mut accepted: Accepted) -> io::Result<()> {
//!         accepted.stream.write_all(b"hello").await
//!     }
//! }
//!
//! let server = Server::bind("127.0.0.1:0", Options::default())?;
//! let (address, stopper) = (server.local_addr(), server.stopper());
//! let running = std::thread::spawn(|| server.run(Greet));
//! let mut greeting = String::new();
//! std::net::TcpStream::connect(address)?.read_to_string(&mut greeting)?;
//! stopper.stop();
//! let counts = running.join().expect("the server does not panic")?;
//! assert_eq!((greeting.as_str(), counts.connections, counts.failed), ("hello", 1, 0));
//! # Ok::<(), io::Error>(())
//! ```

use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::watch;

use crate::crew::drive;
pub use crate::gate::Counts;
use crate::gate::{Gate, Pass};
use crate::tasks::{Serve, Tasks};

/// What is done with connections.
///
/// ```
/// use std::io;
/// use tokio::io::{AsyncReadExt, AsyncWriteExt};
/// use zc_net::server::{Accepted, Service};
///
/// /// Answers each byte, and stops behind an answer.
/// struct Acknowledge;
///
/// impl Service for Acknowledge {
///     async fn serve(&self, Accepted { mut stream, stop, .. }: Accepted) -> io::Result<()> {
///         while !*stop.borrow() {
///             match stream.read_u8().await {
///                 Ok(byte) => stream.write_u8(byte).await?,
///                 Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break,
///                 Err(error) => return Err(error),
///             }
///         }
///         Ok(())
///     }
/// }
/// # use zc_net::server::{Options, Server};
/// # let server = Server::bind("127.0.0.1:0", Options::default())?;
/// # let (address, stopper) = (server.local_addr(), server.stopper());
/// # let running = std::thread::spawn(|| server.run(Acknowledge));
/// # let mut client = std::net::TcpStream::connect(address)?;
/// # io::Write::write_all(&mut client, b"ab")?;
/// # let mut answer = [0; 2];
/// # io::Read::read_exact(&mut client, &mut answer)?;
/// # assert_eq!(&answer, b"ab");
/// # drop(client);
/// # stopper.stop();
/// # assert_eq!(running.join().expect("the server does not panic")?.failed, 0);
/// # Ok::<(), io::Error>(())
/// ```
pub trait Service: Send + Sync + 'static {
    /// Serves one, and closes it. While the server stops, it ends what it is at.
    ///
    /// # Errors
    ///
    /// Whatever made the connection fail, for it to be counted.
    fn serve(&self, accepted: Accepted) -> impl Future<Output = io::Result<()>> + Send;
}

/// A connection that was accepted; what is sent does not wait to be joined with more
/// (`TCP_NODELAY`).
///
/// ```
/// use std::io;
/// use zc_net::server::{Accepted, Service};
///
/// /// Turns away who does not come from this machine.
/// struct Local<S>(S);
///
/// impl<S: Service + Sync> Service for Local<S> {
///     async fn serve(&self, accepted: Accepted) -> io::Result<()> {
///         if !accepted.peer.ip().is_loopback() {
///             return Err(io::ErrorKind::PermissionDenied.into());
///         }
///         self.0.serve(accepted).await
///     }
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Accepted {
    /// The connection.
    pub stream: TcpStream,
    /// The address of the client.
    pub peer: SocketAddr,
    /// Turns true when the server stops: no further request is to be served then.
    pub stop: watch::Receiver<bool>,
}

/// The bounds of a server.
///
/// ```
/// use std::time::Duration;
/// use zc_net::server::{Options, Server};
///
/// let options = Options { max_connections: 10_000, grace: Duration::from_secs(30) };
/// assert!(Server::bind("127.0.0.1:0", options).is_ok());
/// let none = Options { max_connections: 0, ..Options::default() };
/// assert!(Server::bind("127.0.0.1:0", none).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The most connections that are served at a time. Further ones wait, unaccepted, in the
    /// queue of the operating system.
    pub max_connections: usize,
    /// How long connections may go on after the server was stopped.
    pub grace: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { max_connections: 1024, grace: Duration::from_secs(5) }
    }
}

/// A server that is bound to its address.
///
/// Clients can connect from now on; they are served while [`run`](Self::run) runs.
///
/// ```
/// use std::io;
/// use zc_net::server::{Accepted, Options, Server, Service};
///
/// struct Refuse;
///
/// impl Service for Refuse {
///     async fn serve(&self, _accepted: Accepted) -> io::Result<()> {
///         Err(io::ErrorKind::ConnectionRefused.into())
///     }
/// }
///
/// let server = Server::bind("127.0.0.1:0", Options::default())?;
/// let (address, stopper) = (server.local_addr(), server.stopper());
/// let running = std::thread::spawn(|| server.run(Refuse));
/// let client = std::net::TcpStream::connect(address)?;
/// assert_eq!(io::read_to_string(client)?, "", "it was closed at once");
/// stopper.stop();
/// assert_eq!(running.join().expect("the server does not panic")?.failed, 1);
/// # Ok::<(), io::Error>(())
/// ```
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    local_addr: SocketAddr,
    options: Options,
    gate: Arc<Gate>,
    stop: Arc<watch::Sender<bool>>,
}

impl Server {
    /// Binds to `addr`, where port 0 takes any that is free.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) if `addr` is no address, if no connection is
    /// allowed or more than 1,048,576; else what looking up or binding returned, such as
    /// [`AddrInUse`](ErrorKind::AddrInUse).
    pub fn bind(addr: impl ToSocketAddrs, options: Options) -> io::Result<Self> {
        if !(1..=1 << 20).contains(&options.max_connections) {
            let message = "the number of connections must lie between 1 and 1048576";
            return Err(io::Error::new(ErrorKind::InvalidInput, message));
        }
        let listener = TcpListener::bind(addr)?;
        let local_addr = listener.local_addr()?;
        let gate = Arc::new(Gate::new(options.max_connections));
        Ok(Self { listener, local_addr, options, gate, stop: Arc::default() })
    }

    /// The address with its real port.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// A handle by which another thread stops the server.
    #[must_use]
    pub fn stopper(&self) -> Stopper {
        Stopper { gate: Arc::clone(&self.gate), stop: Arc::clone(&self.stop) }
    }

    /// Lets `service` have connections until a [`Stopper`] stops it.
    ///
    /// Then no more are accepted, and those that are open may go on until they end or the grace
    /// period is over, when the rest is disconnected. An error of one connection is counted. One
    /// that keeps the server from accepting, such as a lack of descriptors, is counted and tried
    /// again after a short while.
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
    /// None of its own.
    pub fn run(self, service: impl Service) -> io::Result<Counts> {
        let Self { listener, options, gate, stop, .. } = self;
        let serving = Arc::new(Serving { service, stop: stop.subscribe() });
        let tasks = Tasks::start("zc-server", listener, options.max_connections, &gate, serving)?;
        drive(&gate, options.grace, tasks);
        Ok(gate.counts())
    }
}

/// Stops a [`Server`], and knows how it does.
///
/// ```
/// use zc_net::server::{Options, Server};
///
/// let server = Server::bind("127.0.0.1:0", Options::default())?;
/// let stopper = server.stopper();
/// stopper.clone().stop(); // Each clone stops the same server.
/// assert_eq!(stopper.counts().connections, 0);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Stopper {
    gate: Arc<Gate>,
    stop: Arc<watch::Sender<bool>>,
}

impl Stopper {
    /// Makes [`Server::run`] accept no more and return when its connections have ended, or have
    /// been ended after the grace period; it does not wait for that. A second call does nothing.
    pub fn stop(&self) {
        self.gate.stop();
        self.stop.send_replace(true);
    }

    /// What the server has done so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.gate.counts()
    }
}

/// A service, and what its connections are told.
struct Serving<S> {
    service: S,
    stop: watch::Receiver<bool>,
}

impl<S: Service> Serve for Serving<S> {
    async fn serve(self: Arc<Self>, stream: TcpStream, peer: SocketAddr, mut pass: Pass) {
        let accepted = Accepted { stream, peer, stop: self.stop.clone() };
        if self.service.serve(accepted).await.is_err() {
            pass.fail();
        }
    }
}
