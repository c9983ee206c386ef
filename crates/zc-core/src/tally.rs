//! [`Tally`]: what became of the fields of records, found by address.

use core::ops::AddAssign;

use crate::{Copies, Source};

/// How many fields were borrowed from their source, copied, or converted into something else.
///
/// ```
/// use zc_core::{Source, Tally};
///
/// let line = b"200 ok";
/// let mut tally = Tally::default();
/// tally.field(Source::new(line), &line[4..]);
/// tally.field(Source::new(line), &b"ok".to_vec());
/// tally.converted();
/// assert_eq!((tally.borrowed, tally.copied, tally.converted), (1, 1, 1));
/// assert_eq!(tally.copies().decode, 2);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Tally {
    /// Fields that are slices of their source.
    pub borrowed: u64,
    /// Fields whose bytes lie elsewhere.
    pub copied: u64,
    /// Fields that became numbers and the like.
    pub converted: u64,
    /// Bytes of the copied fields.
    pub copied_bytes: u64,
}

impl Tally {
    /// Counts one field, as borrowed if it lies inside `source` and as copied if it does not.
    #[inline]
    pub fn field(&mut self, source: Source<'_>, field: &[u8]) {
        if source.borrows(field) {
            self.borrowed += 1;
        } else {
            self.copied(field);
        }
    }

    /// Counts one field that was copied, as by undoing its escapes.
    #[inline]
    pub fn copied(&mut self, field: &[u8]) {
        self.copied += 1;
        self.copied_bytes += field.len() as u64;
    }

    /// Counts one field that was converted.
    #[inline]
    pub fn converted(&mut self) {
        self.converted += 1;
    }

    /// The same as a line of the ledger: the bytes of copied fields under `decode`.
    #[must_use]
    pub fn copies(&self) -> Copies {
        Copies { decode: self.copied_bytes, ..Copies::default() }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.borrowed += other.borrowed;
        self.copied += other.copied;
        self.converted += other.converted;
        self.copied_bytes += other.copied_bytes;
    }
}
