//! [`Table`]: ranges of memory, looked up by a signal handler while others come and go.
//!
//! A handler must not wait: the thread it interrupted may be the one that is changing the table.
//! Each slot therefore counts its turns, and a lookup passes over a slot that is not live before
//! and after it was read, or not by the same count. That misses nothing. The range somebody reads
//! from was published before they got to read it, and is withdrawn after they ceased to.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering, fence};

/// What the last two bits of `turn` say; the rest counts how often the slot was used.
const STATE: usize = 3;
const FREE: usize = 0;
/// Between the two: the range is being written.
const CLAIMED: usize = 1;
const LIVE: usize = 2;

/// `gone_from` where nothing is gone.
const NOTHING: usize = usize::MAX;

pub(super) struct Table<const N: usize> {
    slots: [Slot; N],
}

struct Slot {
    turn: AtomicUsize,
    start: AtomicUsize,
    end: AtomicUsize,
    /// The least address that was found missing.
    gone_from: AtomicUsize,
}

/// A slot that was live when it was looked up, and stays so while its range is being read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) index: usize,
    pub(super) range: Range<usize>,
}

impl<const N: usize> Table<N> {
    pub(super) const fn new() -> Self {
        Self { slots: [const { Slot::free() }; N] }
    }

    /// Makes `range` known, and returns the index of its slot if one was free.
    pub(super) fn publish(&self, range: Range<usize>) -> Option<usize> {
        let index = self.slots.iter().position(Slot::claim)?;
        let slot = &self.slots[index];
        slot.start.store(range.start, Ordering::Relaxed);
        slot.end.store(range.end, Ordering::Relaxed);
        slot.gone_from.store(NOTHING, Ordering::Relaxed);
        slot.turn.fetch_add(LIVE - CLAIMED, Ordering::Release);
        Some(index)
    }

    /// Frees a slot that was published and that nobody reads through any more.
    pub(super) fn withdraw(&self, index: usize) {
        let before = self.slots[index].turn.fetch_add(STATE + 1 - LIVE, Ordering::Release);
        debug_assert_eq!(before & STATE, LIVE, "only what was published is withdrawn");
    }

    /// The live range that holds `address`. Takes no locks and does not repeat.
    pub(super) fn find(&self, address: usize) -> Option<Found> {
        let holds = |(index, slot): (usize, &Slot)| {
            let range = slot.range()?;
            range.contains(&address).then_some(Found { index, range })
        };
        self.slots.iter().enumerate().find_map(holds)
    }

    /// Notes that the memory from `address` on is gone; to be called before zeros stand there.
    pub(super) fn mark_gone(&self, index: usize, address: usize) {
        self.slots[index].gone_from.fetch_min(address, Ordering::AcqRel);
    }

    /// The least address that was noted.
    pub(super) fn gone_from(&self, index: usize) -> Option<usize> {
        let address = self.slots[index].gone_from.load(Ordering::Acquire);
        (address != NOTHING).then_some(address)
    }
}

impl Slot {
    const fn free() -> Self {
        Self {
            turn: AtomicUsize::new(FREE),
            start: AtomicUsize::new(0),
            end: AtomicUsize::new(0),
            gone_from: AtomicUsize::new(NOTHING),
        }
    }

    /// Takes the slot if it is free.
    fn claim(&self) -> bool {
        let turn = self.turn.load(Ordering::Relaxed);
        if turn & STATE != FREE {
            return false;
        }
        let claimed = turn + CLAIMED;
        let outcome =
            self.turn.compare_exchange(turn, claimed, Ordering::Acquire, Ordering::Relaxed);
        // Whoever sees the range that is written next sees the claim as well.
        fence(Ordering::Release);
        outcome.is_ok()
    }

    /// The range, if the slot is live and nobody changed it while it was read.
    fn range(&self) -> Option<Range<usize>> {
        let turn = self.turn.load(Ordering::Acquire);
        if turn & STATE != LIVE {
            return None;
        }
        let range = self.start.load(Ordering::Relaxed)..self.end.load(Ordering::Relaxed);
        fence(Ordering::Acquire);
        (self.turn.load(Ordering::Relaxed) == turn).then_some(range)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::{Found, Table};

    #[test]
    fn a_range_is_found_from_its_first_byte_to_its_last_while_it_is_published() {
        let table = Table::<2>::new();
        let index = table.publish(100..200).unwrap();
        for (address, is_inside) in [(99, false), (100, true), (199, true), (200, false)] {
            let expected = is_inside.then_some(Found { index, range: 100..200 });
            assert_eq!(table.find(address), expected);
        }
        table.withdraw(index);
        assert_eq!(table.find(100), None);
    }

    #[test]
    fn a_full_table_takes_no_more_until_one_is_withdrawn() {
        let table = Table::<3>::new();
        let indices = [0, 100, 200].map(|start| table.publish(start..start + 100).unwrap());
        assert_eq!(table.publish(300..400), None);
        table.withdraw(indices[1]);
        assert_eq!(table.publish(300..400), Some(indices[1]));
        assert_eq!((table.find(150), table.find(350).unwrap().range), (None, 300..400));
    }

    #[test]
    fn the_least_address_that_is_gone_is_kept_until_the_slot_is_used_again() {
        let table = Table::<1>::new();
        let index = table.publish(0..1000).unwrap();
        assert_eq!(table.gone_from(index), None);
        for (address, expected) in [(500, 500), (700, 500), (0, 0), (500, 0)] {
            table.mark_gone(index, address);
            assert_eq!(table.gone_from(index), Some(expected));
        }
        table.withdraw(index);
        assert_eq!(table.publish(0..1000), Some(index));
        assert_eq!(table.gone_from(index), None);
    }

    #[test]
    fn no_lookup_sees_half_of_a_change_and_none_misses_what_stays() {
        let table = Table::<3>::new();
        let stays = table.publish(1..10).unwrap();
        let left = AtomicUsize::new(2);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    for _ in 0..100_000 {
                        // The start of one and the end of the other would hold 500 as well.
                        for range in [100..200, 800..900] {
                            let index = table.publish(range.clone()).unwrap();
                            assert!(table.find(range.start).is_some());
                            table.withdraw(index);
                        }
                    }
                    left.fetch_sub(1, Ordering::Relaxed);
                });
            }
            while left.load(Ordering::Relaxed) > 0 {
                assert_eq!(table.find(500), None);
                assert_eq!(table.find(5), Some(Found { index: stays, range: 1..10 }));
            }
        });
    }
}
