//! [`Upstreams`]: where connections go, in turn.

use std::io::{self, ErrorKind};
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout_at};

use crate::accept::{BACK_OFF, lacks_descriptors};

/// The addresses of upstreams, at least one.
#[derive(Debug)]
pub(super) struct Upstreams {
    addresses: Vec<SocketAddr>,
    next: AtomicUsize,
}

impl Upstreams {
    /// Finds out the addresses, once and for all.
    pub(super) fn resolve(to: &[impl ToSocketAddrs]) -> io::Result<Self> {
        let mut addresses = Vec::new();
        for upstream in to {
            addresses.extend(upstream.to_socket_addrs()?);
        }
        if addresses.is_empty() {
            return Err(io::Error::new(ErrorKind::InvalidInput, "a proxy needs an upstream"));
        }
        Ok(Self { addresses, next: AtomicUsize::new(0) })
    }

    /// Connects to the one whose turn it is, or else to the first behind it that answers.
    pub(super) async fn connect(&self, patience: Duration) -> io::Result<(TcpStream, SocketAddr)> {
        let first = self.next.fetch_add(1, Ordering::Relaxed) % self.addresses.len();
        let (behind, before) = (&self.addresses[first..], &self.addresses[..first]);
        let mut refusal = ErrorKind::AddrNotAvailable.into();
        for &address in behind.iter().chain(before) {
            match connect(address, patience).await {
                Ok(stream) => return Ok((stream, address)),
                Err(error) => refusal = error,
            }
        }
        Err(refusal)
    }
}

/// Connects; where descriptors are lacking it waits for one, but no longer than it may take at all.
async fn connect(address: SocketAddr, patience: Duration) -> io::Result<TcpStream> {
    // Later than anything lasts, where the sum cannot be told.
    let far = Duration::from_secs(1 << 30);
    let deadline = Instant::now() + patience.min(far);
    loop {
        match timeout_at(deadline, TcpStream::connect(address)).await {
            Err(_) => return Err(ErrorKind::TimedOut.into()),
            Ok(Err(error)) if lacks_descriptors(&error) && Instant::now() < deadline => {
                sleep(BACK_OFF).await;
            }
            Ok(outcome) => return outcome,
        }
    }
}
