//! [`measure`]: what each way of reading costs, side by side; [`Crossing`]: from where on one wins.

use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use zc_core::Copies;

use super::Way;
use crate::Stable;

/// How often each way has its turn.
const TURNS: u32 = 5;

/// What a pass takes at least, so that a clock which stands still ends no turn late.
const TICK: Duration = Duration::from_nanos(1);

/// What it costs to open a file and look at its bytes.
///
/// ```
/// use std::time::Duration;
/// use zc_io::Stable;
/// use zc_io::probe::{Way, measure};
///
/// # let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
/// // SAFETY: nobody writes to the manifest while its examples run.
/// let stable = unsafe { Stable::assume() };
/// let ways = [Way::Map, Way::Whole];
/// let costs = measure(manifest.as_ref(), 100, &ways, stable, Duration::ZERO, &mut |_| ());
/// let read = |way| costs.of(way).map(|cost| cost.copies.read);
/// assert_eq!((read(Way::Map), read(Way::Whole)), (Some(0), Some(100)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Cost {
    /// The way that was taken.
    pub way: Way,
    /// How long it took, from opening to closing: the best of all passes, since whatever else runs
    /// on a machine only adds.
    pub time: Duration,
    /// What was copied.
    pub copies: Copies,
}

/// What the ways cost for so many bytes.
///
/// ```
/// use std::time::Duration;
/// use zc_io::Stable;
/// use zc_io::probe::{Way, measure};
///
/// # let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
/// // SAFETY: nobody writes to the manifest while its examples run.
/// let stable = unsafe { Stable::assume() };
/// let ways = [Way::Windows(64 << 10), Way::Whole];
/// let mut seen = 0;
/// let mut look = |bytes: &[u8]| seen += bytes.len();
/// let costs = measure(manifest.as_ref(), 100, &ways, stable, Duration::ZERO, &mut look);
/// assert!(costs.failed.is_empty() && ways.contains(&costs.best().unwrap().way));
/// assert!(seen >= 2 * 2 * 100, "each way passes twice at the least");
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Costs {
    /// How many bytes were looked at.
    pub len: usize,
    /// Each way that worked.
    pub costs: Vec<Cost>,
    /// Each way that did not, and why.
    pub failed: Vec<(Way, io::Error)>,
}

impl Costs {
    /// What a way cost, if it worked.
    #[must_use]
    pub fn of(&self, way: Way) -> Option<&Cost> {
        self.costs.iter().find(|cost| cost.way == way)
    }

    /// The way that took the least time.
    #[must_use]
    pub fn best(&self) -> Option<&Cost> {
        self.costs.iter().min_by_key(|cost| cost.time)
    }
}

/// Shows the first `len` bytes of a file to `look` by each of the `ways` in turn, several times, and
/// measures how long that takes.
///
/// A way has up to five turns, which together take about `budget`, or as long as two passes. What is
/// in the page cache before is up to the caller ([`residency::populate`](crate::residency::populate)).
/// `look` should touch every byte, since a map costs nothing until then, and do little else.
///
/// ```
/// use std::time::Duration;
/// use zc_io::Stable;
/// use zc_io::probe::{Way, measure};
///
/// // SAFETY: there is no such file that anybody could write to.
/// let stable = unsafe { Stable::assume() };
/// let nowhere = "/nowhere".as_ref();
/// let costs = measure(nowhere, 100, &[Way::Whole], stable, Duration::ZERO, &mut |_| ());
/// assert!(costs.best().is_none());
/// assert_eq!(costs.failed[0].1.kind(), std::io::ErrorKind::NotFound);
/// ```
///
/// # Copies
///
/// As [`Way::show`] for each pass.
pub fn measure(
    path: &Path,
    len: usize,
    ways: &[Way],
    stable: Stable,
    budget: Duration,
    look: &mut dyn FnMut(&[u8]),
) -> Costs {
    let mut costs = Costs { len, costs: Vec::new(), failed: Vec::new() };
    let mut pass = |way: Way| {
        let begun = Instant::now();
        let copies = way.show(path, len, stable, look)?;
        Ok(Cost { way, time: begun.elapsed().max(TICK), copies })
    };
    for &way in ways {
        // The first pass finds the code and the tables of pages cold, and is not counted.
        match pass(way).and_then(|_| pass(way)) {
            Ok(cost) => costs.costs.push(cost),
            Err(error) => costs.failed.push((way, error)),
        }
    }
    let mut left = vec![budget; costs.costs.len()];
    for turns in (1..=TURNS).rev() {
        for (cost, left) in costs.costs.iter_mut().zip(&mut left) {
            let turn = *left / turns;
            let mut spent = Duration::ZERO;
            while spent + cost.time <= turn
                && let Ok(again) = pass(cost.way)
            {
                spent += again.time;
                cost.time = cost.time.min(again.time);
            }
            *left = left.saturating_sub(spent);
        }
    }
    costs
}

