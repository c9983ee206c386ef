//! [`Server`]: from a directory and an address to a report.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::Arc;

use zc_net::server::{self, Accepted, Counts, Service, Stopper};

use crate::served::Totals;
use crate::{AccessLog, Connection, Files, Outcome, Served};

/// A server of files that is bound to its address.
///
/// Clients can connect from now on; they are served while [`run`](Self::run) runs.
///
/// ```
/// use std::io::{Read, Write};
/// use std::net::TcpStream;
/// use std::sync::Arc;
/// use zc_http::{Files, Options, Server};
/// use zc_net::server;
///
/// let files = Arc::new(Files::open(env!("CARGO_MANIFEST_DIR"), Options::default())?);
/// let server = Server::bind("127.0.0.1:0", files, server::Options::default())?;
/// let (address, stopper) = (server.local_addr(), server.stopper());
/// let running = std::thread::spawn(|| server.run());
///
/// let mut client = TcpStream::connect(address)?;
/// client.write_all(b"HEAD /Cargo.toml HTTP/1.0\r\n\r\n")?;
/// let mut answer = String::new();
/// client.read_to_string(&mut answer)?;
/// assert!(answer.ends_with("\r\n\r\n"), "a head, and no body behind it");
///
/// stopper.stop();
/// assert_eq!(running.join().expect("the server does not panic")?.served.requests, 1);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Server {
    server: server::Server,
    files: Arc<Files>,
    log: Option<AccessLog>,
}

/// What a server did.
///
/// ```
/// use std::sync::Arc;
/// use zc_http::{Files, Options, Report, Server};
/// use zc_net::server;
///
/// let files = Arc::new(Files::open(env!("CARGO_MANIFEST_DIR"), Options::default())?);
/// let server = Server::bind("127.0.0.1:0", files, server::Options::default())?;
/// server.stopper().stop();
/// assert_eq!(server.run()?, Report::default(), "nobody came");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// What became of connections.
    pub connections: Counts,
    /// What they did, all together; [`has_failed`](Served::has_failed) if one of them has.
    pub served: Served,
}

impl Server {
    /// Binds to `addr`, where port 0 takes any that is free.
    ///
    /// # Errors
    ///
    /// As [`zc_net::server::Server::bind`].
    pub fn bind(
        addr: impl ToSocketAddrs,
        files: Arc<Files>,
        options: server::Options,
    ) -> io::Result<Self> {
        Ok(Self { server: server::Server::bind(addr, options)?, files, log: None })
    }

    /// The same with a line in `log` for each request.
    #[must_use]
    pub fn with_log(self, log: AccessLog) -> Self {
        Self { log: Some(log), ..self }
    }

    /// The address with its real port.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.server.local_addr()
    }

    /// A handle by which another thread stops the server.
    #[must_use]
    pub fn stopper(&self) -> Stopper {
        self.server.stopper()
    }

    /// Answers requests until a [`Stopper`] stops it: then connections end behind the request that
    /// they are at, or when the grace period is over.
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
    /// As [`Connection::serve`]; the report says how much.
    pub fn run(self) -> io::Result<Report> {
        let totals = Arc::<Totals>::default();
        let (files, log) = (self.files, self.log);
        let connections = self.server.run(Serving { files, log, totals: Arc::clone(&totals) })?;
        Ok(Report { connections, served: totals.read() })
    }
}

struct Serving {
    files: Arc<Files>,
    log: Option<AccessLog>,
    totals: Arc<Totals>,
}

impl Service for Serving {
    async fn serve(&self, accepted: Accepted) -> io::Result<()> {
        let Accepted { stream, peer, stop, .. } = accepted;
        let totals = Arc::clone(&self.totals);
        let connection = Connection::new(stream, peer).with_stop(stop).with_totals(totals);
        let connection = match &self.log {
            Some(log) => connection.with_log(log.clone()),
            None => connection,
        };
        let (Outcome::Closed(served) | Outcome::Foreign { served, .. }) =
            connection.serve(&self.files).await;
        if served.has_failed { Err(io::ErrorKind::ConnectionAborted.into()) } else { Ok(()) }
    }
}
