//! [`for_each_part`]: parts of many lines each, read by several threads, with the order kept.

use std::iter;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, Scope};

use zc_core::mask::count_byte;

use super::{Lines, line_len};

/// How long a part is at least, unless it is the last: long beside what handing it over costs,
/// and short enough to be still in a cache after its lines were counted.
const PART: usize = 256 << 10;
/// How many parts a thread has at a time, with their results: one in work and one on each side.
const AHEAD: usize = 3;

/// Has `threads` threads read parts of `lines`, and hands the results to `consume` in order.
///
/// `worker` is called once on each thread, and returns what reads the parts there, with whatever
/// it keeps from part to part. Each part is so many whole lines, which know their places in the
/// whole input, so that results and errors are those of one thread alone. `consume` runs on the
/// calling thread. At most three parts a thread are under way at a time, results that wait for
/// their turn included: memory is bounded however fast or slow one of them is. With one thread
/// nothing is spawned.
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
/// The first error in the order of the parts, whichever came first in time, of the worker or of
/// `consume`. All results before it were consumed, and none behind it.
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
    mut consume: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E>
where
    R: Send,
    E: Send,
    W: FnMut(Lines<'de>) -> Result<R, E>,
{
    let mut parts = parts(lines);
    if threads.get() == 1 {
        let mut read = worker();
        return parts.try_for_each(|part| consume(read(part)?));
    }
    thread::scope(|scope| {
        // Part number n goes to lane n modulo their number, and its result is awaited there.
        let mut lanes = Vec::new();
        for _ in 0..AHEAD {
            for at in 0..threads.get() {
                let Some(part) = parts.next() else { break };
                if at == lanes.len() {
                    lanes.push(Lane::spawn(scope, &worker));
                }
                lanes[at].send(part);
            }
        }
        let mut at = 0;
        while let Some(lane) = lanes.get_mut(at)
            && lane.under_way > 0
        {
            consume(lane.receive()?)?;
            if let Some(part) = parts.next() {
                lane.send(part);
            }
            at = (at + 1) % lanes.len();
        }
        Ok(())
    })
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

/// A thread that reads one part after another.
struct Lane<P, R> {
    parts: SyncSender<P>,
    results: Receiver<thread::Result<R>>,
    under_way: usize,
}

impl<P: Send, R: Send> Lane<P, R> {
    fn spawn<'scope, 'env, W: FnMut(P) -> R>(
        scope: &'scope Scope<'scope, 'env>,
        worker: &'scope (impl Fn() -> W + Sync),
    ) -> Self
    where
        P: 'scope,
        R: 'scope,
    {
        let (parts, to_do) = sync_channel(AHEAD);
        let (done, results) = sync_channel(AHEAD);
        scope.spawn(move || {
            // A panic takes its turn as results do, so that an error before it is still returned.
            // What was left half done is dropped with the worker and seen by nobody.
            let outcome = catch_unwind(AssertUnwindSafe(|| {
                let mut read = worker();
                while let Ok(part) = to_do.recv()
                    && done.send(Ok(read(part))).is_ok()
                {}
            }));
            if let Err(payload) = outcome {
                drop(done.send(Err(payload)));
            }
        });
        Self { parts, results, under_way: 0 }
    }

    /// Never waits: both channels have room for as many as are under way.
    fn send(&mut self, part: P) {
        // A thread that has ended by a panic takes nothing more; its payload is on the way.
        drop(self.parts.send(part));
        self.under_way += 1;
    }

    fn receive(&mut self) -> R {
        self.under_way -= 1;
        match self.results.recv().expect("a thread ends with its payload") {
            Ok(result) => result,
            Err(payload) => resume_unwind(payload),
        }
    }
}
