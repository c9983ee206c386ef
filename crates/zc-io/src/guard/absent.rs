//! Systems where nothing is guarded, and that say so.

#![allow(unsafe_code, reason = "it looks as its twin does on Linux")]

use std::convert::Infallible;
use std::io::{self, ErrorKind};

pub(super) fn install() -> io::Result<()> {
    Err(io::Error::new(ErrorKind::Unsupported, "maps are guarded on Linux only"))
}

/// There is none.
pub(crate) struct Registration(Infallible);

impl Registration {
    /// Always the error of [`install`].
    ///
    /// # Safety
    ///
    /// None is asked for; elsewhere it is.
    pub(crate) unsafe fn of(_: &[u8]) -> io::Result<Self> {
        install().map(|()| unreachable!("nothing is installed here"))
    }

    pub(crate) fn gone_from(&self) -> Option<usize> {
        match self.0 {}
    }
}
