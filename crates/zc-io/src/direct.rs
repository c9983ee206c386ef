//! [`DirectReader`]: reads that pass the page cache by, for files that are read once.
//!
//! `O_DIRECT` (`open(2)`) has the device put bytes where they are wanted. It spares the page
//! cache, so that others keep theirs, and a copy; it also gives up read-ahead, and is slower than
//! an ordinary read wherever the file is cached or the reads are small. Linux only.

use std::fmt;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use rustix::fs::{AtFlags, OFlags, StatxFlags, fcntl_getfl, fcntl_setfl, fstatfs, statx};
use zc_core::Copies;

use crate::buffer::{Buffer, PAGE};

/// How much is read at a time into the reader's own buffer.
const BUFFER_LEN: usize = 256 << 10;

/// `f_type` of tmpfs, which accepts `O_DIRECT` since Linux 6.6 and reads its page cache.
const TMPFS_MAGIC: u32 = 0x0102_1994;

/// A file that is read without the page cache where the file system can, and with it where not.
///
/// ```
/// use std::io::Read;
/// use zc_io::direct::DirectReader;
///
/// # fn main() -> std::io::Result<()> {
/// # let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
/// let mut reader = DirectReader::open(manifest)?;
/// let mut text = String::new();
/// reader.read_to_string(&mut text)?;
/// assert!(text.starts_with("[package]"));
/// # Ok(())
/// # }
/// ```
///
/// # Copies
///
/// Never into room that is aligned as the file system asks; once into other room, through a buffer
/// of the reader, and once where reads are buffered.
pub struct DirectReader {
    file: File,
    /// What offsets and lengths of direct reads are multiples of; none where reads are buffered.
    align: Option<usize>,
    reason: &'static str,
    /// Absent until a caller's room cannot be read into directly.
    buffer: Option<Buffer>,
    /// The part of the buffer that was read and not yet handed out.
    start: usize,
    end: usize,
    offset: u64,
    copied: u64,
}

impl DirectReader {
    /// Opens the file at `path`, and asks the kernel how reads must be aligned.
    ///
    /// `STATX_DIOALIGN` of `statx(2)` says so since Linux 6.1; where it says nothing, 4096 bytes
    /// are tried. A file system that refuses is read from as usual: see
    /// [`reason`](Self::reason).
    ///
    /// # Errors
    ///
    /// [`IsADirectory`](ErrorKind::IsADirectory) if it is one, else what opening it returned.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(io::Error::new(ErrorKind::IsADirectory, "is a directory"));
        }
        let (align, reason) = match alignment(&file, metadata.is_file()) {
            Ok(align) => (Some(align), "the file system reads around the page cache"),
            Err(reason) => (None, reason),
        };
        let mut reader =
            Self { file, align, reason, buffer: None, start: 0, end: 0, offset: 0, copied: 0 };
        if align.is_some() && reader.set_direct().is_err() {
            reader.align = None;
            reader.reason = "the file system refuses O_DIRECT";
        }
        Ok(reader)
    }

    /// Whether the next read passes the page cache by.
    ///
    /// It ceases at the end of the file, whose last bytes may be fewer than a block, and
    /// where a file system refuses the first read rather than the opening.
    ///
    /// ```
    /// use zc_io::direct::DirectReader;
    ///
    /// # let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    /// let reader = DirectReader::open(manifest)?;
    /// println!("direct: {}: {}", reader.is_direct(), reader.reason());
    /// assert_eq!(reader.copies().read, 0, "nothing was read yet");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn is_direct(&self) -> bool {
        self.align.is_some()
    }

    /// Why it does or does not, in words that follow a colon.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        self.reason
    }

    /// Bytes that were copied, by the kernel or out of the reader's own buffer, as far as the file
    /// system keeps to `O_DIRECT`.
    ///
    /// What the device itself put into the caller's room was not: room that begins and ends at a
    /// page, as the windows of an [`Input`](crate::Input) do, and is read from such an offset. A file
    /// system that accepts the flag and reads through the page cache all the same, as some do for
    /// what they have compressed or hold inline, does not say so: what it copied is not counted.
    #[must_use]
    pub fn copies(&self) -> Copies {
        Copies { read: self.copied, ..Copies::default() }
    }

    fn set_direct(&self) -> io::Result<()> {
        Ok(fcntl_setfl(&self.file, fcntl_getfl(&self.file)? | OFlags::DIRECT)?)
    }

    fn go_on_buffered(&mut self, reason: &'static str) -> io::Result<()> {
        fcntl_setfl(&self.file, fcntl_getfl(&self.file)? - OFlags::DIRECT)?;
        (self.align, self.reason) = (None, reason);
        Ok(())
    }

    fn read_buffered(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(room)?;
        self.offset += count as u64;
        self.copied += count as u64;
        Ok(count)
    }

    /// Reads whole blocks, and goes over to buffered reads behind the last of them.
    fn read_direct(&mut self, align: usize, room: Room<'_>) -> io::Result<Option<usize>> {
        let outcome = match room {
            Room::Of(room) => self.file.read(room),
            Room::Own => {
                let buffer = match &mut self.buffer {
                    Some(buffer) => buffer,
                    absent => absent.insert(Buffer::new(own_len(align))?),
                };
                self.file.read(&mut buffer[..own_len(align)])
            }
        };
        let count = match outcome {
            Err(error) if error.kind() == ErrorKind::InvalidInput => {
                self.go_on_buffered("the file system refuses direct reads of this alignment")?;
                return Ok(None);
            }
            outcome => outcome?,
        };
        self.offset += count as u64;
        if !self.offset.is_multiple_of(align as u64) {
            self.go_on_buffered("the last bytes of a file are fewer than a block")?;
        }
        Ok(Some(count))
    }

    fn hand_out(&mut self, room: &mut [u8]) -> usize {
        let Some(buffer) = &self.buffer else { return 0 };
        let count = room.len().min(self.end - self.start);
        room[..count].copy_from_slice(&buffer[self.start..self.start + count]);
        self.start += count;
        self.copied += count as u64;
        count
    }
}

