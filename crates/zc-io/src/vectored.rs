//! Vectored output to a place in a file, right at every partial write.

use std::io::ErrorKind;
use std::os::fd::AsFd;

use zc_core::vectored::{WriteAllError, write_all_batches};

/// Writes all bytes of `slices` to a file from `offset` on; its position stays where it is.
///
/// It is `pwritev(2)`, called as often as it takes. Linux appends to a file that was opened to
/// append, whatever the offset.
///
/// ```
/// use std::io::Read;
///
/// let mut file = tempfile::tempfile()?;
/// zc_io::write_all_vectored_at(&file, 7, [&b"payload"[..]])?;
/// let count = zc_io::write_all_vectored_at(&file, 0, [&b"head"[..], b": ", b" "])?;
/// let mut text = String::new();
/// file.read_to_string(&mut text)?;
/// assert_eq!((count, text.as_str()), (7, "head:  payload"));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// As [`write_all_vectored`](zc_core::vectored::write_all_vectored).
///
/// # Copies
///
/// Once, into the kernel: as many bytes as it returns.
pub fn write_all_vectored_at<'b>(
    dst: impl AsFd,
    offset: u64,
    slices: impl IntoIterator<Item = &'b [u8]>,
) -> Result<u64, WriteAllError> {
    write_all_batches(slices, |batch, written| {
        let offset = offset.checked_add(written).ok_or(ErrorKind::FileTooLarge)?;
        Ok(rustix::io::pwritev(&dst, batch, offset)?)
    })
}
