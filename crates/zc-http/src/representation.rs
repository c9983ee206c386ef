//! [`Representation`]: a state of a file, with everything that answers say of it made beforehand.

use std::fmt::Write;
use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use rustix::fs::fstat;

use crate::validators::{Seen, Stamp, Validators};

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
        seen: Seen,
        content: Content,
        content_type: &str,
        added: &str,
        now: u64,
    ) -> Self {
        let (stamp, validators) = (seen.stamp, Validators::of(seen));
        let fields = fields(&validators, added);
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

/// The headers of every answer that is about one state, behind which `added` stand.
fn fields(validators: &Validators, added: &str) -> String {
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
    fields
}
