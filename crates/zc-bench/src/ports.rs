//! Ports for servers that are told where to listen and do not say when they do.

use std::fs;
use std::io;
use std::net::{SocketAddr, TcpListener};

/// A port of this machine that was free a moment ago.
pub(crate) fn free() -> io::Result<SocketAddr> {
    TcpListener::bind("127.0.0.1:0")?.local_addr()
}

/// Whether somebody listens at the port of `address`. Who connects to find out is a client whom
/// a proxy passes on; the kernel's table disturbs nobody.
pub(crate) fn is_listened_at(address: SocketAddr) -> io::Result<bool> {
    // A row holds the local address, the remote one, and the state, of which 0A is `TCP_LISTEN`.
    let listening = format!(":{:04X} 00000000:0000 0A ", address.port());
    Ok(fs::read_to_string("/proc/net/tcp")?.contains(&listening))
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use std::net::TcpListener;

    use super::is_listened_at;

    #[test]
    fn a_listener_is_seen_until_it_is_closed() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        assert!(is_listened_at(address).unwrap());
        drop(listener);
        assert!(!is_listened_at(address).unwrap());
    }
}
