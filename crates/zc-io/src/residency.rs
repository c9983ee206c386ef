//! What of a file is in the page cache, whether a read would wait, and loading what is not there.
//!
//! All answers are of a moment: the kernel takes pages back when it pleases. They help to choose
//! which thread reads, never to prove that a read or a touch of a map does not wait. Linux only.
//!
//! ```
//! use zc_io::residency::{is_resident, populate};
//!
//! # fn main() -> std::io::Result<()> {
//! # let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
//! let file = std::fs::File::open(manifest)?;
//! let len = file.metadata()?.len();
//! assert_eq!(populate(&file, 0..u64::MAX)?, len);
//! assert!(is_resident(&file, 0..len)?);
//! # Ok(())
//! # }
//! ```

use std::fs::File;
use std::io::{self, ErrorKind, IoSliceMut};
use std::num::NonZero;
use std::ops::Range;

use rustix::fs::{Advice, fadvise, sendfile};
use rustix::io::{Errno, ReadWriteFlags, preadv2};

use crate::sys::cachestat;

/// The most that one `sendfile` is asked for, below the bound that the kernel sets itself.
const MAX_SENT: u64 = 1 << 30;

/// How many pages of a range of a file are where, as `cachestat(2)` counts them.
///
/// ```
/// use zc_io::residency::{Residency, residency};
///
/// # let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
/// let file = std::fs::File::open(manifest)?;
/// // Kernels before Linux 6.5 give no answer.
/// if let Ok(Residency { pages, resident, .. }) = residency(&file, 0..1) {
///     assert!(pages == 1 && resident <= 1);
/// }
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Residency {
    /// Pages of the range that lie inside the file.
    pub pages: u64,
    /// Pages that are in the page cache.
    pub resident: u64,
    /// Pages that were written to and not yet stored.
    pub dirty: u64,
    /// Pages that are being stored.
    pub writeback: u64,
    /// Pages that were in the page cache and were taken out.
    pub evicted: u64,
    /// Pages that were taken out so lately that the kernel holds them for still in use.
    pub recently_evicted: u64,
}

/// Counts the pages of a range of a file that are in the page cache, touching none.
///
/// ```
/// use zc_io::residency::residency;
///
/// let nothing = residency(&tempfile::tempfile()?, 0..u64::MAX);
/// match nothing {
///     Ok(found) => assert_eq!((found.pages, found.resident), (0, 0)),
///     Err(error) => println!("this kernel does not tell: {error}"),
/// }
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// [`Unsupported`](ErrorKind::Unsupported) if it is no regular file, before Linux 6.5, where
/// [`is_resident`] still answers, and on huge pages; [`PermissionDenied`](ErrorKind::PermissionDenied) on kernels that tell only
/// those who own the file or may write to it.
///
/// # Copies
///
/// Never.
pub fn residency(file: &File, range: Range<u64>) -> io::Result<Residency> {
    let range = inside(file, &range)?;
    let stat = cachestat(file, &range)?;
    Ok(Residency {
        pages: pages(&range),
        resident: stat.cache,
        dirty: stat.dirty,
        writeback: stat.writeback,
        evicted: stat.evicted,
        recently_evicted: stat.recently_evicted,
    })
}

/// Whether a read of a range of a file would find all of it in the page cache.
///
/// Asks `cachestat(2)` and reads the last byte with `RWF_NOWAIT` of `preadv2(2)`, since pages count
/// while they are still loaded; where `cachestat` gives no answer it reads one byte of each page,
/// since Linux 4.14. Either way nothing is waited for; the second
/// may start to load a page that is not there.
///
/// ```
/// use std::io::Write;
/// use zc_io::residency::is_resident;
///
/// let mut file = tempfile::tempfile()?;
/// file.write_all(&[7; 10_000])?;
/// // What was just written is mostly still there; the kernel may take it back when it pleases.
/// println!("{}", is_resident(&file, 0..10_000)?);
/// assert!(is_resident(&file, 10_000..20_000)?, "there is nothing behind its end to wait for");
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// [`Unsupported`](ErrorKind::Unsupported) if it is no regular file or the file system supports
/// neither, or what asking for the size returned.
///
/// # Copies
///
/// One byte with `cachestat`, else one of each page.
pub fn is_resident(file: &File, range: Range<u64>) -> io::Result<bool> {
    let range = inside(file, &range)?;
    if let Ok(stat) = cachestat(file, &range) {
        // A page counts from when it begins to be loaded; the last one of a range comes last.
        let is_there = stat.cache >= pages(&range);
        return Ok(is_there && (range.is_empty() || !would_wait(file, range.end - 1)));
    }
    let mut at = range.start;
    while at < range.end {
        match read_nowait(file, &mut [0], at)? {
            Some(0) => break,
            Some(_) => at = (at / page_size() + 1) * page_size(),
            None => return Ok(false),
        }
    }
    Ok(true)
}

