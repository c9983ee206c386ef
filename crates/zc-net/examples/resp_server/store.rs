//! [`Store`]: the values of all connections, which bound their memory.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

/// Bytes of a key.
pub(crate) const MAX_KEY: usize = 64 << 10;

/// Bytes of a value.
pub(crate) const MAX_VALUE: usize = 8 << 20;

/// A value is kept as the slice of what was read that it is, if the buffer in which it lies has no
/// more than so many times its bytes; else it would keep all of that alive, and is copied out.
///
/// A value that is kept is charged the whole buffer, so that the memory of the process is bounded
/// whatever clients send.
const MOST_PINNED: usize = 4;

/// What an entry costs besides its bytes: its places in a table that may be three quarters empty,
/// and what the allocator adds.
const OVERHEAD: usize = 320;

/// Maps that are locked by themselves, so that cores seldom wait for each other.
const SHARDS: usize = 64;

/// Keys and their values.
#[derive(Debug)]
pub(crate) struct Store {
    shards: [Mutex<HashMap<Box<[u8]>, Entry>>; SHARDS],
    charged: AtomicUsize,
    limit: usize,
}

#[derive(Debug)]
struct Entry {
    value: Kept,
    charge: usize,
}

/// A value as it is kept: a short one within the table itself, which costs no memory elsewhere,
/// nobody a look there, and no count of references.
#[derive(Debug, Clone)]
pub(crate) enum Kept {
    Short { len: u8, bytes: [u8; Self::SHORT] },
    Shared(Bytes),
}

impl Kept {
    /// As many bytes as make both kinds equally large.
    const SHORT: usize = 23;

    fn new(value: Bytes, is_shared: bool) -> Self {
        match u8::try_from(value.len()) {
            Ok(len) if value.len() <= Self::SHORT => {
                let mut bytes = [0; Self::SHORT];
                bytes[..value.len()].copy_from_slice(&value);
                Self::Short { len, bytes }
            }
            _ if is_shared => Self::Shared(value),
            _ => Self::Shared(Bytes::copy_from_slice(&value)),
        }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Short { len, bytes } => &bytes[..usize::from(*len)],
            Self::Shared(bytes) => bytes,
        }
    }

    /// # Copies
    ///
    /// Short ones.
    pub(crate) fn into_bytes(self) -> Bytes {
        match self {
            Self::Short { .. } => Bytes::copy_from_slice(self.as_bytes()),
            Self::Shared(bytes) => bytes,
        }
    }
}

/// Nothing was stored: the memory is used up.
#[derive(Debug)]
pub(crate) struct Full;

impl Store {
    /// The most bytes that values are charged together, if nothing else is said.
    pub(crate) const DEFAULT_MEMORY: usize = 1 << 30;

    pub(crate) fn new(limit: usize) -> Self {
        let shards = std::array::from_fn(|_| Mutex::default());
        Self { shards, charged: AtomicUsize::new(0), limit }
    }

    /// The value of `key`, which stays shared.
    pub(crate) fn find(&self, key: &[u8]) -> Option<Kept> {
        self.shard(key).get(key).map(|entry| entry.value.clone())
    }

    pub(crate) fn has(&self, key: &[u8]) -> bool {
        self.shard(key).contains_key(key)
    }

    /// Stores `value`, a slice of a buffer of `pinned` bytes, or a copy of it.
    pub(crate) fn put(&self, key: &[u8], value: Bytes, pinned: usize) -> Result<(), Full> {
        let is_shared = pinned / MOST_PINNED <= value.len();
        let bytes = if is_shared { pinned } else { value.len() };
        let value = Kept::new(value, is_shared);
        let charge = OVERHEAD + key.len() + bytes;
        let mut shard = self.shard(key);
        if let Some(entry) = shard.get_mut(key) {
            self.charge(charge, entry.charge)?;
            *entry = Entry { value, charge };
            return Ok(());
        }
        self.charge(charge, 0)?;
        shard.insert(key.into(), Entry { value, charge });
        Ok(())
    }

    /// Whether there was one.
    pub(crate) fn remove(&self, key: &[u8]) -> bool {
        let removed = self.shard(key).remove(key);
        if let Some(entry) = &removed {
            self.charged.fetch_sub(entry.charge, Ordering::Relaxed);
        }
        removed.is_some()
    }

    /// Bytes that values are charged, and the most that they may be.
    pub(crate) fn memory(&self) -> (usize, usize) {
        (self.charged.load(Ordering::Relaxed), self.limit)
    }

    /// Charges for what is stored in the place of something else, unless that is too much.
    fn charge(&self, added: usize, removed: usize) -> Result<(), Full> {
        let charged = |charged: usize| {
            let sum = charged - removed + added;
            (sum <= self.limit || added <= removed).then_some(sum)
        };
        let updated = self.charged.fetch_update(Ordering::Relaxed, Ordering::Relaxed, charged);
        updated.map(drop).map_err(|_| Full)
    }

    fn shard(&self, key: &[u8]) -> MutexGuard<'_, HashMap<Box<[u8]>, Entry>> {
        // Which one matters little: each of them hashes its keys by itself.
        let number = key
            .iter()
            .rev()
            .take(8)
            .fold(key.len(), |sum, &byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte)));
        self.shards[number % SHARDS].lock().unwrap_or_else(PoisonError::into_inner)
    }
}
