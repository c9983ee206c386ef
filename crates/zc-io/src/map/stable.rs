//! [`Stable`]: the token by which a caller vouches for a file.

#![allow(unsafe_code, reason = "mapping a file is sound only if the caller vouches for it")]

#[cfg(doc)]
use super::{Guarded, MappedFile};

/// A caller's word that the bytes of files that they map with it stay as they are.
///
/// A map shows what other processes write. A `&[u8]` over it promises that nothing changes, and
/// no lock, private mapping or signal handler keeps that promise: a page that a truncation has
/// turned into zeros makes an already validated `&str` invalid. Somebody has to know better:
///
/// | who promises | by what | type |
/// | --- | --- | --- |
/// | the caller | this token | [`MappedFile`] |
/// | the caller, who wants an error rather than a signal if mistaken | this token | [`Guarded`] |
/// | the kernel | the seals of a memfd | `MappedFile::sealed` (Linux) |
/// | nobody, as there is no `&[u8]` | – | `KernelMap` (Unix) |
///
/// [`Input::open`](crate::Input::open) reads, and needs no promise either.
///
/// ```compile_fail,E0133
/// let stable = zc_io::Stable::assume();
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Stable(());

impl Stable {
    /// Vouches for each file that is mapped with the token, or with a copy of it.
    ///
    /// # Safety
    ///
    /// From the call that maps a file on, the bytes that are mapped do not change, as long as a value
    /// lives that has the map: the [`MappedFile`] or [`Guarded`] itself, or an
    /// [`Input`](crate::Input) over one, and each [`Verifier`](crate::Verifier) of that. No process
    /// (this one included) may write over these bytes, truncate the file below their end or punch
    /// holes in them, nor may the machine it lies on, if that is another one.
    ///
    /// Appending is harmless, since what is appended lies behind what is mapped (though
    /// [`Guarded::with`] takes it for a change). So are adding names, removing them, and renaming
    /// another file over the name, since the map keeps the file that was opened. Otherwise bytes
    /// change under a shared slice, which is undefined behaviour, or the process is killed by a
    /// signal.
    #[must_use]
    pub const unsafe fn assume() -> Self {
        Self(())
    }
}
