//! [`Served`]: what a connection did, and what several did together.

use std::ops::AddAssign;
use std::sync::{Mutex, PoisonError};

use zc_core::Copies;

/// What a connection did.
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
/// client.write_all(b"GET /none HTTP/1.0\r\n\r\n").await?;
///
/// let (stream, peer) = listener.accept().await?;
/// let Outcome::Closed(served) = Connection::new(stream, peer).serve(&files).await else {
///     unreachable!("every path is one of ours")
/// };
/// assert_eq!((served.requests, served.bytes_in, served.has_failed), (1, 22, false));
/// assert_eq!(served.copies.write, served.bytes_out, "an error is written, not spliced");
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Served {
    /// Requests that were answered, be it with an error.
    pub requests: u64,
    /// Bytes that came in.
    pub bytes_in: u64,
    /// Bytes that went out.
    pub bytes_out: u64,
    /// Of those, the ones that the kernel took from files itself.
    pub spliced: u64,
    /// Bytes that were copied.
    pub copies: Copies,
    /// Whether the connection broke, or the client was too slow, before all was sent.
    pub has_failed: bool,
}

impl AddAssign for Served {
    fn add_assign(&mut self, other: Self) {
        self.requests += other.requests;
        self.bytes_in += other.bytes_in;
        self.bytes_out += other.bytes_out;
        self.spliced += other.spliced;
        self.copies += other.copies;
        self.has_failed |= other.has_failed;
    }
}

/// What several connections did together.
#[derive(Debug, Default)]
pub(crate) struct Totals(Mutex<Served>);

impl Totals {
    pub(crate) fn add(&self, served: &Served) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += *served;
    }

    pub(crate) fn read(&self) -> Served {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
