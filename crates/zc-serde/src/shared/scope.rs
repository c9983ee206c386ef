//! The buffer that the thread is reading: what lies in it is shared, all else is copied.
//!
//! `Deserialize` has no room for an argument, so that the buffer is held by the thread. It is
//! put there by [`Entered`] alone, which takes it away when it is dropped, also by a panic.

use std::cell::{Cell, RefCell};

use bytes::Bytes;
use zc_core::Source;

thread_local! {
    static SCOPE: RefCell<Option<Scope>> = const { RefCell::new(None) };
    static OUTSIDE: Cell<u64> = const { Cell::new(0) };
}

/// A buffer, and how much was taken while it was the thread's.
struct Scope {
    input: Bytes,
    shared: u64,
    copied: u64,
}

/// A scope that the thread is in; when it is dropped, the scope around it is there again.
///
/// It never leaves the function that makes it, so that scopes end in the order they should.
pub(super) struct Entered {
    /// The buffer once more, since what the thread holds cannot be lent out.
    input: Bytes,
    outer: Option<Scope>,
}

impl Entered {
    pub(super) fn new(input: Bytes) -> Self {
        // A thread that is ending has no scopes any more: there, everything is copied.
        let scope = Scope { input: input.clone(), shared: 0, copied: 0 };
        let outer = SCOPE.try_with(|current| current.replace(Some(scope)));
        Self { input, outer: outer.ok().flatten() }
    }

    pub(super) fn input(&self) -> &[u8] {
        &self.input
    }

    /// Ends the scope, and says how many bytes were shared and copied in it.
    pub(super) fn leave(self) -> (u64, u64) {
        let counts = SCOPE.try_with(|current| {
            current.borrow().as_ref().map(|scope| (scope.shared, scope.copied))
        });
        counts.ok().flatten().unwrap_or_default()
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        // The buffer may run code of its owner when it goes: after the cell is free again.
        let ended = SCOPE.try_with(|current| current.replace(self.outer.take()));
        drop(ended);
    }
}

/// The part of the thread's buffer that `part` is; `None`, and counted as copied, if it is none.
///
/// An empty part keeps no buffer alive.
pub(super) fn share(part: &[u8]) -> Option<Bytes> {
    if part.is_empty() {
        return Some(Bytes::new());
    }
    let shared = SCOPE.try_with(|scope| {
        let mut scope = scope.borrow_mut();
        let scope = scope.as_mut()?;
        let offset = Source::new(&scope.input).offset_of(part)?;
        scope.shared += part.len() as u64;
        Some(scope.input.slice(offset..offset + part.len()))
    });
    let shared = shared.ok().flatten();
    if shared.is_none() {
        count_copied(part.len());
    }
    shared
}

/// Counts bytes that cannot be shared, since they were made for the occasion.
pub(super) fn count_copied(len: usize) {
    let len = len as u64;
    let inside = SCOPE.try_with(|scope| match scope.borrow_mut().as_mut() {
        Some(scope) => {
            scope.copied += len;
            true
        }
        None => false,
    });
    if inside != Ok(true) {
        // Whoever asks for the count of an ending thread is that thread.
        let _ = OUTSIDE.try_with(|outside| outside.set(outside.get().saturating_add(len)));
    }
}

/// How many bytes of [`SharedStr`](super::SharedStr)s and [`SharedBytes`](super::SharedBytes)
/// this thread has deserialized outside every [`with_shared`](super::with_shared), where nothing
/// can be shared: all of them were copied.
///
/// A count that grows where it should not says that a plain `serde_json::from_slice` is used in
/// place of [`from_shared`](super::from_shared).
///
/// ```
/// use zc_serde::shared::{SharedStr, copied_outside, from_shared};
///
/// let before = copied_outside();
/// from_shared::<SharedStr>("\"Ada\"".into())?;
/// assert_eq!(copied_outside() - before, 0);
/// zc_serde::from_slice::<SharedStr>(b"\"Ada\"")?;
/// assert_eq!(copied_outside() - before, 3);
/// # Ok::<(), zc_serde::Error>(())
/// ```
#[must_use]
pub fn copied_outside() -> u64 {
    OUTSIDE.get()
}
