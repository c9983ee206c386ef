//! [`Constants`]: what the library goes by, held against what was measured.

use serde::Serialize;
use zc_io::probe::Costs;
use zc_io::{MAP_FROM, MAP_UP_TO, WINDOW_LEN};

use super::bench::{MAPPED, READ};
use super::units::ratio;

/// What the library goes by, and how well that does here.
#[derive(Debug, Serialize)]
pub(super) struct Constants {
    pub(super) map_from: u64,
    pub(super) map_up_to: u64,
    pub(super) window_bytes: usize,
    /// How many times as long as the better of map and reads their choice takes, where it is worst.
    pub(super) worst_ratio: Option<f64>,
    pub(super) worst_at_bytes: Option<usize>,
    pub(super) fit: Option<bool>,
}

impl Constants {
    /// A choice that takes up to a quarter longer than the better one is within what measuring for
    /// a few seconds can tell.
    const TOLERATED: f64 = 1.25;

    pub(super) fn against(costs: &[Costs]) -> Self {
        let ratios = costs.iter().filter_map(|costs| Some((costs.len, chosen_ratio(costs)?)));
        let worst = ratios.max_by(|a, b| a.1.total_cmp(&b.1));
        Self {
            map_from: MAP_FROM,
            map_up_to: MAP_UP_TO,
            window_bytes: WINDOW_LEN,
            worst_ratio: worst.map(|(_, ratio)| ratio),
            worst_at_bytes: worst.map(|(len, _)| len),
            fit: worst.map(|(_, ratio)| ratio <= Self::TOLERATED),
        }
    }
}

/// How many times as long as the better of map and reads the one takes that zc chooses.
fn chosen_ratio(costs: &Costs) -> Option<f64> {
    let (mapped, read) = (costs.of(MAPPED)?.time, costs.of(READ)?.time);
    let is_mapped = (MAP_FROM..=MAP_UP_TO).contains(&(costs.len as u64));
    let chosen = if is_mapped { mapped } else { read };
    Some(ratio(chosen, mapped.min(read)))
}
