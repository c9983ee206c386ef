//! What an error of `accept` means for the loop that accepts.

use std::io::{self, ErrorKind};
use std::time::Duration;

/// How long a loop waits after an error that would come again at once, such as a process that has
/// no descriptors left: the connection that met it stays in the queue, and `accept` fails again.
pub(crate) const BACK_OFF: Duration = Duration::from_millis(50);

/// Whether the error took one connection out of the queue, so that the next may well succeed.
///
/// Linux hands pending network errors of the new socket to `accept` (accept(2), "Error handling").
pub(crate) fn concerns_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionAborted
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionRefused
            | ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable
            | ErrorKind::NetworkDown
            | ErrorKind::Interrupted
    )
}

/// Whether the process or the system has no descriptor left, which it may have soon.
#[cfg(all(feature = "io", unix))]
pub(crate) fn lacks_descriptors(error: &io::Error) -> bool {
    use rustix::io::Errno;

    matches!(Errno::from_io_error(error), Some(Errno::MFILE | Errno::NFILE))
}

#[cfg(test)]
mod tests {
    use std::io::{self, ErrorKind};

    use super::concerns_one_connection;

    #[test]
    fn a_connection_that_is_gone_is_told_from_a_process_without_descriptors() {
        assert!(concerns_one_connection(&ErrorKind::ConnectionAborted.into()));
        let too_many_open_files = io::Error::from_raw_os_error(24);
        assert!(!concerns_one_connection(&too_many_open_files));
    }
}
