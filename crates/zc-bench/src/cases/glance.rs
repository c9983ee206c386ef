//! What a field counts for in an answer, at the least cost that still looks at its bytes.

/// The length of `field` and its last byte: a field that was cut elsewhere, or not unescaped,
/// mostly counts for something else.
#[inline(always)]
pub(super) fn glance(field: &[u8]) -> u64 {
    let last = field.last().map_or(0, |&last| u64::from(last));
    field.len() as u64 + (last << 16)
}
