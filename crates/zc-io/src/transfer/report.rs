//! [`Report`]: what a transfer did, and [`TransferError`]: what it did before it failed.

use std::error::Error;
use std::fmt;
use std::io;

use zc_core::Copies;

use super::Mechanism;

/// What a transfer did; its `Display` is one line.
///
/// ```
/// use zc_io::transfer::{Policy, transfer};
///
/// # fn main() -> std::io::Result<()> {
/// let (from, to) = (tempfile::NamedTempFile::new()?, tempfile::tempfile()?);
/// std::fs::write(from.path(), [7; 200_000])?;
///
/// let report = transfer(from.as_file(), &to, &Policy::auto())?;
/// let way = report.mechanism().unwrap(); // which one, the file system decides
/// assert_eq!((report.bytes, report.moved_by(way)), (200_000, 200_000));
/// assert!(report.fallbacks.iter().all(|passed_over| passed_over.mechanism != way));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Bytes by which the source and the destination advanced, holes included.
    pub bytes: u64,
    /// Bytes of these that were holes of the source and became holes of the destination.
    pub holes: u64,
    /// Bytes that passed through our memory: what the calls that read and wrote returned.
    pub copies: Copies,
    /// The ways that were passed over, each once, in the order of [`Mechanism::ALL`].
    pub fallbacks: Vec<Fallback>,
    /// Why it stopped.
    pub finish: Finish,
    pub(super) moved: [u64; Mechanism::ALL.len()],
}

impl Report {
    /// The way that moved the most bytes; `None` if there were none but holes.
    #[must_use]
    pub fn mechanism(&self) -> Option<Mechanism> {
        Mechanism::ALL
            .iter()
            .copied()
            .filter(|mechanism| self.moved_by(*mechanism) > 0)
            .max_by_key(|mechanism| self.moved_by(*mechanism))
    }

    /// Bytes that `mechanism` moved. Over all of them, these add up to `bytes` without `holes`.
    #[must_use]
    pub fn moved_by(&self, mechanism: Mechanism) -> u64 {
        self.moved[mechanism as usize]
    }

    pub(super) fn add(&mut self, mechanism: Mechanism, bytes: u64) {
        self.bytes += bytes;
        self.moved[mechanism as usize] += bytes;
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mechanism = self.mechanism().map_or("nothing to move", Mechanism::as_str);
        write!(f, "{} bytes by {mechanism}, {} of holes", self.bytes, self.holes)?;
        for Fallback { mechanism, refusal } in &self.fallbacks {
            write!(f, "; not {mechanism}: {refusal}")?;
        }
        Ok(())
    }
}

/// Why a transfer stopped without an error.
///
/// ```
/// use zc_io::transfer::{Finish, Policy, transfer};
///
/// let (mut reader, writer) = std::io::pipe()?;
/// std::io::Write::write_all(&mut &writer, b"abcdef")?;
/// let report = transfer(&reader, tempfile::tempfile()?, &Policy::auto().limit(4))?;
/// assert_eq!((report.bytes, report.finish), (4, Finish::Limit));
///
/// let mut rest = [0; 2];
/// std::io::Read::read_exact(&mut reader, &mut rest)?;
/// assert_eq!(&rest, b"ef", "what is past the limit is still there");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Finish {
    /// The source ended.
    #[default]
    Source,
    /// The limit of the policy was reached.
    Limit,
    /// The progress callback asked for it.
    Cancelled,
}

/// A way that was passed over.
///
/// ```
/// use zc_io::transfer::{Mechanism, Policy, Refusal, transfer};
///
/// let (reader, writer) = std::io::pipe()?;
/// drop(writer);
/// let report = transfer(&reader, tempfile::tempfile()?, &Policy::auto())?;
/// let clone = &report.fallbacks[0];
/// assert_eq!((clone.mechanism, clone.refusal), (Mechanism::Reflink, Refusal::Kind));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Fallback {
    /// The way.
    pub mechanism: Mechanism,
    /// Why it was not taken, or not any further: the last reason, where there were two.
    pub refusal: Refusal,
}

/// Why a way was not taken.
///
/// ```
/// use zc_io::transfer::Refusal;
///
/// assert_eq!(Refusal::Short.to_string(), "what is left is too short to be worth it");
/// assert_eq!(Refusal::Errno(18).to_string(), "Invalid cross-device link (os error 18)");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refusal {
    /// The kernel returned this `errno`, which means the way and not the bytes.
    Errno(i32),
    /// Pages of a file would show later writes from within a pipe or a socket.
    Aliasing,
    /// The way is for other kinds of source or destination.
    Kind,
    /// A part of a file, or a destination that is not empty, cannot be cloned.
    Part,
    /// What is left is shorter than [`KERNEL_RUN_LEN`](super::KERNEL_RUN_LEN).
    Short,
    /// It moved nothing, and yet a read finds more.
    Stalled,
    /// This system has no such call, or not under this name.
    System,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Errno(errno) => {
                return io::Error::from_raw_os_error(*errno).fmt(f);
            }
            Self::Aliasing => "the receiver would see later writes to the file",
            Self::Kind => "it is not for these kinds of source and destination",
            Self::Part => "only a whole file can be cloned, and only into an empty one",
            Self::Short => "what is left is too short to be worth it",
            Self::Stalled => "it moves nothing, and yet there is more to read",
            Self::System => "this system does not have it",
        })
    }
}

/// A transfer that failed, and what it did before.
///
/// ```
/// use std::io::{ErrorKind, Write};
/// use zc_io::transfer::{Policy, transfer};
///
/// let (from, mut source) = std::io::pipe()?;
/// source.write_all(b"to nobody")?;
/// drop(source);
/// let (reader, to) = std::io::pipe()?;
/// drop(reader);
/// let error = transfer(&from, &to, &Policy::auto()).unwrap_err();
/// assert_eq!((error.kind(), error.report.bytes), (ErrorKind::BrokenPipe, 0));
/// assert!(error.undelivered.is_empty() || error.undelivered == b"to nobody");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct TransferError {
    /// What was moved, up to the failure.
    pub report: Box<Report>,
    /// Bytes that were taken from the source and could not be delivered.
    ///
    /// They come next in the stream. A source that has a position was set back instead, unless
    /// that failed too: somebody else may have moved it.
    pub undelivered: Vec<u8>,
    pub(super) error: io::Error,
}

impl TransferError {
    pub(super) fn new(error: io::Error) -> Self {
        Self { report: Box::default(), undelivered: Vec::new(), error }
    }

    /// The kind of the error underneath.
    #[must_use]
    pub fn kind(&self) -> io::ErrorKind {
        self.error.kind()
    }
}

impl fmt::Display for TransferError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "transfer failed after {} bytes: {}", self.report.bytes, self.error)
    }
}

impl Error for TransferError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.error)
    }
}

impl From<TransferError> for io::Error {
    /// The error underneath; the report is dropped.
    fn from(failed: TransferError) -> Self {
        failed.error
    }
}
