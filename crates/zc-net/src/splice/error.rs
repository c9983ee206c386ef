//! [`Error`]: what failed, and at which of two sockets.

use std::fmt;
use std::io;

/// One of the two sockets of a call.
///
/// ```
/// use zc_net::splice::{Error, Party};
///
/// let error = Error { party: Party::Second, error: std::io::ErrorKind::ConnectionReset.into() };
/// assert_eq!(error.to_string(), "the second socket: connection reset");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Party {
    /// The first argument.
    First,
    /// The second argument.
    Second,
}

impl Party {
    const fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }
}

/// A call that failed, and for which socket.
///
/// ```
/// use tokio::net::UnixStream;
/// use zc_net::Meter;
/// use zc_net::splice::{Error, Party, Resources, copy};
///
/// # tokio::runtime::Builder::new_current_thread().enable_io().build()?.block_on(async {
/// let ((mut sender, from), (to, receiver)) = (UnixStream::pair()?, UnixStream::pair()?);
/// tokio::io::AsyncWriteExt::write_all(&mut sender, b"to nobody").await?;
/// drop(receiver);
/// let failed = copy(&from, &to, &Resources::default(), &Meter::default()).await.unwrap_err();
/// let Error { party, error } = failed;
/// assert_eq!((party, error.kind()), (Party::Second, std::io::ErrorKind::BrokenPipe));
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Error {
    /// The socket that was read from or written to.
    pub party: Party,
    /// What the call returned.
    pub error: io::Error,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let party = match self.party {
            Party::First => "first",
            Party::Second => "second",
        };
        write!(f, "the {party} socket: {}", self.error)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        Self::new(error.error.kind(), error)
    }
}

/// A call that failed in one direction.
#[derive(Debug)]
pub(super) enum Failure {
    Receive(io::Error),
    Send(io::Error),
}

impl Failure {
    /// The error of a flow that comes from `source`.
    pub(super) fn of(self, source: Party) -> Error {
        match self {
            Self::Receive(error) => Error { party: source, error },
            Self::Send(error) => Error { party: source.other(), error },
        }
    }
}
