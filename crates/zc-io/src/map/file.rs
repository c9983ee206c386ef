//! [`MappedFile`]: a file as one slice, for callers who vouch that nobody changes it.

#![allow(unsafe_code, reason = "a file is mapped for a caller who vouches for it")]

use std::fmt;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::ops::Deref;
#[cfg(target_os = "linux")]
use std::ops::Range;
use std::path::Path;

#[cfg(target_os = "linux")]
use memmap2::UncheckedAdvice;
use memmap2::{Mmap, MmapOptions};

use super::Stable;

/// A file as a slice of memory, of which pages are loaded when they are touched.
///
/// ```
/// use zc_io::{MappedFile, Stable};
///
/// # fn main() -> std::io::Result<()> {
/// # let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
/// // SAFETY: nobody edits the manifest while its examples run.
/// let stable = unsafe { Stable::assume() };
/// let map = MappedFile::open(manifest, stable)?;
/// assert!(map.starts_with(b"[package]"));
/// # Ok(())
/// # }
/// ```
///
/// Its bytes do not outlive it:
///
/// ```compile_fail,E0505
/// # fn check(map: zc_io::MappedFile) {
/// let bytes = map.bytes();
/// drop(map);
/// assert!(bytes.is_empty());
/// # }
/// ```
pub struct MappedFile {
    /// Absent where the file is empty, which cannot be mapped.
    map: Option<Mmap>,
}

impl MappedFile {
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

    /// Maps all of an open file, wherever it stands; the map lives on when the file is closed.
    ///
    /// # Errors
    ///
    /// [`IsADirectory`](ErrorKind::IsADirectory) if it is one;
    /// [`Unsupported`](ErrorKind::Unsupported) if it is no regular file, or states no size and
    /// still holds bytes, as files in `/proc` do; else what mapping it returned.
    ///
    /// # Copies
    ///
    /// Never.
    pub fn map(file: &File, stable: Stable) -> io::Result<Self> {
        let len = mappable_len(file)?;
        Self::map_range(file, 0, usize::try_from(len).map_err(|_| too_long(len))?, stable)
    }

    /// Maps `len` bytes of an open file from `offset` on, which need not begin a page.
    ///
    /// ```
    /// use std::io::Write;
    /// use zc_io::{MappedFile, Stable};
    ///
    /// let mut file = tempfile::tempfile()?;
    /// file.write_all(b"head payload tail")?;
    /// // SAFETY: nobody else has the file, and it is not written to again.
    /// let stable = unsafe { Stable::assume() };
    /// let map = MappedFile::map_range(&file, 5, 7, stable)?;
    /// assert_eq!(map.bytes(), b"payload");
    /// assert!(MappedFile::map_range(&file, 5, 100, stable).is_err());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`map`](Self::map), and [`InvalidInput`](ErrorKind::InvalidInput) if the file ends
    /// before the range does.
    ///
    /// # Copies
    ///
    /// Never.
    pub fn map_range(file: &File, offset: u64, len: usize, _: Stable) -> io::Result<Self> {
        let file_len = mappable_len(file)?;
        if offset.checked_add(len as u64).is_none_or(|end| end > file_len) {
            let message =
                format!("{len} bytes from byte {offset} on are not all within {file_len}");
            return Err(io::Error::new(ErrorKind::InvalidInput, message));
        }
        if len == 0 {
            return Ok(Self { map: None });
        }
        // SAFETY: whoever made the token vouches that nobody changes these bytes of the file, or
        // cuts it off within them, until the map is dropped. The map is private to the returned
        // value, which lends its bytes only while it is borrowed itself.
        let map = unsafe { MmapOptions::new().offset(offset).len(len).map(file) };
        Ok(Self { map: Some(map.map_err(|error| not_mapped(&error))?) })
    }

    /// Takes over a map of which no bytes can change until it is dropped.
    #[cfg(target_os = "linux")]
    pub(super) fn from_sealed(map: Option<Mmap>) -> Self {
        Self { map }
    }

    /// The bytes that are mapped: all of the file, or the range of it.
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.map.as_deref().unwrap_or_default()
    }

    /// Lets go of the pages that hold these bytes, so that they no longer count as memory of this
    /// process. They stay in the page cache, and come back when they are touched.
    #[cfg(target_os = "linux")]
    pub(super) fn release(&self, range: Range<usize>) {
        let Some(map) = &self.map else { return };
        // SAFETY: no page of the map was written to, since it is read-only: what `MADV_DONTNEED`
        // drops is loaded again from the file, whose bytes are the same, or is the zeros that a
        // guard put there.
        let released = unsafe {
            map.unchecked_advise_range(UncheckedAdvice::DontNeed, range.start, range.len())
        };
        // Pages that are locked into memory stay there, which is what their owner wants.
        let _ = released;
    }
}

/// The length of a file that can be mapped.
pub(super) fn mappable_len(file: &File) -> io::Result<u64> {
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::Error::new(ErrorKind::IsADirectory, "is a directory"));
    }
    if !metadata.is_file() {
        return Err(unmappable("it is no regular file"));
    }
    if metadata.len() == 0 {
        check_empty(file)?;
    }
    Ok(metadata.len())
}

/// What is said of a file that mapping failed for.
pub(super) fn not_mapped(error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot be mapped, but may be readable: {error}"))
}

