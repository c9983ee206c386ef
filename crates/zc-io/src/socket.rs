//! What the kernel knows of a TCP connection and other calls do not say.

use std::io;
use std::os::fd::AsFd;

use crate::sys;

/// Bytes that the other side has acknowledged so far, of all that went into a TCP socket.
///
/// A write returns when the kernel has taken bytes, of which megabytes may lie in its buffer; this
/// says what has arrived at the other side: `TCP_INFO` of tcp(7), since Linux 4.1.
///
/// ```
/// use std::io::{Read, Write};
/// use std::net::{TcpListener, TcpStream};
///
/// let listener = TcpListener::bind("127.0.0.1:0")?;
/// let mut client = TcpStream::connect(listener.local_addr()?)?;
/// client.write_all(b"hello")?;
/// let mut server = listener.accept()?.0;
/// server.read_exact(&mut [0; 5])?;
/// assert_eq!(zc_io::socket::acknowledged(&server)?, 0);
/// while zc_io::socket::acknowledged(&client)? < 5 {
///     std::thread::yield_now();
/// }
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// What getsockopt(2) returned: `socket` is none of TCP.
/// [`Unsupported`](io::ErrorKind::Unsupported) where the kernel does not count.
///
/// # Copies
///
/// No byte of the connection.
pub fn acknowledged(socket: impl AsFd) -> io::Result<u64> {
    sys::tcp_bytes_acked(socket.as_fd())
}

/// Bytes that went into a TCP socket and that the other side has not acknowledged yet: `SIOCOUTQ`
/// of tcp(7). A file descriptor of another kind may answer with something else.
///
/// ```
/// use std::io::Write;
/// use std::net::{TcpListener, TcpStream};
///
/// let listener = TcpListener::bind("127.0.0.1:0")?;
/// let mut client = TcpStream::connect(listener.local_addr()?)?;
/// client.write_all(b"hello")?;
/// while zc_io::socket::unacknowledged(&client)? > 0 {
///     std::thread::yield_now();
/// }
/// // Who connected counts the beginning of the connection as well.
/// assert!(zc_io::socket::acknowledged(&client)? >= 5);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// What ioctl(2) returned: `socket` is none, or listens.
///
/// # Copies
///
/// No byte of the connection.
pub fn unacknowledged(socket: impl AsFd) -> io::Result<u64> {
    sys::tcp_bytes_unacked(socket.as_fd())
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    #[test]
    fn a_file_acknowledges_nothing() {
        let file = File::open(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).unwrap();
        assert_eq!(super::acknowledged(&file).unwrap_err().raw_os_error(), Some(libc::ENOTSOCK));
        assert_eq!(super::unacknowledged(&file).unwrap_err().raw_os_error(), Some(libc::ENOTTY));
    }
}
