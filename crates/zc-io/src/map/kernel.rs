//! [`KernelMap`]: a map that only the kernel looks into.

#![allow(unsafe_code, reason = "the kernel is given a pointer to what may be gone")]

use std::fmt;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::ops::Range;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};

#[cfg(target_os = "linux")]
use memmap2::Advice;
use memmap2::{MmapOptions, MmapRaw};

use super::Truncated;
use super::file::{mappable_len, not_mapped};

/// A mapped file whose bytes are written to descriptors and never seen by this process.
///
/// It is safe whatever becomes of the file. There is no `&[u8]` that could change, and a kernel
/// that finds a page gone returns `EFAULT` from `write(2)` rather than raise `SIGBUS`. What others
/// write to the file meanwhile may be sent, in any mixture, as it is with `sendfile(2)`.
///
/// ```
/// use std::fs::File;
/// use zc_io::KernelMap;
///
/// # fn main() -> std::io::Result<()> {
/// # let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
/// let map = KernelMap::map(&File::open(manifest)?)?;
/// let (mut reader, writer) = std::io::pipe()?;
/// map.write_all_to(&writer, 0..9)?;
/// drop(writer);
/// assert_eq!(std::io::read_to_string(&mut reader)?, "[package]");
/// # Ok(())
/// # }
/// ```
pub struct KernelMap {
    /// Absent where the file was empty, which cannot be mapped.
    map: Option<MmapRaw>,
    file: File,
    len: usize,
}

impl KernelMap {
    /// Maps all of an open file, wherever it stands.
    ///
    /// # Errors
    ///
    /// As [`MappedFile::map`](crate::MappedFile::map), or if the descriptor cannot be duplicated.
    ///
    /// # Copies
    ///
    /// Never.
    pub fn map(file: &File) -> io::Result<Self> {
        let file = file.try_clone()?;
        if mappable_len(&file)? == 0 {
            return Ok(Self { map: None, file, len: 0 });
        }
        let map = MmapOptions::new().map_raw_read_only(&file);
        let map = map.map_err(|error| not_mapped(&error))?;
        Ok(Self { len: map.len(), map: Some(map), file })
    }

    /// How many bytes are mapped: those that the file had then.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether the file was empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Has the first `len` bytes mapped, and returns the address of the first one; since Linux
    /// 5.14. Nobody but the kernel may look there.
    #[cfg(target_os = "linux")]
    pub(crate) fn populate(&self, len: usize) -> io::Result<usize> {
        let Some(map) = &self.map else { return Ok(0) };
        map.advise_range(Advice::PopulateRead, 0, len.min(self.len))?;
        Ok(map.as_ptr().addr())
    }

    /// Writes bytes of the range, from its start, to `fd`, and returns how many it took.
    ///
    /// One call of `write(2)`, which is repeated if it was interrupted. Where the kernel meets a
    /// page that is gone, the pages before it are written first and counted, however little it
    /// takes at a time. Bytes behind a new end of the file within its last page are zeros, and
    /// are written as such; [`write_all_to`](Self::write_all_to) looks for that.
    ///
    /// ```
    /// use std::io::{Read, Write};
    /// use zc_io::KernelMap;
    ///
    /// let mut file = tempfile::tempfile()?;
    /// file.write_all(b"head payload tail")?;
    /// let map = KernelMap::map(&file)?;
    /// let (mut reader, writer) = std::io::pipe()?;
    /// let count = map.write_to(&writer, 5..12)?;
    /// let mut room = [0; 16];
    /// assert_eq!(reader.read(&mut room)?, count);
    /// assert_eq!(&room[..count], &b"payload"[..count]);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`UnexpectedEof`](ErrorKind::UnexpectedEof) holding a [`Truncated`] if the page of the
    /// first byte is gone, else what the kernel returned:
    /// [`WouldBlock`](ErrorKind::WouldBlock) from a descriptor that does not block,
    /// [`BrokenPipe`](ErrorKind::BrokenPipe) where nobody reads. Then nothing was written.
    ///
    /// # Panics
    ///
    /// If the range is not within the map.
    ///
    /// # Copies
    ///
    /// Once, to the kernel: none of ours.
    #[track_caller]
    pub fn write_to(&self, fd: impl AsFd, range: Range<usize>) -> io::Result<usize> {
        self.check(&range);
        self.write_checked(fd.as_fd(), range)
    }

