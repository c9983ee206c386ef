//! [`Policy`]: what a transfer may do, and [`Mechanism`]: the ways there are.

use std::fmt;
use std::ops::ControlFlow;

/// A way to move bytes from one descriptor to another.
///
/// ```
/// use zc_io::transfer::Mechanism;
///
/// let wanted = "copy_file_range";
/// let found = Mechanism::ALL.iter().find(|mechanism| mechanism.as_str() == wanted);
/// assert_eq!(found, Some(&Mechanism::CopyFileRange));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mechanism {
    /// `ioctl_ficlone(2)`: the destination shares the blocks of the source.
    Reflink,
    /// `copy_file_range(2)`, which shares blocks as well where the file system can (Linux 4.5).
    CopyFileRange,
    /// `sendfile(2)`.
    Sendfile,
    /// `splice(2)`, through a pipe of ours where neither end is one.
    Splice,
    /// `read(2)` and `write(2)` with a page-aligned buffer.
    ReadWrite,
}

impl Mechanism {
    /// All ways, in the order in which they are tried.
    pub const ALL: &'static [Self] =
        &[Self::Reflink, Self::CopyFileRange, Self::Sendfile, Self::Splice, Self::ReadWrite];

    /// The name in one word: `reflink`, `copy_file_range`, `sendfile`, `splice` or `read`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reflink => "reflink",
            Self::CopyFileRange => "copy_file_range",
            Self::Sendfile => "sendfile",
            Self::Splice => "splice",
            Self::ReadWrite => "read",
        }
    }
}

impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What [`transfer`](super::transfer()) may do and has to do.
///
/// ```
/// use std::cell::Cell;
/// use std::ops::ControlFlow::Continue;
/// use zc_io::transfer::{Finish, Mechanism, Policy, transfer};
///
/// # fn main() -> std::io::Result<()> {
/// let (from, to) = (tempfile::NamedTempFile::new()?, tempfile::tempfile()?);
/// std::fs::write(from.path(), [7; 10_000])?;
///
/// let moved = Cell::new(0);
/// let show = |bytes| {
///     moved.set(bytes);
///     Continue(())
/// };
/// let policy = Policy::auto().via(Mechanism::ReadWrite).limit(4096).progress(&show);
/// let report = transfer(from.as_file(), &to, &policy)?;
/// assert_eq!((report.bytes, moved.get(), report.finish), (4096, 4096, Finish::Limit));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Default)]
#[must_use]
pub struct Policy<'a> {
    pub(super) via: Option<Mechanism>,
    pub(super) limit: Option<u64>,
    pub(super) aliasing: bool,
    pub(super) truncate: bool,
    pub(super) progress: Option<&'a dyn Fn(u64) -> ControlFlow<()>>,
}

impl<'a> Policy<'a> {
    /// The best way that works, to the end of the source, without aliasing.
    pub fn auto() -> Self {
        Self::default()
    }

    /// This way and no other: where it is refused, the transfer fails and says why.
    ///
    /// Holes are left out of the source all the same.
    pub fn via(self, mechanism: Mechanism) -> Self {
        Self { via: Some(mechanism), ..self }
    }

    /// At most so many bytes. A source that is no file is not read any further.
    pub fn limit(self, bytes: u64) -> Self {
        Self { limit: Some(bytes), ..self }
    }

    /// Lets pages of a file go into a pipe or a socket, where they show later writes to the file.
    ///
    /// To be called by who knows that nobody writes to it until all was consumed.
    ///
    /// ```
    /// use std::io::{Seek, Write};
    /// use zc_io::transfer::{Mechanism, Policy, transfer};
    ///
    /// let mut file = tempfile::tempfile()?;
    /// file.write_all(b"sent to a pipe")?;
    /// file.rewind()?;
    /// let (_reader, writer) = std::io::pipe()?;
    /// let splice = Policy::auto().via(Mechanism::Splice);
    /// assert!(transfer(&file, &writer, &splice).is_err(), "the pipe would show later writes");
    /// // Nobody has this file but us, and we write nothing more to it.
    /// let report = transfer(&file, &writer, &splice.allow_aliasing())?;
    /// assert_eq!((report.bytes, report.copies.total()), (14, 0));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn allow_aliasing(self) -> Self {
        Self { aliasing: true, ..self }
    }

    /// Cuts a destination that is a regular file off behind what was moved, once all was.
    ///
    /// ```
    /// use std::io::{Seek, Write};
    /// use zc_io::transfer::{Policy, transfer};
    ///
    /// let (mut from, mut to) = (tempfile::tempfile()?, tempfile::tempfile()?);
    /// from.write_all(b"short")?;
    /// to.write_all(b"what was there")?;
    /// from.rewind()?;
    /// to.rewind()?;
    /// transfer(&from, &to, &Policy::auto().truncate())?;
    /// assert_eq!(to.metadata()?.len(), 5);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn truncate(self) -> Self {
        Self { truncate: true, ..self }
    }

    /// Calls `callback` with the bytes moved so far; a `Break` from it cancels the transfer.
    ///
    /// It is called after each step, which moves at most 16 MiB (a reflink or a hole is one step,
    /// whatever its length). A call that waits for bytes or for room is not cut short.
    pub fn progress(self, callback: &'a dyn Fn(u64) -> ControlFlow<()>) -> Self {
        Self { progress: Some(callback), ..self }
    }
}

impl fmt::Debug for Policy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy")
            .field("via", &self.via)
            .field("limit", &self.limit)
            .field("aliasing", &self.aliasing)
            .field("truncate", &self.truncate)
            .finish_non_exhaustive()
    }
}
