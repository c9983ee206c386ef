//! Parsers of JSON that do their own vectors.

use serde::Deserialize;
use simd_json::Buffers;
use sonic_rs::PointerTree;
use zc_serde::Text;

use super::{Entry, Pair, each_line, weight};
use crate::answer::Done;

pub(super) fn all_by_sonic(line: &[u8]) -> Option<u64> {
    sonic_rs::from_slice::<Entry<Text<'_>, Text<'_>>>(line).ok().map(|entry| entry.weight())
}

pub(super) fn two_by_sonic(line: &[u8]) -> Option<u64> {
    sonic_rs::from_slice::<Pair<'_>>(line).ok().map(|pair| pair.weight())
}

/// The fields as they stand in the text, as ours are.
pub(super) fn two_by_get_many(bytes: &[u8]) -> Done {
    let mut tree = PointerTree::new();
    tree.add_path(["level"].iter());
    tree.add_path(["request", "status"].iter());
    each_line(bytes, |line| {
        let values = sonic_rs::get_many(line, &tree).ok()?;
        let [Some(level), Some(status)] = &values[..] else { return None };
        let level = level.as_raw_str().strip_prefix('"')?.strip_suffix('"')?;
        Some(weight(level.as_bytes(), status.as_raw_str().parse().ok()?))
    })
}

pub(super) fn all_by_simd_json(bytes: &[u8]) -> Done {
    let mut room = Room::default();
    each_line(bytes, |line| {
        room.read::<Entry<Text<'_>, Text<'_>>>(line).map(|entry| entry.weight())
    })
}

pub(super) fn two_by_simd_json(bytes: &[u8]) -> Done {
    let mut room = Room::default();
    each_line(bytes, |line| room.read::<Pair<'_>>(line).map(|pair| pair.weight()))
}

/// simd-json unescapes in place, so that each line is copied to where it may.
#[derive(Default)]
struct Room {
    line: Vec<u8>,
    buffers: Buffers,
}

impl Room {
    fn read<'r, T: Deserialize<'r>>(&'r mut self, line: &[u8]) -> Option<T> {
        self.line.clear();
        self.line.extend_from_slice(line);
        simd_json::serde::from_slice_with_buffers(&mut self.line, &mut self.buffers).ok()
    }
}
