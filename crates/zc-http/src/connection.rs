//! [`Connection`]: one client, from its first request to its last.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use tokio::net::TcpStream;
use tokio::sync::watch;

use crate::Files;
use crate::log::AccessLog;
use crate::served::{Served, Totals};
use crate::session::Session;
use crate::site::Site;

/// A connection whose requests are answered with files.
///
/// It can be one that a server of another kind has accepted, and has read the beginning of:
///
/// ```
/// use std::sync::Arc;
/// use tokio::io::{AsyncReadExt, AsyncWriteExt};
/// use zc_http::{Connection, Files, Options};
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
/// # runtime.block_on(async {
/// let files = Arc::new(Files::open(env!("CARGO_MANIFEST_DIR"), Options::default())?);
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
/// let mut client = tokio::net::TcpStream::connect(listener.local_addr()?).await?;
/// client.write_all(b"GET /Cargo.toml HTTP/1.0\r\n\r\n").await?;
///
/// let (stream, peer) = listener.accept().await?;
/// Connection::new(stream, peer).serve(&files).await;
/// let mut answer = String::new();
/// client.read_to_string(&mut answer).await?;
/// assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("[package]"));
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    peer: SocketAddr,
    buffered: Bytes,
    beneath: Vec<u8>,
    stop: Option<watch::Receiver<bool>>,
    log: Option<AccessLog>,
    totals: Option<Arc<Totals>>,
}

/// What became of a connection.
///
/// ```
/// use std::sync::Arc;
/// use tokio::io::AsyncWriteExt;
/// use zc_http::{Connection, Files, Options, Outcome};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let files = Arc::new(Files::open(env!("CARGO_MANIFEST_DIR"), Options::default())?);
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
/// let mut client = tokio::net::TcpStream::connect(listener.local_addr()?).await?;
/// client.write_all(b"GET /files/Cargo.toml HTTP/1.1\r\nHost: a\r\n\r\n").await?;
/// client.write_all(b"GET /other HTTP/1.1\r\nHost: a\r\n\r\n").await?;
///
/// let (stream, peer) = listener.accept().await?;
/// let outcome = Connection::new(stream, peer).beneath("/files/").serve(&files).await;
/// let Outcome::Foreign { buffered, served, .. } = outcome else { unreachable!("it is not ours") };
/// assert_eq!(served.requests, 1);
/// assert!(buffered.starts_with(b"GET /other "));
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// It was closed, after so much.
    Closed(Served),
    /// The next request is none for files: see [`Connection::beneath`].
    Foreign {
        /// The connection, open and with nothing in it that was read and is not in `buffered`.
        stream: TcpStream,
        /// What was read and not answered: a whole request head at the least.
        buffered: Bytes,
        /// What was answered before.
        served: Served,
    },
}

impl Connection {
    /// A connection of which nothing was read yet.
    #[must_use]
    pub fn new(stream: TcpStream, peer: SocketAddr) -> Self {
        let (buffered, beneath) = (Bytes::new(), Vec::new());
        Self { stream, peer, buffered, beneath, stop: None, log: None, totals: None }
    }

    /// The same where `bytes` were read before, and come first.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use tokio::sync::watch;
    /// use zc_http::{Connection, Files, Options, Outcome};
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let files = Arc::new(Files::open(env!("CARGO_MANIFEST_DIR"), Options::default())?);
    /// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    /// let _client = tokio::net::TcpStream::connect(listener.local_addr()?).await?;
    /// let (stream, peer) = listener.accept().await?;
    ///
    /// // Somebody has read the first request, and will tell when to stop.
    /// let read_before = bytes::Bytes::from_static(b"GET /Cargo.toml HTTP/1.0\r\n\r\n");
    /// let (_sender, stop) = watch::channel(false);
    /// let connection = Connection::new(stream, peer).with_buffered(read_before).with_stop(stop);
    /// assert!(matches!(connection.serve(&files).await, Outcome::Closed(served) if served.requests == 1));
    /// # Ok::<(), std::io::Error>(())
    /// # })?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn with_buffered(self, bytes: Bytes) -> Self {
        Self { buffered: bytes, ..self }
    }

    /// The same for requests whose path begins with `prefix`, such as `/static/`, which is taken
    /// off: at the first one with another path, the connection is handed back as
    /// [`Foreign`](Outcome::Foreign), with that request and all that follows it unread.
    ///
    /// # Panics
    ///
    /// If `prefix` does not begin and end with a slash.
    #[must_use]
    pub fn beneath(self, prefix: &str) -> Self {
        let is_path = prefix.starts_with('/') && prefix.ends_with('/');
        assert!(is_path, "a prefix begins and ends with a slash");
        Self { beneath: prefix.as_bytes().to_vec(), ..self }
    }

    /// The same which ends behind the request that it is at, or at once between two, when `stop`
    /// turns true or its sender is gone.
    #[must_use]
    pub fn with_stop(self, stop: watch::Receiver<bool>) -> Self {
        Self { stop: Some(stop), ..self }
    }

    /// The same with a line in `log` for each request.
    #[must_use]
    pub fn with_log(self, log: AccessLog) -> Self {
        Self { log: Some(log), ..self }
    }

    /// The same which adds what it did to `totals`, even when its future is dropped.
    pub(crate) fn with_totals(self, totals: Arc<Totals>) -> Self {
        Self { totals: Some(totals), ..self }
    }

    /// Answers requests until one side ends it.
    ///
    /// # Panics
    ///
    /// If the runtime has no timer.
    ///
    /// # Copies
    ///
    /// Each request once, out of the kernel. Of answers the heads, and files in memory, twice
    /// where they are short and are joined with others, else once; larger files never.
    pub async fn serve(self, files: &Arc<Files>) -> Outcome {
        let Self { mut stream, peer, buffered, beneath, stop, log, totals } = self;
        let site = Site::new(files, &beneath);
        let log = log.map(|log| log.of_client(peer.ip()));
        let session = Session::new(&mut stream, site, buffered, stop, log);
        let mut counted = Counted { session: Some(session), totals };
        let foreign = counted.session_mut().run().await;
        let (served, rest) = counted.finish();
        match foreign {
            None => Outcome::Closed(served),
            Some(head) => {
                let mut buffered = BytesMut::from(head);
                buffered.extend_from_slice(&rest);
                Outcome::Foreign { stream, buffered: buffered.freeze(), served }
            }
        }
    }
}

/// A session whose work is counted however it ends.
struct Counted<'c> {
    /// Present until it has ended.
    session: Option<Session<'c>>,
    totals: Option<Arc<Totals>>,
}

impl<'c> Counted<'c> {
    fn session_mut(&mut self) -> &mut Session<'c> {
        self.session.as_mut().expect("only the end takes it")
    }

    /// What was done, and what was read and not answered.
    fn finish(mut self) -> (Served, Bytes) {
        let served = self.session_mut().served();
        self.count();
        let session = self.session.take().expect("only the end takes it");
        (served, session.into_unread())
    }

    fn count(&self) {
        if let (Some(session), Some(totals)) = (&self.session, &self.totals) {
            totals.add(&session.served());
        }
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.count();
    }
}
