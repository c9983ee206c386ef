//! [`Counts`]: how often each value occurs, in the order in which the values first did.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::vec::Vec;

/// How often each key occurs.
///
/// Keys keep the order in which they first came, so that the counts of parts of an input,
/// [merged](Self::merge) in the order of the parts, are those of the whole, whoever counted
/// which part.
///
/// ```
/// use zc_core::Counts;
///
/// let log = ["GET", "PUT", "GET", "POST", "PUT", "GET"];
/// let (first, second) = log.split_at(3);
/// let count = |words: &[&'static str]| {
///     let mut counts = Counts::default();
///     words.iter().for_each(|word| counts.add(*word, 1));
///     counts
/// };
/// let mut counts: Counts<&str> = count(first);
/// counts.merge(&mut count(second));
/// assert_eq!(counts.most_first(), [("GET", 3), ("PUT", 2), ("POST", 1)]);
/// ```
#[derive(Debug, Clone)]
pub struct Counts<K, S = RandomState> {
    /// Where the count of each key is.
    places: HashMap<K, usize, S>,
    counts: Vec<u64>,
}

impl<K, S: Default> Default for Counts<K, S> {
    fn default() -> Self {
        Self { places: HashMap::default(), counts: Vec::new() }
    }
}

impl<K: Hash + Eq, S: BuildHasher> Counts<K, S> {
    /// Counts `count` more of `key`.
    ///
    /// # Copies
    ///
    /// Never: the key is moved.
    #[inline]
    pub fn add(&mut self, key: K, count: u64) {
        let next = self.counts.len();
        let place = *self.places.entry(key).or_insert(next);
        if place == next {
            self.counts.push(0);
        }
        self.counts[place] += count;
    }

    /// Where the count of `key` is, for [`add_at`](Self::add_at), if it was counted before.
    ///
    /// So who would have to copy a key to keep it can look first.
    ///
    /// ```
    /// use zc_core::Counts;
    ///
    /// let mut counts: Counts<String> = Counts::default();
    /// let mut word = String::new();
    /// for next in ["GET", "PUT", "GET"] {
    ///     word.clear();
    ///     word.push_str(next);
    ///     match counts.find(&word) {
    ///         Some(place) => counts.add_at(place, 1),
    ///         // Only a word that is new is copied.
    ///         None => counts.add(word.clone(), 1),
    ///     }
    /// }
    /// assert!(counts.drain().eq([("GET".to_owned(), 2), ("PUT".to_owned(), 1)]));
    /// assert!(counts.is_empty());
    /// ```
    #[must_use]
    #[inline]
    pub fn find(&self, key: &K) -> Option<usize> {
        self.places.get(key).copied()
    }

    /// Counts `count` more of the key whose place this is.
    ///
    /// # Panics
    ///
    /// If no key has that place.
    #[inline]
    pub fn add_at(&mut self, place: usize, count: u64) {
        self.counts[place] += count;
    }

    /// Moves the counts of what comes behind what was counted so far here, and leaves `behind`
    /// empty.
    ///
    /// # Copies
    ///
    /// Never: keys are moved.
    pub fn merge(&mut self, behind: &mut Self) {
        for (key, count) in behind.drain() {
            self.add(key, count);
        }
    }

    /// Takes all keys with their counts, in the order in which they first came. Memory for as many
    /// is kept.
    pub fn drain(&mut self) -> impl Iterator<Item = (K, u64)> + use<K, S> {
        let mut keys: Vec<_> = self.places.drain().collect();
        keys.sort_unstable_by_key(|(_, place)| *place);
        let counts: Vec<_> = self.counts.drain(..).collect();
        keys.into_iter().map(move |(key, place)| (key, counts[place]))
    }

    /// All keys with their counts, the largest one first; of those that are the same, the key that
    /// came first.
    #[must_use]
    pub fn most_first(mut self) -> Vec<(K, u64)> {
        let mut counted: Vec<_> = self.drain().collect();
        counted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        counted
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// Whether nothing was counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::Counts;

    fn naive(keys: &[u8]) -> Vec<(u8, u64)> {
        let mut counted: Vec<(u8, u64)> = Vec::new();
        for key in keys {
            match counted.iter_mut().find(|(known, _)| known == key) {
                Some((_, count)) => *count += 1,
                None => counted.push((*key, 1)),
            }
        }
        counted.sort_by_key(|(_, count)| u64::MAX - count);
        counted
    }

    #[track_caller]
    fn check(keys: &[u8]) {
        for part_len in 1..=keys.len().max(1) {
            let (mut whole, mut part) = (Counts::<u8>::default(), Counts::default());
            for part_of_keys in keys.chunks(part_len) {
                part_of_keys.iter().for_each(|key| part.add(*key, 1));
                whole.merge(&mut part);
                assert!(part.is_empty());
            }
            assert_eq!(whole.most_first(), naive(keys), "parts of {part_len}");
        }
    }

    #[test]
    fn parts_count_as_the_whole_and_the_first_of_equals_comes_first() {
        check(b"");
        check(b"a");
        check(b"cabcabca");
        check(b"dcba");
        check(b"the quick brown fox jumps over the lazy dog");
    }

    #[test]
    fn a_key_that_is_known_is_counted_by_its_place() {
        let mut counts = Counts::<&str>::default();
        counts.add("a", 2);
        let place = counts.find(&"a").unwrap();
        counts.add_at(place, 3);
        assert_eq!((counts.find(&"b"), counts.len()), (None, 1));
        assert_eq!(counts.most_first(), [("a", 5)]);
    }
}
