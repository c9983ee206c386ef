//! [`Socket`]: what a flow needs of a socket of tokio.

use std::io::{self, ErrorKind};
use std::os::fd::AsFd;
use std::task::{Context, Poll};

use rustix::io::{Errno, retry_on_intr};
use rustix::net::{RecvFlags, SendFlags, Shutdown, recv, send, shutdown};
use tokio::io::Interest;
use tokio::net::{TcpStream, UnixStream};

use super::pipe::{Drained, Filled, Pipe};

/// To a connection that is gone, sending is an error and no signal.
#[cfg(not(target_vendor = "apple"))]
const WITHOUT_SIGNAL: SendFlags = SendFlags::NOSIGNAL;

/// There is no such flag there; the runtime of Rust ignores the signal, unless it was told otherwise.
#[cfg(target_vendor = "apple")]
const WITHOUT_SIGNAL: SendFlags = SendFlags::empty();

/// A connected socket of tokio: TCP or Unix. Nobody else can implement it.
///
/// ```
/// use tokio::net::{TcpStream, UnixStream};
/// use zc_net::splice::Socket;
///
/// fn takes(_: &impl Socket) {}
///
/// fn either(tcp: &TcpStream, unix: &UnixStream) {
///     takes(tcp);
///     takes(unix);
/// }
/// # fn main() {}
/// ```
pub trait Socket: Stream {}

impl Socket for TcpStream {}
impl Socket for UnixStream {}

/// The calls behind [`Socket`], of which none waits.
pub trait Stream: AsFd + Send + Sync {
    /// Whether a read that leaves room has emptied the socket: that of a Unix socket also ends
    /// where a message carries descriptors.
    const LEAVES_ROOM_WHEN_EMPTY: bool;

    fn poll_receivable(&self, context: &mut Context<'_>) -> Poll<io::Result<()>>;

    fn poll_sendable(&self, context: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Makes a call, and lets the readiness be cleared if it would block.
    fn attempt<T>(&self, interest: Interest, call: impl FnOnce() -> io::Result<T>)
    -> io::Result<T>;

    /// Receives into `room`. A read that has emptied the socket saves the next.
    fn receive(&self, room: &mut [u8]) -> io::Result<usize> {
        let len = if Self::LEAVES_ROOM_WHEN_EMPTY { room.len() } else { 0 };
        self.until_short(Interest::READABLE, len, || {
            Ok(retry_on_intr(|| recv(self, &mut *room, RecvFlags::empty()))?.0)
        })
    }

    /// Sends `bytes`. A write that leaves some has filled the socket.
    fn send(&self, bytes: &[u8]) -> io::Result<usize> {
        self.until_short(Interest::WRITABLE, bytes.len(), || {
            Ok(retry_on_intr(|| send(self, bytes, WITHOUT_SIGNAL))?)
        })
    }

    /// Makes a call that, if it moves less than `len` but something, would block the next time.
    fn until_short(
        &self,
        interest: Interest,
        len: usize,
        call: impl FnOnce() -> io::Result<usize>,
    ) -> io::Result<usize> {
        let mut moved = 0;
        let attempted = self.attempt(interest, || {
            moved = call()?;
            if (1..len).contains(&moved) { Err(ErrorKind::WouldBlock.into()) } else { Ok(()) }
        });
        match attempted {
            Err(_) if moved > 0 => Ok(moved),
            outcome => outcome.map(|()| moved),
        }
    }

    fn fill(&self, pipe: &mut Pipe) -> io::Result<Filled> {
        self.attempt(Interest::READABLE, || pipe.fill(self))
    }

    fn drain(&self, pipe: &mut Pipe) -> io::Result<Drained> {
        self.attempt(Interest::WRITABLE, || pipe.drain(self))
    }

    /// Says that nothing more will be sent, to one who may be gone.
    fn end_sending(&self) -> io::Result<()> {
        match shutdown(self, Shutdown::Write) {
            Ok(()) | Err(Errno::NOTCONN) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

macro_rules! stream {
    ($socket:ty, $leaves_room_when_empty:expr) => {
        impl Stream for $socket {
            const LEAVES_ROOM_WHEN_EMPTY: bool = $leaves_room_when_empty;

            fn poll_receivable(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
                self.poll_read_ready(context)
            }

            fn poll_sendable(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
                self.poll_write_ready(context)
            }

            fn attempt<T>(
                &self,
                interest: Interest,
                call: impl FnOnce() -> io::Result<T>,
            ) -> io::Result<T> {
                self.try_io(interest, call)
            }
        }
    };
}

stream!(TcpStream, true);
stream!(UnixStream, false);
