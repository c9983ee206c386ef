//! [`Meter`]: what connections moved and copied, counted as it happens.

use std::sync::atomic::{AtomicU64, Ordering};

use zc_core::Copies;

/// Counts what system calls returned, for one connection or for many at once.
///
/// What was counted stays counted if a call fails later, or its future is dropped.
///
/// ```
/// let meter = zc_net::Meter::default();
/// assert_eq!((meter.bytes(), meter.bytes_out(), meter.copies().total()), (0, 0, 0));
/// ```
#[derive(Debug, Default)]
pub struct Meter {
    read: AtomicU64,
    written: AtomicU64,
    spliced_in: AtomicU64,
    spliced_out: AtomicU64,
}

impl Meter {
    /// Bytes that came in, copied or not.
    ///
    /// While connections are open, what comes in runs ahead of what goes out by at most a buffer
    /// and a pipe for each of them.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.read.load(Ordering::Acquire) + self.spliced_in.load(Ordering::Acquire)
    }

    /// Bytes that went out, copied or not.
    #[must_use]
    pub fn bytes_out(&self) -> u64 {
        self.written.load(Ordering::Acquire) + self.spliced()
    }

    /// Of the bytes that went out, those that the kernel moved itself.
    #[must_use]
    pub fn spliced(&self) -> u64 {
        self.spliced_out.load(Ordering::Acquire)
    }

    /// Bytes that calls have copied so far, out of the kernel and into it.
    #[must_use]
    pub fn copies(&self) -> Copies {
        // What is written was read before: in this order no more is seen written than read.
        let write = self.written.load(Ordering::Acquire);
        let read = self.read.load(Ordering::Acquire);
        Copies { read, write, ..Copies::default() }
    }

    pub(crate) fn add_read(&self, count: usize) {
        self.read.fetch_add(count as u64, Ordering::Relaxed);
    }

    pub(crate) fn add_written(&self, count: usize) {
        self.written.fetch_add(count as u64, Ordering::Release);
    }
}

/// What transfers by the kernel add.
#[cfg(all(feature = "io", unix))]
impl Meter {
    pub(crate) fn add_spliced_in(&self, count: usize) {
        self.spliced_in.fetch_add(count as u64, Ordering::Relaxed);
    }

    /// Counts bytes that came in without a copy as read after all.
    pub(crate) fn add_read_of_spliced(&self, count: usize) {
        self.add_read(count);
        self.spliced_in.fetch_sub(count as u64, Ordering::Relaxed);
    }

    pub(crate) fn add_spliced_out(&self, count: usize) {
        self.spliced_out.fetch_add(count as u64, Ordering::Release);
    }
}
