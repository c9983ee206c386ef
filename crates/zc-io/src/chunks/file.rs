//! [`FileChunks`]: ranges of a file that hold whole records; [`ChunkReader`] reads them.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::num::NonZero;
use std::ops::Range;
use std::os::unix::fs::FileExt;

use zc_core::{Copies, SliceExt};

use crate::buffer::{Buffer, PAGE};

/// How many bytes one look for a delimiter reads, in either direction.
const LOOK: usize = 4 << 10;

/// Divides a file into ranges of at least so many bytes, each of which ends behind a delimiter.
///
/// They are those that [`split`](super::split) finds, found without reading what lies between:
/// behind each range it looks for a delimiter, 4 KiB at a time. A record that is longer than a
/// range makes it longer, but no range grows by more than `limit` bytes: that is an error, after
/// which the iterator goes on behind the record. Only Unix has it.
///
/// Offsets are those in the file, wherever it stands. Its size is asked for once; what is
/// appended later is not seen, and a file that was truncated ends early.
///
/// ```
/// use std::io::Write;
/// use std::num::NonZero;
/// use zc_io::chunks::FileChunks;
///
/// let mut file = tempfile::tempfile()?;
/// file.write_all(b"one\ntwo\nthree\n")?;
/// let five = NonZero::new(5).expect("5 is not 0");
/// let chunks: Vec<_> = FileChunks::new(&file, b'\n', five, 64)?.collect::<Result<_, _>>()?;
/// assert_eq!(chunks, [0..8, 8..14]);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct FileChunks<'f> {
    file: &'f File,
    delimiter: u8,
    len: u64,
    limit: u64,
    offset: u64,
    size: u64,
    copied: u64,
}

impl<'f> FileChunks<'f> {
    /// Ranges of at least `len` bytes, which grow by at most `limit` to end with a record.
    ///
    /// # Errors
    ///
    /// What asking for its size returned, or [`Unsupported`](ErrorKind::Unsupported) if it is no
    /// regular file. A file in `/proc` says that it is empty: read it by
    /// [`Input`](crate::Input).
    pub fn new(
        file: &'f File,
        delimiter: u8,
        len: NonZero<usize>,
        limit: usize,
    ) -> io::Result<Self> {
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            let message = "only a regular file can be read from several places at a time";
            return Err(io::Error::new(ErrorKind::Unsupported, message));
        }
        let (len, limit) = (len.get() as u64, limit as u64);
        Ok(Self { file, delimiter, len, limit, offset: 0, size: metadata.len(), copied: 0 })
    }

    /// What looking for delimiters has read, beside what the chunks themselves will.
    #[must_use]
    pub fn copies(&self) -> Copies {
        Copies { read: self.copied, ..Copies::default() }
    }

    fn chunk(&mut self) -> io::Result<Range<u64>> {
        let start = self.offset;
        let nominal = start.saturating_add(self.len);
        if nominal >= self.size {
            self.offset = self.size;
            return Ok(start..self.size);
        }
        if let Some(end) = self.end_behind(nominal - 1, nominal.saturating_add(self.limit))? {
            self.offset = end;
            return Ok(start..end);
        }
        // The record that goes on for so long began in this chunk: what is before it is good.
        let record = self.start_before(start, nominal)?;
        if record > start {
            self.offset = record;
            return Ok(start..record);
        }
        self.offset = self.end_behind(nominal, u64::MAX)?.unwrap_or(self.size);
        let limit = self.len.saturating_add(self.limit);
        let message = format!("the record at byte {record} is longer than {limit} bytes");
        Err(io::Error::new(ErrorKind::InvalidData, message))
    }

    /// Behind the first delimiter from `from` on; none if it does not lie before `to`.
    fn end_behind(&mut self, mut from: u64, to: u64) -> io::Result<Option<u64>> {
        let mut buffer = [0; LOOK];
        let to = to.min(self.size);
        while from < to {
            let len = as_len(to - from).min(LOOK);
            let count = self.look(&mut buffer[..len], from)?;
            if count == 0 {
                self.size = from;
                return Ok(Some(from));
            }
            if let Some(at) = buffer[..count].find_byte(self.delimiter) {
                return Ok(Some(from + at as u64 + 1));
            }
            from += count as u64;
        }
        Ok((to == self.size).then_some(to))
    }

    /// Behind the last delimiter between `from` and `to`, or `from`.
    fn start_before(&mut self, from: u64, mut to: u64) -> io::Result<u64> {
        let mut buffer = [0; LOOK];
        while from < to {
            let start = to.saturating_sub(LOOK as u64).max(from);
            let len = as_len(to - start);
            let count = self.look(&mut buffer[..len], start)?;
            if let Some(at) = buffer[..count].rfind_byte(self.delimiter) {
                return Ok(start + at as u64 + 1);
            }
            to = start;
        }
        Ok(from)
    }

    fn look(&mut self, room: &mut [u8], offset: u64) -> io::Result<usize> {
        let count = read_at(self.file, room, offset)?;
        self.copied += count as u64;
        Ok(count)
    }
}

