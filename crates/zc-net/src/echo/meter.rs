//! [`Meter`]: what connections copied, counted as it happens.

use std::sync::atomic::{AtomicU64, Ordering};

use zc_core::Copies;

/// Counts what system calls returned, for one connection or for many at once.
///
/// ```
/// let meter = zc_net::echo::Meter::default();
/// assert_eq!(meter.copies().total(), 0);
/// ```
#[derive(Debug, Default)]
pub struct Meter {
    read: AtomicU64,
    written: AtomicU64,
}

impl Meter {
    /// Bytes that clients have sent.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.copies().read
    }

    /// Bytes that reads and writes have copied so far.
    ///
    /// While connections are open, what is read runs ahead of what is written by at most a buffer
    /// for each of them.
    #[must_use]
    pub fn copies(&self) -> Copies {
        // What is written was read before: in this order no more is seen written than read.
        let write = self.written.load(Ordering::Acquire);
        let read = self.read.load(Ordering::Acquire);
        Copies { read, write, ..Copies::default() }
    }

    pub(super) fn add_read(&self, count: usize) {
        self.read.fetch_add(count as u64, Ordering::Relaxed);
    }

    pub(super) fn add_written(&self, count: usize) {
        self.written.fetch_add(count as u64, Ordering::Release);
    }
}