fn too_long(len: u64) -> io::Error {
    let message = format!("{len} bytes are more than the address space holds");
    io::Error::new(ErrorKind::FileTooLarge, message)
}

/// What is said of a file that there is a reason not to map.
pub(super) fn unmappable(why: &str) -> io::Error {
    io::Error::new(ErrorKind::Unsupported, format!("cannot be mapped, but may be readable: {why}"))
}

/// Tells an empty file from one whose bytes are made up while it is read.
#[cfg(unix)]
fn check_empty(file: &File) -> io::Result<()> {
    use std::os::unix::fs::FileExt;

    // Where even one byte cannot be read there is nothing to be missed.
    match file.read_at(&mut [0], 0) {
        Ok(1..) => Err(unmappable("it states no size and still holds bytes")),
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
fn check_empty(_: &File) -> io::Result<()> {
    Ok(())
}

impl AsRef<[u8]> for MappedFile {
    fn as_ref(&self) -> &[u8] {
        self.bytes()
    }
}

impl Deref for MappedFile {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.bytes()
    }
}

impl fmt::Debug for MappedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MappedFile").field("len", &self.bytes().len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::io::{ErrorKind, Seek, SeekFrom};
    use std::path::Path;

    use crate::{Input, InputKind, MappedFile, Stable};

    /// Maps files that only these tests know, or that no one can change.
    fn map(path: impl AsRef<Path>) -> std::io::Result<MappedFile> {
        // SAFETY: each test writes its file before it maps it, and not again.
        let stable = unsafe { Stable::assume() };
        MappedFile::open(path, stable)
    }

    #[track_caller]
    fn check_error(path: impl AsRef<Path>, kind: ErrorKind, message: &str) {
        let error = map(path).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(message), "{error}");
    }

    #[test]
    fn a_map_holds_what_the_file_holds() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        for len in [1, 4095, 4096, 4097, 100_000] {
            let content: Vec<u8> = (0..=250).cycle().take(len).collect();
            fs::write(&path, &content).unwrap();
            let map = map(&path).unwrap();
            assert_eq!(map.bytes(), content);
            assert_eq!((map.as_ref(), &*map), (map.bytes(), map.bytes()));
        }
    }

    #[test]
    fn an_empty_file_is_an_empty_slice() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert_eq!(map(file.path()).unwrap().bytes(), b"");
    }

    #[test]
    fn the_whole_file_is_mapped_wherever_it_stands_and_stays_after_its_name_is_gone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        fs::write(&path, "content").unwrap();
        let mut file = File::open(&path).unwrap();
        file.seek(SeekFrom::End(0)).unwrap();
        // SAFETY: only this test knows the file, and it writes to it no more.
        let stable = unsafe { Stable::assume() };
        let map = MappedFile::map(&file, stable).unwrap();
        drop((file, directory));
        assert_eq!(map.bytes(), b"content");
    }

    #[test]
    fn a_range_may_begin_and_end_anywhere() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let content: Vec<u8> = (0..=250).cycle().take(10_000).collect();
        fs::write(file.path(), &content).unwrap();
        // SAFETY: nobody else knows the file, and it is written no more.
        let stable = unsafe { Stable::assume() };
        let range = |offset, len| MappedFile::map_range(file.as_file(), offset, len, stable);
        for (start, end) in [(0, 0), (0, 1), (1, 4096), (4095, 4097), (5000, 10_000), (9, 9)] {
            let map = range(start as u64, end - start).unwrap();
            assert_eq!(map.bytes(), &content[start..end]);
        }
        for (offset, len) in [(0, 10_001), (10_001, 0), (9999, 2), (u64::MAX, 1)] {
            assert_eq!(range(offset, len).unwrap_err().kind(), ErrorKind::InvalidInput);
        }
    }

    #[test]
    fn windows_of_a_map_are_slices_of_it() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "content").unwrap();
        let map = map(file.path()).unwrap();
        let range = map.bytes().as_ptr_range();
        let mut input = Input::from_map(map);
        assert_eq!((input.kind(), input.size_hint()), (InputKind::Map, Some(7)));
        input.advance(3);
        let window = input.window().unwrap();
        assert_eq!((window.bytes, window.offset, window.is_last), (&b"tent"[..], 3, true));
        assert_eq!(window.bytes.as_ptr_range().end, range.end);
        assert_eq!((input.copies().total(), input.carried()), (0, 0));
    }

    #[test]
    #[should_panic(expected = "cannot consume 1 of 0 bytes")]
    fn more_than_the_map_cannot_be_consumed() {
        let file = tempfile::NamedTempFile::new().unwrap();
        Input::from_map(map(file.path()).unwrap()).advance(1);
    }

    #[test]
    fn a_directory_and_a_missing_file_are_refused() {
        let directory = tempfile::tempdir().unwrap();
        check_error(directory.path(), ErrorKind::IsADirectory, "is a directory");
        check_error(directory.path().join("none"), ErrorKind::NotFound, "");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_cannot_be_mapped_says_so() {
        check_error("/dev/null", ErrorKind::Unsupported, "cannot be mapped");
        check_error("/proc/version", ErrorKind::Unsupported, "states no size");
        let in_sys = Path::new("/sys/devices/system/cpu/online");
        if in_sys.exists() {
            assert!(map(in_sys).unwrap_err().to_string().contains("cannot be mapped"));
        }
    }
}
