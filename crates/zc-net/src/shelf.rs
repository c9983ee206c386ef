//! [`Shelf`]: what is kept to be used again, up to a bound.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Things that nobody uses at the moment; what comes back when there are enough is dropped.
#[derive(Debug)]
pub(crate) struct Shelf<T> {
    most: usize,
    items: Mutex<Vec<T>>,
}

impl<T> Shelf<T> {
    /// An empty one, for at most `most` things.
    pub(crate) const fn new(most: usize) -> Self {
        Self { most, items: Mutex::new(Vec::new()) }
    }

    pub(crate) fn len(&self) -> usize {
        self.items().len()
    }

    /// The one that came back last.
    pub(crate) fn take(&self) -> Option<T> {
        self.items().pop()
    }

    pub(crate) fn put(&self, item: T) {
        let mut items = self.items();
        if items.len() < self.most {
            items.push(item);
        }
    }

    /// Nothing panics while it holds the lock, so the list is whole whatever a lock says.
    fn items(&self) -> MutexGuard<'_, Vec<T>> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
