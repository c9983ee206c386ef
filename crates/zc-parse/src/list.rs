//! [`List`]: parts of a record of which there may be any number, in storage that is used again.

use alloc::vec::{IntoIter, Vec};
use core::hash::{Hash, Hasher};
use core::ops::Deref;
use core::{fmt, slice};

use crate::Record;

/// Room for so many parts is made at once, which is enough for most records.
const USUAL: usize = 16;

/// A list that a grammar fills for one record after the other; it derefs to a slice.
///
/// It never gives its storage back: behind the parts lie slots that longer records have left, and
/// the next record is written over both. To write into a slot that is there costs less than to
/// make a vector longer by one.
///
/// ```
/// use zc_parse::csv::Row;
/// use zc_parse::{Csv, Single};
///
/// let mut row = Row::default();
/// let mut rows = Single::new(Csv::new());
/// rows.parse(b"a,b,c", &mut row)?;
/// rows.parse(b"d,e", &mut row)?;
/// assert_eq!((row.len(), row[1].value), (2, &b"e"[..]));
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Clone)]
pub struct List<T> {
    /// The parts, and behind them slots whose content means nothing.
    slots: Vec<T>,
    len: usize,
}

impl<T> List<T> {
    /// How many slots there are for at most `most` parts.
    #[inline(always)]
    pub(crate) fn room(&self, most: usize) -> usize {
        self.slots.len().min(most)
    }

    /// The slots from `start` to `end`, to be filled; until they are [kept](Self::keep), the list
    /// is empty.
    #[inline(always)]
    pub(crate) fn slots(&mut self, start: usize, end: usize) -> slice::IterMut<'_, T> {
        self.len = 0;
        self.slots[start..end].iter_mut()
    }

    /// Makes the first `len` slots the list.
    #[inline(always)]
    pub(crate) fn keep(&mut self, len: usize) {
        self.len = len;
    }
}

impl<T: Clone + Default> List<T> {
    /// Makes more slots; what the others hold stays there.
    #[cold]
    pub(crate) fn grow(&mut self) {
        let len = (self.slots.len() * 2).max(USUAL);
        self.slots.resize(len, T::default());
    }
}

impl<T> List<T> {
    /// An empty list of other parts in the same storage, where those have the same layout.
    pub(crate) fn recycle<U: Default>(self) -> List<U> {
        // `collect` takes a vector's own storage again where its items need as much room as before;
        // a test counts allocations.
        List { slots: self.slots.into_iter().map(|_| U::default()).collect(), len: 0 }
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    #[inline(always)]
    fn deref(&self) -> &[T] {
        &self.slots[..self.len]
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self { slots: Vec::new(), len: 0 }
    }
}

impl<T: fmt::Debug> fmt::Debug for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: PartialEq> PartialEq for List<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Eq> Eq for List<T> {}

impl<T: Hash> Hash for List<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl<R: Record> Record for List<R> {
    type Slice = R::Slice;
    type Of<T> = List<R::Of<T>>;

    fn map<'r, T>(&'r self, mut f: impl FnMut(&'r R::Slice) -> T) -> List<R::Of<T>> {
        let slots: Vec<_> = self.iter().map(|part| part.map(&mut f)).collect();
        List { len: slots.len(), slots }
    }
}

impl<T> IntoIterator for List<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    fn into_iter(mut self) -> IntoIter<T> {
        self.slots.truncate(self.len);
        self.slots.into_iter()
    }
}

impl<'l, T> IntoIterator for &'l List<T> {
    type Item = &'l T;
    type IntoIter = slice::Iter<'l, T>;

    fn into_iter(self) -> slice::Iter<'l, T> {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::hash_map::DefaultHasher;
    use std::format;
    use std::hash::{Hash, Hasher};
    use std::vec::Vec;

    use super::{List, USUAL};
    use crate::{Pair, Record};

    /// A list of so many pairs, written over what `list` held.
    fn fill(mut list: List<Pair<usize>>, len: usize) -> List<Pair<usize>> {
        while list.room(len) < len {
            list.grow();
        }
        for (index, slot) in list.slots(0, len).enumerate() {
            *slot = Pair { key: index, value: len };
        }
        list.keep(len);
        list
    }

    fn hash(value: &(impl Hash + ?Sized)) -> u64 {
        let mut hasher = DefaultHasher::new();
        value.hash(&mut hasher);
        hasher.finish()
    }

    #[test]
    fn what_longer_records_have_left_is_no_part_of_a_list() {
        for len in [0, 1, 2, USUAL] {
            let (fresh, used) = (fill(List::default(), len), fill(fill(List::default(), 40), len));
            assert_eq!((used.len(), used.iter().count()), (len, len));
            assert_eq!((&used, hash(&used)), (&fresh, hash(&fresh)));
            assert_eq!((hash(&used), format!("{used:?}")), (hash(&*used), format!("{:?}", &*used)));
            let mapped = used.map(|number| *number);
            assert_eq!((&mapped, mapped.slots.len()), (&fresh, len));
            assert_eq!(used.into_iter().collect::<Vec<_>>(), &*fresh);
        }
    }

    #[test]
    fn a_list_is_empty_until_its_parts_are_kept() {
        let mut list = fill(List::default(), 3);
        assert_eq!(list.slots(0, 3).len(), 3);
        assert!(list.is_empty());
    }

    #[test]
    fn what_was_written_stays_there_when_more_slots_are_made() {
        let mut list = fill(List::default(), USUAL);
        list.grow();
        assert_eq!((list.room(usize::MAX), list.room(20)), (2 * USUAL, 20));
        list.keep(USUAL);
        assert_eq!(list, fill(List::default(), USUAL));
    }
}
