//! [`FrameReadError`]: why a reader of frames stopped, and where.

use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind};
use std::time::Duration;

use zc_core::Mismatch;

/// Why a [`FrameReader`](super::FrameReader) stopped, and where.
///
/// ```
/// # #[cfg(feature = "parse")] {
/// use zc_net::frames::FrameReader;
/// use zc_parse::framing::Integer;
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let mut frames = FrameReader::length_prefixed(&b"\x02hi\x05he"[..], Integer::U8);
/// assert_eq!(frames.next_frame().await.unwrap()?, "hi");
/// let error = frames.next_frame().await.unwrap().unwrap_err();
/// assert!(error.is_truncated() && !error.is_timeout());
/// assert_eq!((error.offset(), error.buffered()), (3, 3));
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # }
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct FrameReadError {
    /// Boxed, so that a frame is not moved about as if it were an error: a large error beside it
    /// made reading short frames several times slower.
    failure: Box<Failure>,
}

#[derive(Debug)]
struct Failure {
    kind: FrameReadErrorKind,
    offset: u64,
    buffered: usize,
}

/// What ended the frames of a stream before the stream ended.
///
/// ```
/// # #[cfg(feature = "parse")] {
/// use zc_net::frames::{FrameReadErrorKind, FrameReader};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let mut values = FrameReader::resp(&b"?"[..]);
/// let error = values.next_frame().await.unwrap().unwrap_err();
/// assert!(matches!(error.kind(), FrameReadErrorKind::Malformed(_)), "{error}");
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # }
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum FrameReadErrorKind {
    /// Reading failed, as when the peer reset the connection.
    Io(io::Error),
    /// What arrived is no frame; the offset inside counts from the beginning of the frame.
    Malformed(Mismatch),
    /// The frame has more bytes than are allowed, in bytes.
    TooLong {
        /// The length of the frame, as far as it is known.
        at_least: usize,
        /// The most that is allowed.
        limit: usize,
    },
    /// The frame would be allowed, but needs more bytes in memory than may be buffered.
    BufferFull {
        /// The most bytes that may be buffered.
        limit: usize,
    },
    /// The stream ended inside a frame.
    Truncated {
        /// Bytes that are missing, at the least.
        missing: usize,
    },
    /// The frame took longer than this from its first byte.
    FrameDeadline(Duration),
    /// No frame began for longer than this.
    IdleDeadline(Duration),
}

impl FrameReadError {
    #[cold]
    pub(super) fn new(kind: FrameReadErrorKind, offset: u64, buffered: usize) -> Self {
        Self { failure: Box::new(Failure { kind, offset, buffered }) }
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> &FrameReadErrorKind {
        &self.failure.kind
    }

    /// Where the frame begins that could not be read, in bytes from the beginning of the stream.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.failure.offset
    }

    /// Bytes of this frame, and of what follows it, that had arrived.
    #[must_use]
    pub fn buffered(&self) -> usize {
        self.failure.buffered
    }

    /// Whether the peer was too slow.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        use FrameReadErrorKind::{FrameDeadline, IdleDeadline};
        matches!(self.failure.kind, FrameDeadline(_) | IdleDeadline(_))
    }

    /// Whether the stream ended inside a frame.
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        matches!(self.failure.kind, FrameReadErrorKind::Truncated { .. })
    }
}

impl fmt::Display for FrameReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.failure.kind {
            FrameReadErrorKind::Io(error) => write!(f, "reading failed: {error}")?,
            FrameReadErrorKind::Malformed(mismatch) => write!(f, "{mismatch} of the frame")?,
            FrameReadErrorKind::TooLong { at_least, limit } => {
                write!(f, "a frame of at least {at_least} bytes, where {limit} are allowed")?;
            }
            FrameReadErrorKind::BufferFull { limit } => {
                write!(f, "a frame that does not fit into the {limit} bytes of the buffer")?;
            }
            FrameReadErrorKind::Truncated { missing } => {
                write!(f, "the stream ends inside a frame, of which {missing} bytes are missing")?;
            }
            FrameReadErrorKind::FrameDeadline(limit) => {
                write!(f, "the frame took longer than {limit:?}")?;
            }
            FrameReadErrorKind::IdleDeadline(limit) => {
                write!(f, "no frame began for {limit:?}")?;
            }
        }
        write!(
            f,
            ", in the frame at byte {} with {} bytes buffered",
            self.failure.offset, self.failure.buffered
        )
    }
}

impl Error for FrameReadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.failure.kind {
            FrameReadErrorKind::Io(error) => Some(error),
            FrameReadErrorKind::Malformed(mismatch) => Some(mismatch),
            _ => None,
        }
    }
}

impl From<FrameReadError> for io::Error {
    fn from(error: FrameReadError) -> Self {
        let kind = match error.kind() {
            FrameReadErrorKind::Io(error) => error.kind(),
            FrameReadErrorKind::Malformed(_)
            | FrameReadErrorKind::TooLong { .. }
            | FrameReadErrorKind::BufferFull { .. } => ErrorKind::InvalidData,
            FrameReadErrorKind::Truncated { .. } => ErrorKind::UnexpectedEof,
            FrameReadErrorKind::FrameDeadline(_) | FrameReadErrorKind::IdleDeadline(_) => {
                ErrorKind::TimedOut
            }
        };
        Self::new(kind, error)
    }
}
