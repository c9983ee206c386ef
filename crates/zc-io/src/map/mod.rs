//! [`MappedFile`]: a file as one slice, for callers who vouch that nobody changes it.
//!
//! A map shows what other processes write. A `&[u8]` over it promises that nothing changes, and
//! no lock, private mapping or signal handler keeps that promise: a page that a truncation has
//! turned into zeros makes an already validated `&str` invalid. Only the caller can know; by the
//! [`Stable`] token they say so. [`Input::open`](crate::Input::open) needs no such promise.

#![allow(unsafe_code, reason = "mapping a file is sound only if the caller vouches for it")]

use std::fmt;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::ops::Deref;
use std::path::Path;

use memmap2::Mmap;

/// A caller's word that the files they map with it stay as they are.
///
/// ```compile_fail,E0133
/// let stable = zc_io::Stable::assume();
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Stable(());

impl Stable {
    /// Vouches for each file that is mapped with the token, or with a copy of it.
    ///
    /// # Safety
    ///
    /// From the call that maps a file until its [`MappedFile`] is dropped, no process (this one
    /// included) may write to that file, truncate it, or punch holes in it, nor may the machine
    /// it lies on, if that is another one. Adding names, removing them, and renaming another
    /// file over the name are harmless, since the map keeps the file that was opened. Otherwise
    /// bytes change under a shared slice, which is undefined behaviour, or the process is killed
    /// by a signal.
    #[must_use]
    pub const unsafe fn assume() -> Self {
        Self(())
    }
}

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
    pub fn map(file: &File, _: Stable) -> io::Result<Self> {
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(io::Error::new(ErrorKind::IsADirectory, "is a directory"));
        }
        if !metadata.is_file() {
            return Err(unmappable("it is no regular file"));
        }
        if metadata.len() == 0 {
            check_empty(file)?;
            return Ok(Self { map: None });
        }
        // SAFETY: whoever made the token vouches that nobody writes to or truncates this file
        // until the map is dropped. The map is private to the returned value, which lends its
        // bytes only while it is borrowed itself.
        let map = unsafe { Mmap::map(file) };
        let map = map.map_err(|error| {
            io::Error::new(error.kind(), format!("cannot be mapped, but may be readable: {error}"))
        })?;
        Ok(Self { map: Some(map) })
    }

    /// All bytes of the file.
    ///
    /// # Copies
    ///
    /// Never.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.map.as_deref().unwrap_or_default()
    }
}

fn unmappable(why: &str) -> io::Error {
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

    use super::{MappedFile, Stable};
    use crate::{Input, InputKind};

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