/// Between which sizes one way becomes faster than another.
///
/// ```
/// use std::time::Duration;
/// use zc_io::Stable;
/// use zc_io::probe::{Crossing, Way, measure};
///
/// # let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
/// // SAFETY: nobody writes to the manifest while its examples run.
/// let stable = unsafe { Stable::assume() };
/// let ways = [Way::Map, Way::Whole];
/// let at = |len| measure(manifest.as_ref(), len, &ways, stable, Duration::ZERO, &mut |_| ());
/// let crossing = Crossing::of(Way::Map, Way::Whole, &[at(100), at(200)]);
/// // Whichever wins where, it was measured there.
/// assert!(crossing.wins_from.is_none_or(|len| len == 100 || len == 200));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Crossing {
    /// The largest size below at which it was not.
    pub loses_at: Option<usize>,
    /// The first size of the longest run of sizes at all of which it was faster; `None` if it never was.
    pub wins_from: Option<usize>,
    /// The last one of that run.
    pub wins_up_to: Option<usize>,
}

impl Crossing {
    /// Where `way` wins over `other`, of costs that were measured for growing sizes.
    #[must_use]
    pub fn of(way: Way, other: Way, costs: &[Costs]) -> Self {
        let compared: Vec<(usize, bool)> = costs
            .iter()
            .filter_map(|costs| Some((costs.len, costs.of(way)?.time < costs.of(other)?.time)))
            .collect();
        let mut found = Self::default();
        let mut longest = 0;
        let mut before = None;
        for run in compared.chunk_by(|a, b| a.1 == b.1) {
            let (first, last) = (run[0].0, run[run.len() - 1].0);
            if run[0].1 && run.len() > longest {
                longest = run.len();
                found = Self { loses_at: before, wins_from: Some(first), wins_up_to: Some(last) };
            }
            before = Some(last);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use zc_core::Copies;

    use super::{Cost, Costs, Crossing};
    use crate::probe::Way;

    /// Costs of a map and of `fs::read`, whose ratio in percent is given for each size.
    fn costs(percents: &[(usize, u64)]) -> Vec<Costs> {
        let cost = |way, percent| Cost {
            way,
            time: Duration::from_micros(percent),
            copies: Copies::default(),
        };
        percents
            .iter()
            .map(|&(len, percent)| Costs {
                len,
                costs: vec![cost(Way::Map, percent), cost(Way::Whole, 100)],
                failed: Vec::new(),
            })
            .collect()
    }

    #[track_caller]
    fn check(percents: &[(usize, u64)], expected: [Option<usize>; 3]) {
        let Crossing { loses_at, wins_from, wins_up_to } =
            Crossing::of(Way::Map, Way::Whole, &costs(percents));
        assert_eq!([loses_at, wins_from, wins_up_to], expected);
    }

    #[test]
    fn a_way_wins_from_the_first_size_of_its_longest_run() {
        check(&[(1, 200), (4, 120), (16, 60), (64, 40)], [Some(4), Some(16), Some(64)]);
        check(&[(1, 200), (4, 60), (16, 40), (64, 110)], [Some(1), Some(4), Some(16)]);
        check(&[(1, 90), (4, 120), (16, 60), (64, 40)], [Some(4), Some(16), Some(64)]);
    }

    #[test]
    fn a_way_that_always_or_never_wins_has_no_crossing() {
        check(&[(1, 60), (4, 60)], [None, Some(1), Some(4)]);
        check(&[(1, 100), (4, 200)], [None; 3]);
        check(&[], [None; 3]);
    }

    #[test]
    fn a_way_that_was_not_measured_is_not_compared() {
        let crossing = Crossing::of(Way::Direct, Way::Whole, &costs(&[(1, 50)]));
        assert_eq!(crossing, Crossing::default());
    }
}