    /// Writes all bytes of the range to `fd`, which should block.
    ///
    /// # Errors
    ///
    /// As [`write_to`](Self::write_to), at whatever byte it stopped; a [`Truncated`] says at
    /// which. [`WriteZero`](ErrorKind::WriteZero) if `fd` takes nothing. A file that is shorter
    /// than the range when all was written is [`Truncated`] as well, since zeros may have been
    /// written in place of its last bytes.
    ///
    /// # Panics
    ///
    /// If the range is not within the map.
    ///
    /// # Copies
    ///
    /// As [`write_to`](Self::write_to).
    #[track_caller]
    pub fn write_all_to(&self, fd: impl AsFd, range: Range<usize>) -> io::Result<()> {
        self.check(&range);
        let mut rest = range;
        while !rest.is_empty() {
            match self.write_checked(fd.as_fd(), rest.clone())? {
                0 => return Err(ErrorKind::WriteZero.into()),
                count => rest.start += count,
            }
        }
        let len_now = self.file.metadata()?.len();
        if len_now < rest.end as u64 {
            return Err(self.truncated(None).into());
        }
        Ok(())
    }

    #[track_caller]
    fn check(&self, range: &Range<usize>) {
        assert!(
            range.start <= range.end && range.end <= self.len,
            "cannot write bytes {range:?} of {}",
            self.len
        );
    }

    /// A kernel that meets a missing page may drop what it took before, up to its own chunk, so
    /// the rest of the first page is tried alone before that page is said to be gone.
    fn write_checked(&self, fd: BorrowedFd<'_>, range: Range<usize>) -> io::Result<usize> {
        let is_gone = |error: &io::Error| error.raw_os_error() == Some(libc::EFAULT);
        match self.write_once(fd, range.clone()) {
            Err(error) if is_gone(&error) => {}
            outcome => return outcome,
        }
        let page = rustix::param::page_size();
        let page_end = (range.start + 1).next_multiple_of(page).min(range.end);
        match self.write_once(fd, range.start..page_end) {
            Err(error) if is_gone(&error) => Err(self.truncated(Some(range.start)).into()),
            outcome => outcome,
        }
    }

    /// One write that was not interrupted, of a range that [`check`](Self::check) let through.
    fn write_once(&self, fd: BorrowedFd<'_>, range: Range<usize>) -> io::Result<usize> {
        debug_assert!(range.start <= range.end && range.end <= self.len);
        let Some(map) = &self.map else { return Ok(0) };
        let start = map.as_ptr().wrapping_add(range.start).cast();
        loop {
            // SAFETY: the range lies within the map, which `self` keeps. Only the kernel reads
            // through the pointer; where a page is gone by then it returns `EFAULT`.
            let count = unsafe { libc::write(fd.as_raw_fd(), start, range.len()) };
            if let Ok(count) = usize::try_from(count) {
                return Ok(count);
            }
            let error = io::Error::last_os_error();
            if error.kind() != ErrorKind::Interrupted {
                return Err(error);
            }
        }
    }

    fn truncated(&self, gone_from: Option<usize>) -> Truncated {
        Truncated {
            mapped_len: self.len as u64,
            len_now: self.file.metadata().ok().map(|metadata| metadata.len()),
            gone_from: gone_from.map(|offset| offset as u64),
        }
    }
}

impl fmt::Debug for KernelMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KernelMap").field("len", &self.len).finish_non_exhaustive()
    }
}
