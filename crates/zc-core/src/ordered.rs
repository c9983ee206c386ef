//! [`for_each_ordered`]: work on several threads, results on one, in order.

use std::io;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, Scope, scope};
use std::vec::Vec;

/// How many chunks a thread has at a time, with their results: one in work and one on each side.
const AHEAD: usize = 3;

/// Has `threads` threads work on `chunks`, and hands the results to `consume` in order.
///
/// `worker` is called once on each thread and returns what works there, with whatever state and
/// buffers it keeps from chunk to chunk. `chunks` and `consume` run on the calling thread, and go
/// on while the others work. At most three chunks a thread are under way at a time, results that
/// wait for their turn included, so that memory is bounded however fast or slow one of them is.
/// With one thread nothing is spawned. Where the system starts no more threads, those that
/// there are do all the work, or the calling one.
///
/// ```
/// use std::num::NonZero;
///
/// let mut sums = Vec::new();
/// zc_core::for_each_ordered(
///     [1, 2, 3, 4, 5].chunks(2),
///     NonZero::new(2).expect("2 is not 0"),
///     || |chunk: &[u32]| Ok::<_, ()>(chunk.iter().sum::<u32>()),
///     |sum| {
///         sums.push(sum);
///         Ok(())
///     },
/// )
/// .expect("neither closure fails");
/// assert_eq!(sums, [3, 7, 5]);
/// ```
///
/// # Errors
///
/// The first error in the order of the chunks, whichever came first in time, of the worker or of
/// `consume`. All results before it were consumed, and none behind it. Chunks that others are
/// working on are finished and thrown away.
///
/// # Panics
///
/// If `worker`, what it returned, or `consume` does: with the same payload.
///
/// # Copies
///
/// Never: chunks and results are moved.
pub fn for_each_ordered<C, R, E, W>(
    chunks: impl IntoIterator<Item = C>,
    threads: NonZero<usize>,
    worker: impl Fn() -> W + Sync,
    mut consume: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E>
where
    C: Send,
    R: Send,
    E: Send,
    W: FnMut(C) -> Result<R, E>,
{
    let mut chunks = chunks.into_iter().peekable();
    scope(|scope| {
        // Chunk number n goes to lane n modulo their number, and its result is awaited there.
        let mut lanes = Vec::new();
        let most = if threads.get() == 1 { 0 } else { threads.get() };
        while lanes.len() < most
            && chunks.peek().is_some()
            && let Ok(mut lane) = Lane::spawn(scope, &worker)
        {
            lane.send(chunks.next().expect("it was just looked at"));
            lanes.push(lane);
        }
        if lanes.is_empty() && chunks.peek().is_some() {
            let mut work = worker();
            return chunks.try_for_each(|chunk| consume(work(chunk)?));
        }
        for _ in 1..AHEAD {
            lanes.iter_mut().zip(&mut chunks).for_each(|(lane, chunk)| lane.send(chunk));
        }
        let mut at = 0;
        while let Some(lane) = lanes.get_mut(at)
            && lane.under_way > 0
        {
            consume(lane.receive()?)?;
            if let Some(chunk) = chunks.next() {
                lane.send(chunk);
            }
            at = (at + 1) % lanes.len();
        }
        Ok(())
    })
}

/// A thread that works on one chunk after another.
struct Lane<C, R> {
    chunks: SyncSender<C>,
    results: Receiver<thread::Result<R>>,
    under_way: usize,
}

impl<C: Send, R: Send> Lane<C, R> {
    fn spawn<'scope, 'env, W: FnMut(C) -> R>(
        scope: &'scope Scope<'scope, 'env>,
        worker: &'scope (impl Fn() -> W + Sync),
    ) -> io::Result<Self>
    where
        C: 'scope,
        R: 'scope,
    {
        let (chunks, to_do) = sync_channel(AHEAD);
        let (done, results) = sync_channel(AHEAD);
        let run = move || {
            // A panic takes its turn as results do, so that an error before it is still returned.
            // What was left half done is dropped with the worker and seen by nobody.
            let outcome = catch_unwind(AssertUnwindSafe(|| {
                let mut work = worker();
                while let Ok(chunk) = to_do.recv()
                    && done.send(Ok(work(chunk))).is_ok()
                {}
            }));
            if let Err(payload) = outcome {
                drop(done.send(Err(payload)));
            }
        };
        thread::Builder::new().spawn_scoped(scope, run)?;
        Ok(Self { chunks, results, under_way: 0 })
    }

    /// Never waits: both channels have room for as many as are under way.
    fn send(&mut self, chunk: C) {
        // Where the thread has panicked, receiving says so.
        drop(self.chunks.send(chunk));
        self.under_way += 1;
    }

    fn receive(&mut self) -> R {
        self.under_way -= 1;
        match self.results.recv().expect("a thread answers each chunk, or by its panic") {
            Ok(result) => result,
            Err(payload) => resume_unwind(payload),
        }
    }
}
