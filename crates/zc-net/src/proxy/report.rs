//! What a proxy tells: [`Connection`] of each that has ended, and [`Report`] of all.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use zc_core::Copies;

use crate::Meter;
use crate::gate::Gate;

/// What one direction moved, in bytes that were delivered.
///
/// ```
/// use std::io::{Read, Write};
/// use std::net::{TcpListener, TcpStream};
/// use zc_net::proxy::{Options, Server, Traffic};
///
/// let upstream = TcpListener::bind("127.0.0.1:0")?;
/// let server = Server::bind("127.0.0.1:0", &[upstream.local_addr()?], Options::default())?;
/// let (address, stopper) = (server.local_addr(), server.stopper());
/// let running = std::thread::spawn(|| server.run(|_| ()));
///
/// let mut near = TcpStream::connect(address)?;
/// near.write_all(b"hello")?;
/// let (mut far, _) = upstream.accept()?;
/// far.read_exact(&mut [0; 5])?;
/// drop((near, far));
/// stopper.stop();
/// let Traffic { bytes, spliced, copies } =
///     running.join().expect("the server does not panic")?.to_upstream;
/// assert_eq!((bytes, spliced, copies.total()), (5, 0, 10), "a short message is copied");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// All of them.
    pub bytes: u64,
    /// Those that the kernel moved itself.
    pub spliced: u64,
    /// What was copied: exactly the sums of what reads and writes returned.
    pub copies: Copies,
}

impl Traffic {
    pub(super) fn of(meter: &Meter) -> Self {
        Self { bytes: meter.bytes_out(), spliced: meter.spliced(), copies: meter.copies() }
    }

    fn add(&mut self, other: &Self) {
        self.bytes += other.bytes;
        self.spliced += other.spliced;
        self.copies += other.copies;
    }
}

/// How a connection ended.
///
/// ```
/// use std::io::ErrorKind;
/// use zc_net::proxy::End;
///
/// assert_eq!(End::Closed.to_string(), "closed");
/// let end = End::Unreached(ErrorKind::ConnectionRefused.into());
/// assert_eq!(end.to_string(), "unreached: connection refused");
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum End {
    /// Both sides closed it.
    Closed,
    /// Nothing moved for as long as the idle timeout.
    Idle,
    /// A call for the client's socket failed, as when the client has reset it.
    Client(io::Error),
    /// A call for the upstream's socket failed.
    Upstream(io::Error),
    /// No upstream could be reached; this is what the last one said.
    Unreached(io::Error),
    /// The server ended it when the grace period was over.
    Stopped,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str("closed"),
            Self::Idle => f.write_str("idle"),
            Self::Client(error) => write!(f, "client: {error}"),
            Self::Upstream(error) => write!(f, "upstream: {error}"),
            Self::Unreached(error) => write!(f, "unreached: {error}"),
            Self::Stopped => f.write_str("stopped"),
        }
    }
}

/// A connection that has ended.
///
/// Displayed it is one line of logfmt:
///
/// ```text
/// peer=127.0.0.1:5000 upstream=127.0.0.1:80 sent=80 sent_spliced=0 received=9000 received_spliced=0 seconds=0.003 end="closed"
/// ```
///
/// ```
/// use std::net::{TcpListener, TcpStream};
/// use std::sync::mpsc;
/// use zc_net::proxy::{End, Options, Server};
///
/// // Nobody listens where the connections should go.
/// let nobody = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
/// let server = Server::bind("127.0.0.1:0", &[nobody], Options::default())?;
/// let (address, stopper) = (server.local_addr(), server.stopper());
/// let (sender, ended) = mpsc::channel();
/// let on_end = move |connection: &zc_net::proxy::Connection| {
///     let unreached = matches!(connection.end, End::Unreached(_));
///     let _ = sender.send((connection.upstream, unreached, connection.to_client.bytes));
/// };
/// let running = std::thread::spawn(|| server.run(on_end));
/// let _client = TcpStream::connect(address)?;
/// assert_eq!(ended.recv().unwrap(), (None, true, 0));
/// stopper.stop();
/// running.join().expect("the server does not panic")?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Connection {
    /// The address of the client.
    pub peer: SocketAddr,
    /// The upstream that accepted it.
    pub upstream: Option<SocketAddr>,
    /// From the client to the upstream.
    pub to_upstream: Traffic,
    /// From the upstream to the client.
    pub to_client: Traffic,
    /// From when it was accepted.
    pub duration: Duration,
    /// How it ended.
    pub end: End,
}

