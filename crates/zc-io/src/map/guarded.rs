//! [`Guarded`]: a map that turns a truncation into an error rather than a signal.

#![allow(unsafe_code, reason = "a map is registered with the handler")]

use std::fmt;
use std::fs::{File, Metadata};
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{Ordering, compiler_fence};
use std::time::SystemTime;

use super::{MappedFile, Stable, Truncated};
use crate::guard::{self, Registration};

/// A mapped file that outlives its own truncation.
///
/// The bytes are shown to a closure. If a page of them is gone when it is touched, zeros take
/// its place and that of all pages behind it, the closure goes on, and what it returned is
/// thrown away for a [`Truncated`]. [`guard`] tells how, and at what price.
///
/// ```
/// use zc_core::SliceExt;
/// use zc_io::{Guarded, Stable};
///
/// # fn main() -> std::io::Result<()> {
/// # let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
/// // SAFETY: nobody edits the manifest while its examples run.
/// let stable = unsafe { Stable::assume() };
/// let map = Guarded::open(manifest, stable)?;
/// let lines = map.with(|bytes| bytes.count_byte(b'\n'))?;
/// assert!(lines > 10);
/// # Ok(())
/// # }
/// ```
///
/// # Why it takes the token all the same
///
/// A guard makes a broken promise survivable, not sound. Bytes that the compiler takes to be
/// constant change while the closure runs: a `&str` that was found valid may cease to be, an
/// index that was checked may be read again as another. Whatever the closure did before
/// [`with`](Self::with) returns `Err` was done on such bytes. So the caller still vouches for the
/// file; the guard is for when they were wrong.
///
/// # What is noticed, and what is not
///
/// Every page that was gone when it was touched; and, by `fstat(2)` after the closure, each
/// change of the size or of the time of modification since the file was mapped. So a file that
/// shrank within its last page is noticed, and one that shrank and grew again. Not taken for a
/// change are a new name, a removed name, another file renamed over the name and new permissions,
/// which all leave the time of modification as it is (but not the `ctime`, which is therefore
/// not compared).
///
/// Not noticed: what happens within one tick of the file system's clock (a few milliseconds before
/// Linux 6.13) from the moment of mapping, if the size is the same again and no missing page was
/// touched; who sets the time of modification back; bytes written through another process's map
/// that was already dirty; and on network file systems, what this machine has not heard of yet.
pub struct Guarded {
    /// Absent where there is no page to guard. Dropped before the map, so that no other map can
    /// lie in a range that is registered.
    registration: Option<Registration>,
    map: MappedFile,
    file: File,
    mapped: Stamp,
}

impl Guarded {
    /// Opens and maps the file at `path`.
    ///
    /// # Errors
    ///
    /// What opening it returned, or as [`map`](Self::map). The message does not name the path.
    ///
    /// # Copies
    ///
    /// Never.
    pub fn open(path: impl AsRef<Path>, stable: Stable) -> io::Result<Self> {
        Self::map(&File::open(path)?, stable)
    }

    /// Maps all of an open file, wherever it stands, and installs the handler if need be.
    ///
    /// # Errors
    ///
    /// As [`MappedFile::map`]; [`QuotaExceeded`](io::ErrorKind::QuotaExceeded) if
    /// [`guard::MOST`] maps are guarded already; [`Unsupported`](io::ErrorKind::Unsupported) on
    /// systems other than Linux.
    ///
    /// # Copies
    ///
    /// Never.
    pub fn map(file: &File, stable: Stable) -> io::Result<Self> {
        guard::install()?;
        let file = file.try_clone()?;
        // Of before the map, so that a change in between is one that is noticed.
        let modified = file.metadata()?.modified().ok();
        let map = MappedFile::map(&file, stable)?;
        let mapped = Stamp { len: map.len() as u64, modified };
        let registration = if map.is_empty() {
            None
        } else {
            // SAFETY: the bytes are one map of a file, which the returned value owns and drops
            // after the registration.
            Some(unsafe { Registration::of(map.bytes()) }?)
        };
        Ok(Self { registration, map, file, mapped })
    }

    /// How many bytes are mapped: those that the file had then.
    #[must_use]
    pub fn len(&self) -> usize {
        self.map.len()
    }

    /// Whether the file was empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    /// Shows all bytes to `look`, and returns what it made of them if the file is as it was.
    ///
    /// Calls nest, and threads may call it at the same time. A system call inside of `look` that
    /// is given the bytes meets no signal: it returns `EFAULT` if they are gone.
    ///
    /// # Errors
    ///
    /// [`Truncated`] if the file changed since it was mapped, as far as that is noticed. Do not
    /// trust what `look` has done elsewhere then. Once a page was gone, each later call returns
    /// the error at once, without calling `look`.
    ///
    /// # Copies
    ///
    /// Never.
    pub fn with<R>(&self, look: impl FnOnce(&[u8]) -> R) -> Result<R, Truncated> {
        if self.gone_from().is_some() {
            return Err(self.truncated());
        }
        let outcome = look(self.map.bytes());
        // What was looked at was looked at before it is judged.
        compiler_fence(Ordering::SeqCst);
        if self.gone_from().is_some() || self.stamp() != Some(self.mapped) {
            return Err(self.truncated());
        }
        Ok(outcome)
    }

    /// All bytes, for windows that are [checked](Self::check_len) after they were looked at.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.map.bytes()
    }

    /// Lets go of pages that were looked at, which come back when they are touched.
    pub(crate) fn release(&self, range: Range<usize>) {
        #[cfg(target_os = "linux")]
        self.map.release(range);
        #[cfg(not(target_os = "linux"))]
        let _ = range;
    }

    /// Fails if a byte was gone when it was looked at, or if the file is shorter than it was: what
    /// was appended to it changes none of the bytes here.
    pub(crate) fn check_len(&self) -> Result<(), Truncated> {
        compiler_fence(Ordering::SeqCst);
        let is_whole = self.stamp().is_some_and(|stamp| stamp.len >= self.mapped.len);
        if self.gone_from().is_none() && is_whole { Ok(()) } else { Err(self.truncated()) }
    }

    fn gone_from(&self) -> Option<usize> {
        self.registration.as_ref().and_then(Registration::gone_from)
    }

    fn stamp(&self) -> Option<Stamp> {
        self.file.metadata().ok().map(|metadata| Stamp::of(&metadata))
    }

    #[cold]
    fn truncated(&self) -> Truncated {
        Truncated {
            mapped_len: self.mapped.len,
            len_now: self.stamp().map(|stamp| stamp.len),
            gone_from: self.gone_from().map(|offset| offset as u64),
        }
    }
}

impl fmt::Debug for Guarded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guarded")
            .field("len", &self.len())
            .field("gone_from", &self.gone_from())
            .finish_non_exhaustive()
    }
}

/// What a file says of itself, which differs after its content changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    len: u64,
    /// Absent where the file system keeps none.
    modified: Option<SystemTime>,
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Self { len: metadata.len(), modified: metadata.modified().ok() }
    }
}
