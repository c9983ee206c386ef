//! [`Waker`]: wakes a thread that waits in `accept`.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

/// What it takes to wake the thread; made beforehand, since later descriptors may be short.
#[derive(Debug)]
pub(super) struct Waker {
    #[cfg(unix)]
    listener: TcpStream,
    local_addr: SocketAddr,
}

impl Waker {
    /// A waker of those who accept from `listener`, which is bound to `local_addr`.
    pub(super) fn new(listener: &TcpListener, local_addr: SocketAddr) -> io::Result<Self> {
        #[cfg(not(unix))]
        let _ = listener;
        Ok(Self {
            // The standard library shuts down streams only, but a descriptor is a descriptor.
            #[cfg(unix)]
            listener: std::os::fd::OwnedFd::from(listener.try_clone()?).into(),
            local_addr,
        })
    }

    /// Makes `accept` return: with an error from now on, or once with a connection of our own.
    ///
    /// Linux wakes those who accept when the listening socket is shut down; other systems refuse
    /// to do that, or do not wake.
    pub(super) fn wake(&self) {
        #[cfg(unix)]
        let is_awake = self.listener.shutdown(std::net::Shutdown::Both).is_ok();
        #[cfg(not(unix))]
        let is_awake = false;
        if !(is_awake && cfg!(target_os = "linux")) {
            self.connect();
        }
    }

    fn connect(&self) {
        // Where the queue is full nobody waits in `accept`, so a failure does no harm.
        let _ = TcpStream::connect_timeout(&reachable(self.local_addr), Duration::from_secs(1));
    }
}

/// The address at which a listener that is bound to `addr` is reached from its own machine.
fn reachable(mut addr: SocketAddr) -> SocketAddr {
    match addr.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => addr.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => addr.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    addr
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::Waker;

    #[track_caller]
    fn check(wake: fn(&Waker), has_connected: bool) {
        let listener = TcpListener::bind("0.0.0.0:0").unwrap();
        let waker = Waker::new(&listener, listener.local_addr().unwrap()).unwrap();
        std::thread::scope(|scope| {
            let acceptor = scope.spawn(|| listener.accept());
            wake(&waker);
            assert_eq!(acceptor.join().unwrap().is_ok(), has_connected);
        });
    }

    #[test]
    fn who_waits_in_accept_is_woken() {
        check(Waker::wake, !cfg!(target_os = "linux"));
    }

    #[test]
    fn who_waits_in_accept_is_woken_where_a_listener_cannot_be_shut_down() {
        check(Waker::connect, true);
    }
}
