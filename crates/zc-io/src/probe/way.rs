//! [`Way`]: a way to get at the bytes of a file.

use std::fmt;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use zc_core::Copies;

use crate::buffer::Buffer;
use crate::direct::DirectReader;
use crate::{Guarded, Input, MappedFile, Stable};

/// How much is read directly at a time.
const DIRECT_LEN: usize = 1 << 20;

/// A way to get at the bytes of a file.
///
/// ```
/// use zc_io::Stable;
/// use zc_io::probe::Way;
///
/// # let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
/// // SAFETY: nobody writes to the manifest while its examples run.
/// let stable = unsafe { Stable::assume() };
/// let mut show = |way: Way| way.show(manifest.as_ref(), 9, stable, &mut |_| ());
/// assert_eq!(show(Way::Map)?.read, 0);
/// assert_eq!(show(Way::Whole)?.read, 9);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Way {
    /// As a [`MappedFile`].
    Map,
    /// As a [`Guarded`] map.
    Guarded,
    /// By an [`Input`] that reads into windows of so many bytes.
    Windows(usize),
    /// All at once, into memory of its own, as [`std::fs::read`] does.
    Whole,
    /// By a [`DirectReader`], which passes the page cache by, 1 MiB at a time.
    Direct,
}

impl Way {
    /// Opens a file and shows its first `len` bytes to `look`, in one piece or several.
    ///
    /// # Errors
    ///
    /// What the way itself returns, [`Unsupported`](ErrorKind::Unsupported) if the file system has no
    /// direct reads, and [`UnexpectedEof`](ErrorKind::UnexpectedEof) if the file is shorter.
    ///
    /// # Copies
    ///
    /// What it returns: nothing by maps and direct reads of whole pages, each byte once by the others.
    pub fn show(
        self,
        path: &Path,
        len: usize,
        stable: Stable,
        look: &mut dyn FnMut(&[u8]),
    ) -> io::Result<Copies> {
        match self {
            Self::Map => {
                look(MappedFile::map_range(&File::open(path)?, 0, len, stable)?.bytes());
                Ok(Copies::default())
            }
            Self::Guarded => {
                let map = Guarded::open(path, stable)?;
                let enough = map.len() >= len;
                map.with(|bytes| look(&bytes[..len.min(bytes.len())]))?;
                if enough { Ok(Copies::default()) } else { Err(ErrorKind::UnexpectedEof.into()) }
            }
            Self::Windows(window_len) => windows(path, len, window_len, look),
            Self::Whole => whole(path, len, look),
            Self::Direct => directly(path, len, look),
        }
    }
}

fn windows(
    path: &Path,
    len: usize,
    window_len: usize,
    look: &mut dyn FnMut(&[u8]),
) -> io::Result<Copies> {
    let mut input = Input::of_beginning(File::open(path)?, len as u64, window_len);
    loop {
        let window = input.window()?;
        look(window.bytes);
        let (shown, is_last) = (window.bytes.len(), window.is_last);
        input.advance(shown);
        match is_last {
            true if input.offset() < len as u64 => return Err(ErrorKind::UnexpectedEof.into()),
            true => return Ok(input.copies()),
            false => {}
        }
    }
}

fn whole(path: &Path, len: usize, look: &mut dyn FnMut(&[u8])) -> io::Result<Copies> {
    let mut bytes = Vec::with_capacity(len);
    let read = File::open(path)?.take(len as u64).read_to_end(&mut bytes)?;
    look(&bytes);
    if read < len {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(Copies { read: read as u64, ..Copies::default() })
}

fn directly(path: &Path, len: usize, look: &mut dyn FnMut(&[u8])) -> io::Result<Copies> {
    let mut reader = DirectReader::open(path)?;
    if !reader.is_direct() {
        return Err(io::Error::new(ErrorKind::Unsupported, reader.reason()));
    }
    let mut buffer = Buffer::new(DIRECT_LEN.min(len).max(1))?;
    let mut rest = len;
    while rest > 0 {
        let room = buffer.len().min(rest);
        let count = reader.read(&mut buffer[..room])?;
        if count == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        look(&buffer[..count]);
        rest -= count;
    }
    Ok(reader.copies())
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Map => f.write_str("map"),
            Self::Guarded => f.write_str("guarded map"),
            Self::Windows(len) if len % (1 << 20) == 0 => write!(f, "reads of {} MiB", len >> 20),
            Self::Windows(len) if len % (1 << 10) == 0 => write!(f, "reads of {} KiB", len >> 10),
            Self::Windows(len) => write!(f, "reads of {len} bytes"),
            Self::Whole => f.write_str("fs::read"),
            Self::Direct => f.write_str("O_DIRECT"),
        }
    }
}
