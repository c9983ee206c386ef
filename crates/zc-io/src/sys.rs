//! System calls that no dependency wraps.

#![allow(unsafe_code, reason = "cachestat(2) has no wrapper")]

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::fd::AsRawFd;

/// Its number on every architecture that Rust runs on but MIPS, where no call has this number.
const SYS_CACHESTAT: libc::c_long = 451;

#[repr(C)]
struct CachestatRange {
    offset: u64,
    len: u64,
}

/// `struct cachestat` of `<linux/mman.h>`: counts of pages.
#[derive(Debug, Clone, Copy, Default)]
#[repr(C)]
pub(crate) struct Cachestat {
    pub(crate) cache: u64,
    pub(crate) dirty: u64,
    pub(crate) writeback: u64,
    pub(crate) evicted: u64,
    pub(crate) recently_evicted: u64,
}

/// `cachestat(2)`: what of a range of a file is in the page cache; since Linux 6.5.
pub(crate) fn cachestat(file: &File, range: &Range<u64>) -> io::Result<Cachestat> {
    let mut stat = Cachestat::default();
    let len = range.end.saturating_sub(range.start);
    if len == 0 {
        // To the kernel a length of 0 means as far as the file goes.
        return Ok(stat);
    }
    let asked = CachestatRange { offset: range.start, len };
    let no_flags: libc::c_uint = 0;
    // SAFETY: the call reads 16 bytes through the first pointer and writes 40 through the second.
    // Both point to locals of those sizes, laid out as the kernel lays them out (two and five
    // 64-bit integers without padding), which live until it returns; any values are valid in
    // them. The descriptor is open while `file` is borrowed. A kernel without the call, or which
    // gives the number to nothing, fails with `ENOSYS` and touches neither.
    let outcome = unsafe {
        libc::syscall(SYS_CACHESTAT, file.as_raw_fd(), &raw const asked, &raw mut stat, no_flags)
    };
    if outcome == 0 { Ok(stat) } else { Err(io::Error::last_os_error()) }
}
