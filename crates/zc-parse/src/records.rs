//! [`Records`]: an iterator over the records of a slice.

use alloc::vec;
use alloc::vec::Vec;
use core::iter::FusedIterator;
use core::mem;
use core::ops::ControlFlow::Continue;

use crate::{Bulk, Error, Grammar, Outcome};

/// An iterator over the records of a slice, good and bad, in their order.
///
/// Records are read a window at a time and kept until they are asked for; to visit them where
/// they are read, which is faster, use [`Bulk`].
///
/// A batch of records is one allocation that grows. A record with any number of parts, such as a
/// [`List`](crate::List), is given away with its storage, so that the next one allocates: with
/// [`Bulk`] it would not.
///
/// ```
/// use zc_parse::{Kv, Records};
///
/// let records: Vec<_> = Records::new(Kv, b"a=1\nno pair\nb=2").collect();
/// assert_eq!(records[0].as_ref().unwrap().value, b"1");
/// assert_eq!(records[1].as_ref().unwrap_err().position().line, 2);
/// assert_eq!(records[2].as_ref().unwrap().value, b"2");
/// ```
#[derive(Debug)]
pub struct Records<'i, G: Grammar> {
    bulk: Bulk<G>,
    rest: &'i [u8],
    ready: vec::IntoIter<Result<G::Record<'i>, Error>>,
}

/// Bytes that are read at a time: a few windows.
const BATCH: usize = 64 << 10;

impl<'i, G: Grammar> Records<'i, G> {
    /// The records of `grammar` in `input`.
    ///
    /// # Copies
    ///
    /// At most 63 bytes, for the masks.
    #[must_use]
    pub fn new(grammar: G, input: &'i [u8]) -> Self {
        Self { bulk: Bulk::new(grammar), rest: input, ready: Vec::new().into_iter() }
    }

    fn read_batch(&mut self) {
        let mut batch = Vec::new();
        let mut keep = |outcome: Outcome<'_, 'i, G>| {
            batch.push(match outcome {
                Ok(parsed) => Ok(mem::take(parsed.record)),
                Err(bad) => Err(bad.error),
            });
            Continue(())
        };
        let mut len = BATCH.min(self.rest.len());
        let mut used = 0;
        while used == 0 && len < self.rest.len() {
            used = self.bulk.feed(&self.rest[..len], &mut keep);
            len = len.saturating_mul(2).min(self.rest.len());
        }
        if used == 0 {
            used = self.bulk.finish(self.rest, &mut keep);
        }
        self.rest = &self.rest[used..];
        self.ready = batch.into_iter();
    }
}

impl<'i, G: Grammar> Iterator for Records<'i, G> {
    type Item = Result<G::Record<'i>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.ready.len() == 0 && !self.rest.is_empty() {
            self.read_batch();
        }
        self.ready.next()
    }
}

impl<G: Grammar> FusedIterator for Records<'_, G> {}