impl fmt::Display for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "peer={} upstream=", self.peer)?;
        match self.upstream {
            Some(upstream) => write!(f, "{upstream}")?,
            None => f.write_str("-")?,
        }
        let (sent, received) = (&self.to_upstream, &self.to_client);
        write!(f, " sent={} sent_spliced={}", sent.bytes, sent.spliced)?;
        write!(f, " received={} received_spliced={}", received.bytes, received.spliced)?;
        let end = self.end.to_string().replace('"', "'");
        write!(f, " seconds={:.3} end=\"{end}\"", self.duration.as_secs_f64())
    }
}

/// What a proxy did.
///
/// ```
/// use zc_net::proxy::{Options, Report, Server};
///
/// let server = Server::bind("127.0.0.1:0", &["127.0.0.1:9"], Options::default())?;
/// server.stopper().stop();
/// assert_eq!(server.run(|_| ())?, Report::default(), "nobody came");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// Connections that were accepted.
    pub connections: u64,
    /// The most connections that were open at one time.
    pub most_at_once: usize,
    /// Connections that an error ended, those for which no upstream was reached among them.
    pub failed: u64,
    /// Connections that the server ended when the grace period was over.
    pub ended: u64,
    /// Connections that the idle timeout ended.
    pub idle: u64,
    /// Connections for which no upstream was reached.
    pub unreached: u64,
    /// Attempts to accept that failed without taking a connection, as without free descriptors.
    pub accept_errors: u64,
    /// How long there was a connection, or several at a time: what rates are taken over.
    pub busy: Duration,
    /// From clients to upstreams, of connections that have ended.
    pub to_upstream: Traffic,
    /// From upstreams to clients, of connections that have ended.
    pub to_client: Traffic,
}

/// What connections that have ended add up to.
#[derive(Debug, Default)]
pub(super) struct Totals(Mutex<Report>);

impl Totals {
    pub(super) fn add(&self, connection: &Connection) {
        let mut totals = self.totals();
        totals.to_upstream.add(&connection.to_upstream);
        totals.to_client.add(&connection.to_client);
        totals.idle += u64::from(matches!(connection.end, End::Idle));
        totals.unreached += u64::from(matches!(connection.end, End::Unreached(_)));
    }

    pub(super) fn report(&self, gate: &Gate) -> Report {
        let counts = gate.counts();
        Report {
            connections: counts.connections,
            most_at_once: counts.most_at_once,
            failed: counts.failed,
            ended: counts.ended,
            accept_errors: counts.accept_errors,
            busy: counts.busy,
            ..*self.totals()
        }
    }

    fn totals(&self) -> MutexGuard<'_, Report> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::time::Duration;

    use super::{Connection, End, Traffic};

    #[track_caller]
    fn check(end: End, expected: &str) {
        let peer = "127.0.0.1:5000".parse().unwrap();
        let to_upstream = Traffic { bytes: 80, spliced: 7, ..Traffic::default() };
        let connection = Connection {
            peer,
            upstream: None,
            to_upstream,
            to_client: Traffic::default(),
            duration: Duration::from_millis(3),
            end,
        };
        let rest = "peer=127.0.0.1:5000 upstream=- sent=80 sent_spliced=7 received=0 \
                    received_spliced=0 seconds=0.003 end=";
        assert_eq!(connection.to_string(), format!("{rest}{expected}"));
    }

    #[test]
    fn a_connection_is_one_line_whatever_an_error_says() {
        check(End::Closed, "\"closed\"");
        check(End::Client(io::Error::other("a \"quoted\" word")), "\"client: a 'quoted' word\"");
    }
}
