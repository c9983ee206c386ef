//! [`SendFileError`]: why a file was not sent, or not all of it.

use std::fmt;
use std::io::{self, ErrorKind};

/// Why a file was not sent, or not all of it; the connection must be closed.
///
/// ```
/// use zc_net::Meter;
/// use zc_net::send_file::{SendFileError, send_file};
///
/// # tokio::runtime::Builder::new_multi_thread().enable_io().build()?.block_on(async {
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
/// let _client = tokio::net::TcpStream::connect(listener.local_addr()?).await?;
/// let (stream, _) = listener.accept().await?;
/// let file = tempfile::tempfile()?;
/// file.set_len(10)?;
/// let error = send_file(&stream, &file, 0..20, b"", &Meter::default()).await.unwrap_err();
/// assert!(matches!(error, SendFileError::Shrunk { offset: 10, end: 20, len_now: Some(10) }));
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum SendFileError {
    /// The file ends before the range does.
    Shrunk {
        /// The first byte of the file that was not there.
        offset: u64,
        /// The end of the range.
        end: u64,
        /// The length of the file by now, where it can be told.
        len_now: Option<u64>,
    },
    /// What a call returned.
    Io(io::Error),
}

impl fmt::Display for SendFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shrunk { offset, end, .. } => {
                write!(f, "the file ends at byte {offset} instead of {end}: it has shrunk")
            }
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for SendFileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Shrunk { .. } => None,
            Self::Io(error) => error.source(),
        }
    }
}

impl From<io::Error> for SendFileError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<SendFileError> for io::Error {
    fn from(error: SendFileError) -> Self {
        match error {
            SendFileError::Shrunk { .. } => Self::new(ErrorKind::UnexpectedEof, error),
            SendFileError::Io(error) => error,
        }
    }
}
