//! Vectored output that is right at every partial write.
//!
//! [`Write::write_vectored`] may write any part of what it is given: by default it looks at the first
//! slice alone, and a socket stops in the middle of one. The functions here go on from
//! where it stopped until all is written.
//!
//! ```
//! use zc_core::vectored::write_all_vectored;
//!
//! # fn main() -> std::io::Result<()> {
//! let mut wire = Vec::new();
//! let written = write_all_vectored(&mut wire, [&b"\x05"[..], b"hello", b"\n"])?;
//! assert_eq!((written, wire.as_slice()), (7, &b"\x05hello\n"[..]));
//! # Ok(())
//! # }
//! ```
//!
//! Large parts are worth it. Below about 1 KiB a part, copying them into one buffer and
//! writing that is faster.

use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind, IoSlice, Write};

/// Slices for one call where there are no more: an array of them costs nothing to fill.
const FEW: usize = 16;

/// Slices for one call where there are many: `IOV_MAX` of Linux and the BSDs, past which a
/// vectored write fails. They take 16 KiB of stack.
const MOST: usize = 1024;

/// Writes all bytes of `slices` to `dst`, in order, and returns how many there were.
///
/// Slices without bytes are skipped, and there may be more slices than one call takes. Calls that were
/// interrupted are made again.
///
/// ```
/// use zc_core::vectored::write_all_vectored;
///
/// let mut sent = Vec::new();
/// let count = write_all_vectored(&mut sent, [&b"length: 7\n"[..], b"", b"payload"])?;
/// assert_eq!((count, &sent[..]), (17, &b"length: 7\npayload"[..]));
/// # Ok::<(), zc_core::vectored::WriteAllError>(())
/// ```
///
/// # Errors
///
/// What `dst` returned, or [`WriteZero`](ErrorKind::WriteZero) if it accepts nothing, with how
/// many bytes it had accepted. One that does not block returns
/// [`WouldBlock`](ErrorKind::WouldBlock): go on behind those bytes once it is ready.
///
/// # Copies
///
/// Never here; `dst` is given the slices themselves.
pub fn write_all_vectored<'b>(
    dst: &mut impl Write,
    slices: impl IntoIterator<Item = &'b [u8]>,
) -> Result<u64, WriteAllError> {
    write_all_batches(slices, |batch, _| match batch {
        // The kernel takes one slice at less cost than a list of one.
        [slice] => dst.write(slice),
        _ => dst.write_vectored(batch),
    })
}

/// The same by calls that are no [`Write`]: `write` is given a batch of slices and how many bytes
/// were written before it, and returns how many it took.
///
/// ```
/// use std::io::IoSlice;
/// use zc_core::vectored::write_all_batches;
///
/// // A sink that takes at most 4 bytes at a time, at the place it is told.
/// let mut places = Vec::new();
/// let written = write_all_batches([&b"length"[..], b": 7"], |batch: &[IoSlice<'_>], before| {
///     places.push(before);
///     Ok(batch[0].len().min(4))
/// })?;
/// assert_eq!((written, places), (9, vec![0, 4, 6]));
/// # Ok::<(), zc_core::vectored::WriteAllError>(())
/// ```
///
/// # Errors
///
/// As [`write_all_vectored`], of what `write` returned.
///
/// # Copies
///
/// Never here.
pub fn write_all_batches<'b>(
    slices: impl IntoIterator<Item = &'b [u8]>,
    write: impl FnMut(&[IoSlice<'b>], u64) -> io::Result<usize>,
) -> Result<u64, WriteAllError> {
    let slices = slices.into_iter().filter(|slice| !slice.is_empty());
    match slices.size_hint() {
        (_, Some(..=FEW)) => write_batches_of::<FEW>(slices, write),
        _ => write_batches_of::<MOST>(slices, write),
    }
}

fn write_batches_of<'b, const N: usize>(
    mut slices: impl Iterator<Item = &'b [u8]>,
    mut write: impl FnMut(&[IoSlice<'b>], u64) -> io::Result<usize>,
) -> Result<u64, WriteAllError> {
    let mut batch = [IoSlice::new(&[]); N];
    let mut written = 0;
    loop {
        let mut count = 0;
        for (place, slice) in batch.iter_mut().zip(&mut slices) {
            *place = IoSlice::new(slice);
            count += 1;
        }
        if count == 0 {
            return Ok(written);
        }
        write_batch(&mut batch[..count], &mut written, &mut write)
            .map_err(|error| WriteAllError { written, error })?;
    }
}

fn write_batch<'b>(
    mut batch: &mut [IoSlice<'b>],
    written: &mut u64,
    write: &mut impl FnMut(&[IoSlice<'b>], u64) -> io::Result<usize>,
) -> io::Result<()> {
    while !batch.is_empty() {
        match write(batch, *written) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(count) if !holds(batch, count) => {
                return Err(io::Error::other("a sink claims more bytes than it was given"));
            }
            Ok(count) => {
                *written += count as u64;
                IoSlice::advance_slices(&mut batch, count);
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn holds(batch: &[IoSlice<'_>], mut count: usize) -> bool {
    batch.iter().any(|slice| {
        count = count.saturating_sub(slice.len());
        count == 0
    })
}

/// A write that failed after a part of the bytes.
///
/// ```
/// use std::io::ErrorKind;
/// use zc_core::vectored::write_all_vectored;
///
/// let mut room = [0; 8];
/// let error = write_all_vectored(&mut &mut room[..], [&b"head: "[..], b"payload"]).unwrap_err();
/// assert_eq!((error.written, error.kind()), (8, ErrorKind::WriteZero));
/// assert_eq!(&room, b"head: pa");
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct WriteAllError {
    /// Bytes that had been written, from the first on.
    pub written: u64,
    error: io::Error,
}

impl WriteAllError {
    /// The kind of the error underneath.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.error.kind()
    }
}

impl fmt::Display for WriteAllError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "write failed after {} bytes: {}", self.written, self.error)
    }
}

impl Error for WriteAllError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.error)
    }
}

impl From<WriteAllError> for io::Error {
    /// The error underneath; how much had been written is dropped.
    fn from(failed: WriteAllError) -> Self {
        failed.error
    }
}
