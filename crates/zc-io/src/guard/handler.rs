//! The handler itself, its installation, and the [`Registration`] of a range.

#![allow(unsafe_code, reason = "a signal handler, which puts memory in place of what is gone")]

use std::io::{self, ErrorKind};
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use libc::{c_int, c_void, siginfo_t};
use rustix::mm::{MapFlags, ProtFlags, mmap_anonymous};

use super::table::Table;
use super::{MOST, previous};

static TABLE: Table<MOST> = Table::new();

/// The size of a page, for the handler, which asks nobody.
static PAGE: AtomicUsize = AtomicUsize::new(0);

/// Installs the handler once; an error number is kept.
pub(super) fn install() -> io::Result<()> {
    static INSTALLED: OnceLock<Result<(), c_int>> = OnceLock::new();
    let outcome = INSTALLED.get_or_init(|| {
        PAGE.store(rustix::param::page_size(), Ordering::Relaxed);
        previous::replace(on_sigbus).map_err(|error| error.raw_os_error().unwrap_or(libc::EINVAL))
    });
    outcome.map_err(io::Error::from_raw_os_error)
}

/// A range whose missing pages become zeros, as long as this lives.
pub(crate) struct Registration {
    index: usize,
    start: usize,
}

impl Registration {
    /// Registers the pages of `map`.
    ///
    /// # Safety
    ///
    /// `map` is all of one map of a file, which has a page of the usual size or more. It must be
    /// mapped until the registration is dropped.
    pub(crate) unsafe fn of(map: &[u8]) -> io::Result<Self> {
        let start = map.as_ptr().expose_provenance();
        debug_assert!(start.is_multiple_of(rustix::param::page_size()) && !map.is_empty());
        let end = (start + map.len()).next_multiple_of(rustix::param::page_size());
        let Some(index) = TABLE.publish(start..end) else {
            let message = format!("{MOST} maps are guarded already, which is the most");
            return Err(io::Error::new(ErrorKind::QuotaExceeded, message));
        };
        Ok(Self { index, start })
    }

    /// The least offset that was touched when it was gone: the beginning of a page.
    pub(crate) fn gone_from(&self) -> Option<usize> {
        TABLE.gone_from(self.index).map(|address| address - self.start)
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        TABLE.withdraw(self.index);
    }
}

/// Called by the kernel, or by a handler that was installed later, in the place of any code.
extern "C" fn on_sigbus(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    let errno = Errno::save();
    if !missing_page(info).is_some_and(put_zeros) {
        previous::call(signal, info, context);
    }
    errno.restore();
}

/// The address of an access that met no page.
fn missing_page(info: *const siginfo_t) -> Option<usize> {
    // SAFETY: the kernel passes a valid pointer to a handler that asked for one with
    // `SA_SIGINFO`, and so does a later handler that calls this one by the same rules; if it
    // passes null all the same, there is no reference.
    let info = unsafe { info.as_ref() }?;
    if info.si_code != libc::BUS_ADRERR {
        return None;
    }
    // SAFETY: a `SIGBUS` with this code carries an address.
    let address = unsafe { info.si_addr() };
    Some(address.addr())
}

/// Puts zeros where the page of `address` was, and behind it, if the address is guarded.
fn put_zeros(address: usize) -> bool {
    let Some(found) = TABLE.find(address) else { return false };
    let page = address - address % PAGE.load(Ordering::Relaxed);
    // Before the zeros, or another thread could read them and find nothing marked.
    TABLE.mark_gone(found.index, page);
    let start = ptr::with_exposed_provenance_mut(page);
    let flags = MapFlags::PRIVATE | MapFlags::FIXED | MapFlags::NORESERVE;
    // SAFETY: the pages from `start` to the end of the range belong to a map that was registered,
    // and stays so: the thread that was interrupted reads from it. Its pages are replaced by
    // others that can be read as well; those that still had bytes lose them, which only a broken
    // promise of the caller leads to. It is one system call, which rustix makes itself, or has
    // the C library make where it was built so. In glibc that is the call and no more; musl waits
    // in `mmap` for threads that are about to leave a lock which processes share, which the thread
    // that was interrupted is not, since it reads a map.
    let outcome = unsafe { mmap_anonymous(start, found.range.end - page, ProtFlags::READ, flags) };
    outcome.is_ok()
}

/// The error number of the code that was interrupted.
struct Errno(c_int);

impl Errno {
    fn save() -> Self {
        // SAFETY: it returns a pointer to the thread's own number, which is always valid.
        let place = unsafe { libc::__errno_location() };
        // SAFETY: as above; only this thread uses it.
        Self(unsafe { place.read() })
    }

    fn restore(self) {
        // SAFETY: as in `save`.
        let place = unsafe { libc::__errno_location() };
        // SAFETY: as in `save`.
        unsafe { place.write(self.0) };
    }
}
