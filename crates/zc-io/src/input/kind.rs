//! [`InputKind`]: how the bytes of an input get here, and why they do not get here otherwise.

use std::fmt;
use std::fs::FileType;

use crate::refill::Flow;

/// How the bytes of an input get here.
///
/// ```
/// use zc_io::{Input, InputKind};
///
/// let (reader, _writer) = std::io::pipe()?;
/// let input = Input::from_reader(Box::new(reader));
/// assert_eq!((input.kind(), input.kind().as_str()), (InputKind::Stream, "stream"));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InputKind {
    /// They are slices of a mapped file.
    Map,
    /// They are read from a regular file.
    Read,
    /// They are read from a pipe, a socket or a device as they come.
    Stream,
}

impl InputKind {
    /// The kind in one word: `map`, `read` or `stream`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Map => "map",
            Self::Read => "read",
            Self::Stream => "stream",
        }
    }
}

impl fmt::Display for InputKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How a file of this type and stated size is read, and why it is not mapped.
pub(super) fn how_to_read(file_type: FileType, size: u64) -> (InputKind, Flow, &'static str) {
    if !file_type.is_file() {
        return (InputKind::Stream, Flow::Once, why_stream(file_type));
    }
    if size == 0 {
        let reason = "a file that states no size may be made up while it is read";
        return (InputKind::Read, Flow::Once, reason);
    }
    let reason = "a regular file is read, since a map is unsound while others may change it";
    (InputKind::Read, Flow::Full, reason)
}

#[cfg(unix)]
fn why_stream(file_type: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;

    if file_type.is_fifo() {
        "a pipe cannot be mapped"
    } else if file_type.is_socket() {
        "a socket cannot be mapped"
    } else {
        "a device is read as it comes"
    }
}

#[cfg(not(unix))]
fn why_stream(_: FileType) -> &'static str {
    "what is no regular file is read as it comes"
}
