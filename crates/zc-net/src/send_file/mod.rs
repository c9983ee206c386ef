//! A file to a TCP socket, behind a header, without a byte of it in our memory.
//!
//! [`send_file()`] lets `sendfile(2)` move references to pages, and serves any number of clients.
//! [`send_mapped()`] writes from a map that only the kernel looks into: each byte is copied once,
//! in large strides. Measure before you take it: where it was measured, `sendfile` is cheaper for
//! both sides together, for one long download as well.
//!
//! What is not in the page cache is loaded by another thread before it is sent, a window at a time,
//! so that no executor waits for a disk. The kernel may take pages back in between: then a call
//! waits after all, for those pages. Linux only.
//!
//! ```
//! use std::fs::File;
//! use tokio::io::AsyncReadExt;
//! use zc_net::Meter;
//! use zc_net::send_file::send_file;
//!
//! # let runtime = tokio::runtime::Builder::new_multi_thread().enable_io().build().unwrap();
//! # runtime.block_on(async {
//! # let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! let mut client = tokio::net::TcpStream::connect(listener.local_addr()?).await?;
//! let (stream, _) = listener.accept().await?;
//! let meter = Meter::default();
//! send_file(&stream, &File::open(manifest)?, 0..9, b"length: 9\n", &meter).await?;
//! drop(stream);
//! let mut received = String::new();
//! client.read_to_string(&mut received).await?;
//! assert_eq!(received, "length: 9\n[package]");
//! assert_eq!((meter.copies().write, meter.spliced()), (10, 9));
//! # Ok::<(), std::io::Error>(())
//! # }).unwrap();
//! ```

mod error;
mod sending;

use std::fs::File;
use std::io::{self, ErrorKind};
use std::ops::Range;

pub use error::SendFileError;
use rustix::io::{Errno, retry_on_intr};
use sending::{Follows, Sending, WINDOW_LEN, windows};
use tokio::net::TcpStream;
use zc_io::{KernelMap, Truncated};

use crate::Meter;

/// Sends `header`, and then the bytes of `range` of `file`, by `sendfile(2)`.
///
/// The header waits for the first bytes of the file (`MSG_MORE`), so that both leave in one packet.
/// The position of the file is neither used nor moved. Who writes to the file meanwhile changes what
/// is received, even behind what the call has sent already: pages are referenced, not copied.
///
/// A future that is dropped has sent a part of it, so that the connection must be closed.
///
/// ```
/// use std::io::Write;
/// use tokio::io::AsyncReadExt;
/// use zc_net::Meter;
/// use zc_net::send_file::send_file;
///
/// # tokio::runtime::Builder::new_multi_thread().enable_io().build()?.block_on(async {
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
/// let mut client = tokio::net::TcpStream::connect(listener.local_addr()?).await?;
/// let (stream, _) = listener.accept().await?;
/// let mut file = tempfile::tempfile()?;
/// file.write_all(b"one two three")?;
/// let meter = Meter::default();
/// send_file(&stream, &file, 4..7, b"head ", &meter).await?;
/// let mut received = [0; 8];
/// client.read_exact(&mut received).await?;
/// assert_eq!((&received, meter.copies().total()), (b"head two", 5));
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// [`Shrunk`](SendFileError::Shrunk) if the file ends before the range does, else what a call
/// returned. Either way a part was sent, `meter` has counted how much, and the connection must be
/// closed: whatever followed would be taken for the rest of this file.
///
/// # Copies
///
/// `header` once, into the kernel; the file never.
pub async fn send_file(
    stream: &TcpStream,
    file: &File,
    range: Range<u64>,
    header: &[u8],
    meter: &Meter,
) -> Result<(), SendFileError> {
    let sending = Sending { stream, file, meter };
    sending.header(header, Follows::of(&range)).await?;
    for window in windows(&range) {
        sending.warm_up(&window).await?;
        send_pages(sending, &window, range.end).await?;
    }
    Ok(())
}

/// As [`send_file()`], without a look at what is in the page cache: for a range that was found or
/// loaded there a moment ago. Where the kernel has taken pages back since, the call waits for them.
///
/// The header leaves at once, in a packet of its own where Nagle's algorithm is off, which costs
/// less than to let the first pages wait in line behind it.
///
/// ```
/// use std::io::Write;
/// use tokio::io::AsyncReadExt;
/// use zc_io::residency::is_resident;
/// use zc_net::Meter;
/// use zc_net::send_file::{send_file, send_resident};
///
/// # tokio::runtime::Builder::new_multi_thread().enable_io().build()?.block_on(async {
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
/// let mut client = tokio::net::TcpStream::connect(listener.local_addr()?).await?;
/// let (stream, _) = listener.accept().await?;
/// let mut file = tempfile::tempfile()?;
/// file.write_all(b"payload")?;
/// let meter = Meter::default();
/// if is_resident(&file, 0..7)? {
///     send_resident(&stream, &file, 0..7, b"", &meter).await?;
/// } else {
///     send_file(&stream, &file, 0..7, b"", &meter).await?;
/// }
/// let mut received = [0; 7];
/// client.read_exact(&mut received).await?;
/// assert_eq!((&received, meter.spliced()), (b"payload", 7));
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// As [`send_file()`].
///
/// # Copies
///
/// As there.
pub async fn send_resident(
    stream: &TcpStream,
    file: &File,
    range: Range<u64>,
    header: &[u8],
    meter: &Meter,
) -> Result<(), SendFileError> {
    let sending = Sending { stream, file, meter };
    sending.header(header, Follows::Nothing).await?;
    send_pages(sending, &range, range.end).await
}

