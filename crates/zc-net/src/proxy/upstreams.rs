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

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use std::io::ErrorKind;
    use std::net::{SocketAddr, TcpListener};
    use std::time::Duration;

    use socket2::{Domain, Socket, Type};
    use tokio::time::Instant;

    use super::Upstreams;

    /// A listener whose queue is full, so that whoever connects waits, and those who fill it.
    fn unresponsive() -> (SocketAddr, Vec<Socket>) {
        let socket = || Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        let listener = socket();
        listener.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
        listener.listen(0).unwrap();
        let address = listener.local_addr().unwrap();
        let mut sockets = vec![listener];
        for _ in 0..4 {
            let client = socket();
            client.set_nonblocking(true).unwrap();
            // It is under way, and stays so once the queue is full.
            let _ = client.connect(&address);
            sockets.push(client);
        }
        (address.as_socket().unwrap(), sockets)
    }

    /// Connects on a clock that goes on when nobody has anything else to do; returns who was
    /// reached, and after how many seconds.
    fn connect(to: &[SocketAddr], patience: Duration) -> (Result<SocketAddr, ErrorKind>, u64) {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_all().start_paused(true).build().unwrap();
        let upstreams = Upstreams::resolve(to).unwrap();
        runtime.block_on(async {
            let start = Instant::now();
            let outcome = upstreams.connect(patience).await;
            let reached = outcome.map(|(_, address)| address).map_err(|error| error.kind());
            (reached, start.elapsed().as_secs())
        })
    }

    #[test]
    fn an_upstream_that_does_not_answer_is_passed_over_after_a_while() {
        let (silent, _sockets) = unresponsive();
        let patience = Duration::from_secs(7);
        assert_eq!(connect(&[silent], patience), (Err(ErrorKind::TimedOut), 7));
        assert_eq!(connect(&[silent, silent], patience), (Err(ErrorKind::TimedOut), 14));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let answering = listener.local_addr().unwrap();
        assert_eq!(connect(&[silent, answering], patience), (Ok(answering), 7));
    }

    #[test]
    fn without_an_upstream_there_is_no_proxy() {
        let error = Upstreams::resolve(&[] as &[SocketAddr]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
}