/// Whether reading the byte at `offset` has to wait, as far as the file system can tell.
fn would_wait(file: &File, offset: u64) -> bool {
    matches!(read_nowait(file, &mut [0], offset), Ok(None))
}

/// Reads at `offset` what is in the page cache; `None` if the read would have to wait.
///
/// So a thread that must not wait serves what is warm, and leaves what is cold to another. It may
/// return less than there is room for, where a page behind is cold, and 0 at the end of the file.
///
/// ```
/// use std::io::Write;
/// use zc_io::residency::read_nowait;
///
/// let mut file = tempfile::tempfile()?;
/// file.write_all(b"warm")?;
/// let mut room = [0; 16];
/// match read_nowait(&file, &mut room, 0) {
///     Ok(Some(count)) => assert_eq!(&room[..count], b"warm"),
///     Ok(None) => println!("a thread that may wait has to read it"),
///     Err(error) => println!("the file system cannot tell: {error}"),
/// }
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// [`Unsupported`](ErrorKind::Unsupported) if the file system cannot tell, or what reading
/// returned.
///
/// # Copies
///
/// Each byte it returns once, from the kernel.
pub fn read_nowait(file: &File, room: &mut [u8], offset: u64) -> io::Result<Option<usize>> {
    loop {
        let room = &mut [IoSliceMut::new(room)];
        match preadv2(file, room, offset, ReadWriteFlags::NOWAIT) {
            Ok(count) => return Ok(Some(count)),
            Err(Errno::AGAIN) => return Ok(None),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Loads a range of a file into the page cache and waits until it is there.
///
/// Returns how many bytes of it the file has. `POSIX_FADV_WILLNEED` alone waits for nothing, and
/// of 128 MiB it loaded the first 8; `sendfile(2)` to `/dev/null` waits for each page and copies
/// none. Pages that are mapped still cost a minor fault when they are touched.
///
/// ```
/// use zc_io::residency::populate;
///
/// # let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
/// let file = std::fs::File::open(manifest)?;
/// assert_eq!(populate(&file, 0..100)?, 100);
/// assert_eq!(populate(&file, u64::MAX - 1..u64::MAX)?, 0, "the file has none of it");
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// [`Unsupported`](ErrorKind::Unsupported) if it is no regular file; else what reading it returned,
/// or that `/dev/null` could not be opened.
///
/// # Copies
///
/// Never. Pages come from the device into the page cache and stay there.
pub fn populate(file: &File, range: Range<u64>) -> io::Result<u64> {
    let range = inside(file, &range)?;
    let Some(len) = NonZero::new(range.end - range.start) else { return Ok(0) };
    // Advice that is refused costs time, and nothing else.
    let _ = fadvise(file, range.start, Some(len), Advice::WillNeed);
    let nowhere = File::options().write(true).open("/dev/null")?;
    let mut offset = range.start;
    while offset < range.end {
        let count = usize::try_from((range.end - offset).min(MAX_SENT)).unwrap_or(usize::MAX);
        match sendfile(&nowhere, file, Some(&mut offset), count) {
            Ok(0) => break,
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(offset - range.start)
}

/// The part of `range` that lies inside a file of the size that it has now.
fn inside(file: &File, range: &Range<u64>) -> io::Result<Range<u64>> {
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        let message = "only a regular file lies in the page cache";
        return Err(io::Error::new(ErrorKind::Unsupported, message));
    }
    let end = range.end.min(metadata.len());
    Ok(range.start.min(end)..end)
}

fn pages(range: &Range<u64>) -> u64 {
    if range.is_empty() {
        return 0;
    }
    range.end.div_ceil(page_size()) - range.start / page_size()
}

fn page_size() -> u64 {
    rustix::param::page_size() as u64
}