/// Sends `part` of a range that ends at `end`.
async fn send_pages(
    sending: Sending<'_>,
    part: &Range<u64>,
    end: u64,
) -> Result<(), SendFileError> {
    let Sending { stream, file, meter } = sending;
    let mut offset = part.start;
    while offset < part.end {
        let count = usize::try_from(part.end - offset).unwrap_or(WINDOW_LEN);
        let call = || {
            let offset = &mut offset;
            retry_on_intr(|| rustix::fs::sendfile(stream, file, Some(offset), count))
        };
        match sending.when_writable(call).await? {
            0 => return Err(shrunk(file, offset, end)),
            count => meter.add_spliced_out(count),
        }
    }
    Ok(())
}

/// As [`send_file()`], by writing from a map of `range`.
///
/// ```
/// use std::io::Write;
/// use tokio::io::AsyncReadExt;
/// use zc_net::Meter;
/// use zc_net::send_file::send_mapped;
///
/// # tokio::runtime::Builder::new_multi_thread().enable_io().build()?.block_on(async {
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
/// let mut client = tokio::net::TcpStream::connect(listener.local_addr()?).await?;
/// let (stream, _) = listener.accept().await?;
/// let mut file = tempfile::tempfile()?;
/// file.write_all(b"payload")?;
/// let meter = Meter::default();
/// send_mapped(&stream, &file, 0..7, b"head ", &meter).await?;
/// let mut received = [0; 12];
/// client.read_exact(&mut received).await?;
/// assert_eq!((&received, meter.copies().write, meter.spliced()), (b"head payload", 12, 0));
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// As [`send_file()`]. A file that ends within its last page may have sent zeros in place of what
/// is gone, and is found out when all was sent. [`InvalidInput`](ErrorKind::InvalidInput) for a file
/// that cannot be mapped.
///
/// # Copies
///
/// `header` and the file once, into the kernel.
pub async fn send_mapped(
    stream: &TcpStream,
    file: &File,
    range: Range<u64>,
    header: &[u8],
    meter: &Meter,
) -> Result<(), SendFileError> {
    let map = KernelMap::map(file)?;
    let sending = Sending { stream, file, meter };
    if range.end > map.len() as u64 {
        return Err(shrunk(file, range.start.min(map.len() as u64), range.end));
    }
    sending.header(header, Follows::of(&range)).await?;
    for window in windows(&range) {
        sending.warm_up(&window).await?;
        write_part(sending, &map, within_the_map(&window), range.end).await?;
    }
    match file.metadata()?.len() {
        len if len < range.end => Err(shrunk(file, len.max(range.start), range.end)),
        _ => Ok(()),
    }
}

/// Writes a part of a range that ends at `end` from the map.
async fn write_part(
    sending: Sending<'_>,
    map: &KernelMap,
    mut rest: Range<usize>,
    end: u64,
) -> Result<(), SendFileError> {
    let Sending { stream, file, meter } = sending;
    while !rest.is_empty() {
        let call = || map.write_to(stream, rest.clone());
        match sending.when_writable(call).await {
            Ok(0) => return Err(io::Error::from(ErrorKind::WriteZero).into()),
            Ok(count) => {
                meter.add_written(count);
                rest.start += count;
            }
            Err(error) if is_truncated(&error) => {
                return Err(shrunk(file, rest.start as u64, end));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn within_the_map(window: &Range<u64>) -> Range<usize> {
    let place = |offset| usize::try_from(offset).expect("the map has a place for it");
    place(window.start)..place(window.end)
}

fn is_truncated(error: &io::Error) -> bool {
    error.get_ref().and_then(|inner| inner.downcast_ref::<Truncated>()).is_some()
        || Errno::from_io_error(error) == Some(Errno::FAULT)
}

fn shrunk(file: &File, offset: u64, end: u64) -> SendFileError {
    SendFileError::Shrunk { offset, end, len_now: file.metadata().ok().map(|it| it.len()) }
}
