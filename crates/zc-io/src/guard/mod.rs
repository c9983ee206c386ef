//! The handler of `SIGBUS` behind [`Guarded`](crate::Guarded).
//!
//! Touching a page of a map whose file has become shorter raises `SIGBUS`, which ends the
//! process. The handler here knows which ranges of memory are guarded maps. In those it puts
//! zeros in place of the page that is missing and of everything behind it, marks the map as
//! damaged, and returns, whereupon the access that failed succeeds.
//!
//! - It is installed only when asked for: by [`install`], or by the first
//!   [`Guarded`](crate::Guarded), and stays for good.
//! - It does nothing but read and write atomics, map memory, and call the handler before it.
//! - Whatever is not a missing page of a guarded map goes to the handler before it, called as the
//!   kernel would have called it: errors of the memory itself (`BUS_MCEERR_AR`), signals that
//!   were sent, accesses elsewhere. Where there was none, the process ends as it would have.
//! - A handler that is installed later gets the signals first, and has to pass on what it does
//!   not know, as this one does. If it does not, nothing is guarded any more.
//! - A thread that has blocked `SIGBUS` is not guarded: the kernel ends the process.
//! - A disk that cannot be read raises the same signal, and is treated the same.

#[cfg(not(target_os = "linux"))]
mod absent;
#[cfg(target_os = "linux")]
mod handler;
#[cfg(target_os = "linux")]
mod previous;
#[cfg(target_os = "linux")]
mod table;

use std::io;

#[cfg(not(target_os = "linux"))]
use absent as imp;
#[cfg(target_os = "linux")]
use handler as imp;

pub(crate) use imp::Registration;

/// How many maps can be guarded at the same time.
///
/// ```
/// use zc_io::{Guarded, Stable, guard};
///
/// # let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
/// // SAFETY: nobody writes to the manifest while its examples run.
/// let stable = unsafe { Stable::assume() };
/// let maps: Vec<_> = (0..guard::MOST).map_while(|_| Guarded::open(manifest, stable).ok()).collect();
/// assert_eq!(maps.len(), guard::MOST);
/// assert!(Guarded::open(manifest, stable).is_err(), "one more than can be guarded");
/// ```
pub const MOST: usize = 64;

/// Installs the handler, unless it is.
///
/// [`Guarded`](crate::Guarded) does it by itself. To call it early matters to programs that have
/// a handler of `SIGBUS` of their own, and want it called before this one or after.
///
/// ```
/// zc_io::guard::install()?;
/// zc_io::guard::install()?; // Once is enough, and more does nothing.
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// [`Unsupported`](io::ErrorKind::Unsupported) on systems other than Linux, else what
/// `sigaction(2)` returned.
pub fn install() -> io::Result<()> {
    imp::install()
}
