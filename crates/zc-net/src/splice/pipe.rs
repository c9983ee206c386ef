//! The pipes of zc-io, or on systems other than Linux, where there is no splice, none.

#[cfg(not(target_os = "linux"))]
pub(super) use absent::{Drained, Filled, Pipe, PipePool};
#[cfg(target_os = "linux")]
pub(super) use zc_io::transfer::{Drained, Filled, Pipe, PipePool};

#[cfg(not(target_os = "linux"))]
mod absent {
    use std::io;
    use std::os::fd::AsFd;

    /// A pool that never lends a pipe.
    #[derive(Debug, Clone)]
    pub(in super::super) struct PipePool;

    impl PipePool {
        pub(in super::super) const fn new(_max: usize) -> Self {
            Self
        }

        pub(in super::super) fn take(&self) -> io::Result<Option<Pipe>> {
            Ok(None)
        }

        pub(in super::super) fn lent(&self) -> usize {
            0
        }
    }

    /// What would come of filling a pipe.
    #[derive(Debug)]
    #[allow(dead_code, reason = "it is matched as its twin is, and no pipe makes one")]
    pub enum Filled {
        Moved(usize),
        Ended,
        Full,
    }

    /// What would come of draining a pipe.
    #[derive(Debug)]
    #[allow(dead_code, reason = "as above")]
    pub enum Drained {
        Moved(usize),
        Empty,
    }

    /// A pipe that nobody can have.
    #[derive(Debug)]
    pub enum Pipe {}

    impl Pipe {
        pub(in super::super) fn capacity(&self) -> usize {
            match *self {}
        }

        pub(in super::super) fn held(&self) -> usize {
            match *self {}
        }

        pub(in super::super) fn fill(&mut self, _src: impl AsFd) -> io::Result<Filled> {
            match *self {}
        }

        pub(in super::super) fn drain(&mut self, _dst: impl AsFd) -> io::Result<Drained> {
            match *self {}
        }

        pub(in super::super) fn read(&mut self, _room: &mut [u8]) -> io::Result<usize> {
            match *self {}
        }
    }
}
