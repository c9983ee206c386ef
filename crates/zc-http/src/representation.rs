//! [`Representation`]: a state of a file, with everything that answers say of it made beforehand.

use std::fmt::Write;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use bytes::Bytes;
use rustix::fs::fstat;
use rustix::io::Errno;
use zc_io::residency::read_nowait;

use crate::root::Patience;
use crate::validators::{Stamp, TICK, Validators};

/// A state of a file.
#[derive(Debug)]
pub(crate) struct Representation {
    pub(crate) stamp: Stamp,
    pub(crate) validators: Validators,
    pub(crate) content_type: Box<str>,
    /// The headers of every answer that is about this state: its validators, and those that the
    /// options add.
    pub(crate) fields: Box<str>,
    /// The beginning of the answer with all of it, to its `Content-Length`.
    pub(crate) whole_head: Bytes,
    pub(crate) content: Content,
    /// When the file was last found to be in this state, by [`crate::clock::milliseconds`].
    seen: AtomicU64,
    /// When all of it was last found in the page cache; 0 for never.
    warm: AtomicU64,
}

/// Where the bytes are.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    Memory(Bytes),
    File(Arc<File>),
}

impl Representation {
    pub(crate) fn new(
        stamp: Stamp,
        content: Content,
        content_type: &str,
        added: &str,
        now: u64,
    ) -> Self {
        let validators = Validators::of(&stamp);
        let mut fields = String::with_capacity(128 + added.len());
        let mut line = |name, value: &str| {
            write!(fields, "{name}: {value}\r\n").expect("a string takes everything");
        };
        if let Some(modified) = validators.modified {
            line("Last-Modified", &httpdate::fmt_http_date(modified));
        }
        line("ETag", &validators.etag);
        line("Accept-Ranges", "bytes");
        fields.push_str(added);
        let whole_head = format!(
            "HTTP/1.1 200 OK\r\n{fields}Content-Type: {content_type}\r\nContent-Length: {}\r\n",
            stamp.len
        );
        Self {
            stamp,
            validators,
            content_type: content_type.into(),
            fields: fields.into(),
            whole_head: whole_head.into(),
            content,
            seen: AtomicU64::new(now),
            warm: AtomicU64::new(0),
        }
    }

    /// The file was found in this state once more.
    pub(crate) fn see(&self, now: u64) {
        self.seen.fetch_max(now, Ordering::Relaxed);
    }

    /// Milliseconds since the file was found in this state.
    pub(crate) fn age(&self, now: u64) -> u64 {
        now.saturating_sub(self.seen.load(Ordering::Relaxed))
    }

    /// All of the file was found in the page cache.
    pub(crate) fn warm(&self, now: u64) {
        self.warm.store(now, Ordering::Relaxed);
    }

    /// Whether all of the file was in the page cache less than `period` milliseconds ago.
    pub(crate) fn is_warm(&self, now: u64, period: u64) -> bool {
        now.saturating_sub(self.warm.load(Ordering::Relaxed)) < period
    }

    /// Whether an open file still is as it was; what is in memory does not change.
    pub(crate) fn is_unchanged(&self) -> bool {
        match &self.content {
            Content::Memory(_) => true,
            Content::File(file) => fstat(file).is_ok_and(|stat| Stamp::of(&stat) == self.stamp),
        }
    }

    /// Whether the bytes of an open file may still be those of this state. Names do not count, and
    /// a file that is longer now is taken for one that was appended to, as logs are.
    pub(crate) fn may_be_whole(&self) -> bool {
        match &self.content {
            Content::Memory(_) => true,
            Content::File(file) => {
                fstat(file).is_ok_and(|stat| self.stamp.is_beginning_of(&Stamp::of(&stat)))
            }
        }
    }

    /// Bytes of memory that it takes.
    pub(crate) fn weight(&self) -> u64 {
        let body = match &self.content {
            Content::Memory(body) => body.len(),
            Content::File(_) => 0,
        };
        (size_of::<Self>() + body + self.whole_head.len() + 2 * self.fields.len()) as u64
    }
}

/// How often a file is read that changes meanwhile.
const MOST_READS: usize = 5;

/// Reads a whole file in one state, with the stamp of that state; `None` if that has to wait and
/// must not. One that does not stop to change, or has grown beyond `most` bytes meanwhile, is
/// [`Errno::BUSY`].
///
/// A write sets the time first and the bytes then, so that a file that was changed just now may be
/// half written: it is read once more a tick later. One that changes with every tick is sent as
/// any reader sees it.
pub(crate) fn read_whole(
    file: &File,
    mut stamp: Stamp,
    most: u64,
    patience: Patience,
) -> Result<Option<(Stamp, Bytes)>, Errno> {
    let mut last = None;
    for _ in 0..MOST_READS {
        let len = usize::try_from(stamp.len.min(most)).map_err(|_| Errno::FBIG)?;
        let mut body = vec![0; len];
        let Some(count) = fill(file, &mut body, patience)? else { return Ok(None) };
        let is_settled = stamp.is_settled();
        let after = Stamp::of(&fstat(file)?);
        if after == stamp && count as u64 == stamp.len {
            last = Some((stamp, body.into()));
        }
        if is_settled && last.is_some() {
            return Ok(last);
        }
        if patience == Patience::NoWait {
            return Ok(None);
        }
        thread::sleep(TICK);
        stamp = Stamp::of(&fstat(file)?);
    }
    last.map(Some).ok_or(Errno::BUSY)
}

/// Reads from the beginning until `body` is full or the file ends; returns how much there was.
fn fill(file: &File, body: &mut [u8], patience: Patience) -> Result<Option<usize>, Errno> {
    let mut filled = 0;
    while filled < body.len() {
        let room = &mut body[filled..];
        let read = match patience {
            Patience::Wait => file.read_at(room, filled as u64).map(Some),
            Patience::NoWait => read_nowait(file, room, filled as u64),
        };
        match read {
            Ok(None) => return Ok(None),
            Ok(Some(0)) => break,
            Ok(Some(count)) => filled += count,
            // A file system that cannot tell what it has in memory.
            Err(_) if patience == Patience::NoWait => return Ok(None),
            Err(error) => match Errno::from_io_error(&error) {
                Some(Errno::INTR) => {}
                errno => return Err(errno.unwrap_or(Errno::IO)),
            },
        }
    }
    Ok(Some(filled))
}