impl Iterator for FileChunks<'_> {
    type Item = io::Result<Range<u64>>;

    /// The next range; an error of the file itself ends the iterator.
    fn next(&mut self) -> Option<Self::Item> {
        if self.offset >= self.size {
            return None;
        }
        let chunk = self.chunk();
        if chunk.as_ref().is_err_and(|error| error.kind() != ErrorKind::InvalidData) {
            self.offset = self.size;
        }
        Some(chunk)
    }
}

/// Reads ranges of a file into one buffer, which is used again; each thread has its own.
///
/// ```
/// use std::io::Write;
/// use zc_io::chunks::ChunkReader;
///
/// let mut file = tempfile::tempfile()?;
/// file.write_all(b"one\ntwo\nthree\n")?;
/// let mut reader = ChunkReader::new(&file);
/// assert_eq!(reader.read(4..8)?, b"two\n");
/// assert_eq!(reader.read(8..100)?, b"three\n", "less, where the file is shorter");
/// assert_eq!(reader.copies().read, 4 + 6);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct ChunkReader<'f> {
    file: &'f File,
    buffer: Option<Buffer>,
    copied: u64,
}

impl<'f> ChunkReader<'f> {
    /// A reader without a buffer yet, which does not move the place where `file` stands.
    #[must_use]
    pub fn new(file: &'f File) -> Self {
        Self { file, buffer: None, copied: 0 }
    }

    /// The bytes of a range; fewer if the file has become shorter.
    ///
    /// # Errors
    ///
    /// What reading returned, or that memory ran out.
    ///
    /// # Copies
    ///
    /// Each byte once, from the kernel.
    pub fn read(&mut self, range: Range<u64>) -> io::Result<&[u8]> {
        let len = as_len(range.end.saturating_sub(range.start));
        // A byte keeps its place within its page, as in the windows of an input.
        let base = as_len(range.start % PAGE as u64);
        let needed = len.checked_add(base + 1).ok_or(ErrorKind::OutOfMemory)?;
        if self.buffer.as_ref().is_none_or(|buffer| buffer.len() < needed) {
            let ample = needed.saturating_add(needed / 8);
            self.buffer = None;
            self.buffer = Some(Buffer::new(ample)?);
        }
        let buffer = self.buffer.as_mut().expect("it was made if it was absent");
        let room = &mut buffer[base..base + len];
        let mut filled = 0;
        while filled < len {
            let count = read_at(self.file, &mut room[filled..], range.start + filled as u64)?;
            if count == 0 {
                break;
            }
            filled += count;
            self.copied += count as u64;
        }
        Ok(&room[..filled])
    }

    /// What was read so far.
    #[must_use]
    pub fn copies(&self) -> Copies {
        Copies { read: self.copied, ..Copies::default() }
    }
}

fn read_at(file: &File, room: &mut [u8], offset: u64) -> io::Result<usize> {
    loop {
        match file.read_at(room, offset) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            outcome => return outcome,
        }
    }
}

fn as_len(len: u64) -> usize {
    usize::try_from(len).unwrap_or(usize::MAX)
}
