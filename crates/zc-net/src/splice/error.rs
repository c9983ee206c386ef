//! [`Error`]: what failed, and at which of two sockets.

use std::fmt;
use std::io;

/// One of the two sockets of a call.
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
