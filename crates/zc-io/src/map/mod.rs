//! Maps of files: what they promise, and who promises it.

mod file;
mod guarded;
#[cfg(unix)]
mod kernel;
#[cfg(target_os = "linux")]
mod sealed;
mod stable;
mod truncated;

pub use file::MappedFile;
pub use guarded::Guarded;
#[cfg(unix)]
pub use kernel::KernelMap;
pub use stable::Stable;
pub use truncated::Truncated;
