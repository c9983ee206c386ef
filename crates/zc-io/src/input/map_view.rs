//! [`MapView`]: a map as the windows of an input.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Verifier, Window};
use crate::{Guarded, MappedFile};

/// How long a window of a guarded map is, in bytes: so often it is found out whether the file
/// became shorter, by one `fstat(2)`. So much is let go of at once, too, when it was
/// consumed: memory in use stays bounded.
const GUARDED_LEN: usize = 8 << 20;

/// A map, and how much of it was consumed.
pub(super) struct MapView {
    map: Map,
    /// What lies before is not shown: the file stood behind it.
    start: usize,
    consumed: usize,
    /// The end of the window.
    end: usize,
    /// Bytes at the front whose pages were let go of: whole pages.
    released: AtomicUsize,
}

enum Map {
    Plain(MappedFile),
    Guarded(Arc<Guarded>),
}

impl MapView {
    pub(super) fn plain(map: MappedFile, start: usize) -> Self {
        let end = map.len();
        Self { map: Map::Plain(map), start, consumed: 0, end, released: AtomicUsize::new(0) }
    }

    pub(super) fn guarded(map: Guarded, start: usize) -> Self {
        let (map, released) = (Map::Guarded(Arc::new(map)), AtomicUsize::new(0));
        Self { map, start, consumed: 0, end: start, released }
    }

    /// Moves the end of the window on, if something is left.
    pub(super) fn refill(&mut self) -> io::Result<()> {
        self.verify()?;
        if let Map::Guarded(_) = self.map {
            let shown = self.end - self.at();
            let more = if shown < GUARDED_LEN { GUARDED_LEN } else { shown * 2 };
            self.end = (self.at() + more).min(self.bytes().len());
        }
        Ok(())
    }

    pub(super) fn verify(&self) -> io::Result<()> {
        self.verifier().verify()
    }

    pub(super) fn verifier(&self) -> Verifier {
        match &self.map {
            Map::Plain(_) => Verifier::default(),
            Map::Guarded(map) => Verifier(Some(Arc::clone(map))),
        }
    }

    pub(super) fn window(&self) -> Window<'_> {
        Window {
            bytes: &self.bytes()[self.at()..self.end],
            offset: self.offset(),
            is_last: self.end == self.bytes().len(),
        }
    }

    pub(super) fn advance(&mut self, count: usize) {
        self.consumed += count;
        self.end = self.end.max(self.at());
        self.release(0);
    }

    /// Lets go of what lies before the next `count` bytes that were not consumed.
    pub(super) fn release(&self, count: usize) {
        if let Map::Guarded(map) = &self.map {
            let used = (self.at() + count) / GUARDED_LEN * GUARDED_LEN;
            let released = self.released.fetch_max(used, Ordering::Relaxed);
            if used > released {
                map.release(released..used);
            }
        }
    }

    /// All that was not consumed.
    pub(super) fn rest(&self) -> &[u8] {
        &self.bytes()[self.at()..]
    }

    pub(super) const fn offset(&self) -> u64 {
        self.consumed as u64
    }

    /// Bytes that were not consumed.
    pub(super) fn remaining(&self) -> usize {
        self.bytes().len() - self.at()
    }

    pub(super) fn window_len(&self) -> usize {
        match self.map {
            Map::Plain(_) => self.bytes().len() - self.start,
            Map::Guarded(_) => (self.end - self.at()).max(GUARDED_LEN),
        }
    }

    fn at(&self) -> usize {
        self.start + self.consumed
    }

    fn bytes(&self) -> &[u8] {
        match &self.map {
            Map::Plain(map) => map.bytes(),
            Map::Guarded(map) => map.bytes(),
        }
    }
}

impl fmt::Debug for MapView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("MapView");
        match &self.map {
            Map::Plain(map) => debug.field("map", map),
            Map::Guarded(map) => debug.field("map", map),
        };
        debug.field("consumed", &self.consumed).finish_non_exhaustive()
    }
}
