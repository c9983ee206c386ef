//! [`Options`]: the bounds of a proxy.

use std::io::{self, ErrorKind};
use std::time::Duration;

use crate::splice::HalfClose;

/// The bounds of a proxy.
///
/// ```
/// use std::time::Duration;
/// use zc_net::proxy::Options;
///
/// let options = Options { idle_timeout: Duration::from_secs(9), ..Options::default() };
/// assert_eq!(options.max_connections, 1024);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The most connections that are served at a time. Further ones wait, unaccepted, in the
    /// queue of the operating system.
    pub max_connections: usize,
    /// How long one upstream may take to answer before the next one is tried.
    pub connect_timeout: Duration,
    /// How long a connection may last without a byte in either direction.
    pub idle_timeout: Duration,
    /// How long connections may go on after the server was stopped.
    pub grace: Duration,
    /// What becomes of one direction when the other one has ended.
    pub half_close: HalfClose,
    /// The most pipes that are lent at a time, of 1 MiB each; directions beyond copy.
    pub max_pipes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_connections: 1024,
            connect_timeout: Duration::from_secs(5),
            idle_timeout: Duration::from_secs(300),
            grace: Duration::from_secs(5),
            half_close: HalfClose::Propagate,
            max_pipes: 64,
        }
    }
}

impl Options {
    /// The bounds of these bounds: what the runtime can count.
    pub(super) fn check(&self) -> io::Result<()> {
        if (1..=1 << 20).contains(&self.max_connections) {
            return Ok(());
        }
        let message = "the number of connections must lie between 1 and 1048576";
        Err(io::Error::new(ErrorKind::InvalidInput, message))
    }
}
