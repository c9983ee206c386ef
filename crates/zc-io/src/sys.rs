//! System calls that no dependency wraps.

#![allow(unsafe_code, reason = "cachestat(2) and TCP_INFO have no wrapper")]

use std::fs::File;
use std::io::{self, IoSliceMut};
use std::ops::Range;
use std::os::fd::{AsRawFd, BorrowedFd};

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

/// Whether `readv(2)` takes so many buffers, all of them empty, at once.
pub(crate) fn takes_vectors(file: &File, count: usize) -> bool {
    let mut vectors: Vec<_> = (0..count).map(|_| IoSliceMut::new(&mut [])).collect();
    let Ok(count) = libc::c_int::try_from(vectors.len()) else { return false };
    // SAFETY: the pointer is to `count` values of `IoSliceMut`, which are laid out as `iovec` on
    // Unix and live until the call returns. Each is of no bytes, so that none is written. The
    // descriptor is open while `file` is borrowed.
    let read = unsafe { libc::readv(file.as_raw_fd(), vectors.as_mut_ptr().cast(), count) };
    read == 0
}

/// Where `tcpi_bytes_acked` lies in `struct tcp_info` of `<linux/tcp.h>`, which only ever grows at
/// its end.
const BYTES_ACKED: usize = 120;

/// Bytes of the structure up to the end of that field.
const TCP_INFO_LEN: usize = BYTES_ACKED + size_of::<u64>();

/// `TCP_INFO` of tcp(7): bytes that the other side has acknowledged; since Linux 4.1.
pub(crate) fn tcp_bytes_acked(socket: BorrowedFd<'_>) -> io::Result<u64> {
    let mut info = [0_u8; TCP_INFO_LEN];
    let mut len = libc::socklen_t::try_from(info.len()).expect("128 is not much");
    let (level, option) = (libc::IPPROTO_TCP, libc::TCP_INFO);
    // SAFETY: the call writes at most `len` bytes through the first pointer, which is what `info`
    // has, and the bytes it has written through the second. Both point to locals that live until
    // it returns, and any values are valid in them. The descriptor is open while it is borrowed;
    // one of something else makes the call fail.
    let outcome = unsafe {
        let info = info.as_mut_ptr().cast();
        libc::getsockopt(socket.as_raw_fd(), level, option, info, &raw mut len)
    };
    if outcome != 0 {
        return Err(io::Error::last_os_error());
    }
    match info.last_chunk().filter(|_| len as usize == TCP_INFO_LEN) {
        Some(acked) => Ok(u64::from_ne_bytes(*acked)),
        None => Err(io::ErrorKind::Unsupported.into()),
    }
}

/// `SIOCOUTQ` of tcp(7), by the name that it has for terminals.
pub(crate) fn tcp_bytes_unacked(socket: BorrowedFd<'_>) -> io::Result<u64> {
    let mut count: libc::c_int = 0;
    // SAFETY: the call writes at most one `int` through the pointer, which is one to a local that
    // lives until it returns. The descriptor is open while it is borrowed; one of something else
    // makes the call fail, or counts in the same way.
    let outcome = unsafe { libc::ioctl(socket.as_raw_fd(), libc::TIOCOUTQ, &raw mut count) };
    if outcome != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(u64::try_from(count).unwrap_or(0))
}