/// Where a direct read puts its bytes.
enum Room<'r> {
    Of(&'r mut [u8]),
    Own,
}

impl Read for DirectReader {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        if self.start < self.end || room.is_empty() {
            return Ok(self.hand_out(room));
        }
        let Some(align) = self.align else { return self.read_buffered(room) };
        let whole = room.len() - room.len() % align;
        // Every alignment that is accepted divides a page or is a multiple of it.
        if whole > 0 && room.as_ptr().addr().is_multiple_of(align.min(PAGE)) {
            return match self.read_direct(align, Room::Of(&mut room[..whole]))? {
                Some(count) => Ok(count),
                None => self.read_buffered(room),
            };
        }
        let Some(count) = self.read_direct(align, Room::Own)? else {
            return self.read_buffered(room);
        };
        (self.start, self.end) = (0, count);
        Ok(self.hand_out(room))
    }
}

/// The length and offset of direct reads of this file, or why there can be none.
fn alignment(file: &File, is_file: bool) -> Result<usize, &'static str> {
    if !is_file {
        return Err("it is no regular file");
    }
    match told_alignment(file)? {
        None => Ok(PAGE),
        Some((memory, _)) if memory > PAGE => {
            Err("direct reads need memory that is aligned to more than a page")
        }
        Some((memory, offset)) => Ok(memory.max(offset)),
    }
}

/// What the memory, and what the offset and length of direct reads of a file are multiples of,
/// or why there can be none; `None` if the kernel does not tell.
pub(crate) fn told_alignment(file: &File) -> Result<Option<(usize, usize)>, &'static str> {
    // Its width and sign differ between architectures; all 32 bits of the number are the same.
    #[allow(clippy::cast_possible_truncation, reason = "a magic number has 32 bits")]
    if fstatfs(file).is_ok_and(|stat| stat.f_type as u32 == TMPFS_MAGIC) {
        return Err("a tmpfs is the page cache");
    }
    let Ok(stat) = statx(file, c"", AtFlags::EMPTY_PATH, StatxFlags::DIOALIGN) else {
        return Ok(None);
    };
    if stat.stx_mask & StatxFlags::DIOALIGN.bits() == 0 {
        return Ok(None);
    }
    match (stat.stx_dio_mem_align as usize, stat.stx_dio_offset_align as usize) {
        (0, _) | (_, 0) => Err("the file system has no direct reads for it"),
        told => Ok(Some(told)),
    }
}

fn own_len(align: usize) -> usize {
    BUFFER_LEN.next_multiple_of(align)
}

impl fmt::Debug for DirectReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DirectReader")
            .field("align", &self.align)
            .field("reason", &self.reason)
            .field("offset", &self.offset)
            .finish_non_exhaustive()
    }
}
