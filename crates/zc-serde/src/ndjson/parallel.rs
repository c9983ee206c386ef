//! [`for_each_part`]: parts of many lines each, read by several threads, with the order kept.

use std::iter;
use std::num::NonZero;

use zc_core::for_each_ordered;
use zc_core::mask::count_byte;

use super::{Lines, line_len};

/// How long a part is at least, unless it is the last: long beside what handing it over costs,
/// and short enough to be still in a cache after its lines were counted.
const PART: usize = 256 << 10;

/// Has `threads` threads read parts of `lines`, and hands the results to `consume` in order.
///
/// `worker`, `consume`, threads and memory are as of [`for_each_ordered`]. Each part is so many
/// whole lines, which know their places in the whole input, so that results and errors are those
/// of one thread alone.
///
/// ```
/// use std::num::NonZero;
/// use zc_serde::ndjson::{Lines, Record, for_each_part};
///
/// let input = b"1\n2\nx\n4\n";
/// let (mut sum, mut errors) = (0, Vec::new());
/// for_each_part(
///     &Lines::new(input),
///     NonZero::new(2).expect("2 is not 0"),
///     || |lines: Lines<'_>| Ok::<_, ()>(lines.records::<u64>().collect::<Vec<_>>()),
///     |records| {
///         for record in records {
///             match record {
///                 Ok(Record { value, .. }) => sum += value,
///                 Err(error) => errors.push(error.to_string()),
///             }
///         }
///         Ok(())
///     },
/// )
/// .expect("neither closure fails");
/// assert_eq!((sum, errors), (7, vec!["line 3, column 1 (byte 4): expected value".to_owned()]));
/// ```
///
/// # Errors
///
/// The first error in the order of the parts, as of [`for_each_ordered`].
///
/// # Panics
///
/// If `worker`, what it returned, or `consume` does: with the same payload.
///
/// # Copies
///
/// Never; the calling thread counts the line endings.
pub fn for_each_part<'de, R, E, W>(
    lines: &Lines<'de>,
    threads: NonZero<usize>,
    worker: impl Fn() -> W + Sync,
    consume: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E>
where
    R: Send,
    E: Send,
    W: FnMut(Lines<'de>) -> Result<R, E>,
{
    for_each_ordered(parts(lines), threads, worker, consume)
}

/// Divides `lines`; each part begins where the one before it ends.
fn parts<'de>(lines: &Lines<'de>) -> impl Iterator<Item = Lines<'de>> + use<'de> {
    let limit = lines.limit();
    let (mut rest, mut position) = (lines.rest(), lines.position());
    iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        // A `\n` may be the last of the bytes that make the part long enough.
        let len = match rest.get(PART - 1..) {
            Some(behind) => PART - 1 + line_len(behind),
            None => rest.len(),
        };
        let part = Lines::starting_at(&rest[..len], position).with_limit(limit);
        // Only the last part may lack its line ending, and nothing begins behind it.
        position.line += count_byte(&rest[..len], b'\n') as u64;
        position.offset += len as u64;
        position.column = 1;
        rest = &rest[len..];
        Some(part)
    })
}
