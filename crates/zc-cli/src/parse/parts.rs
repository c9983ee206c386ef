//! [`Parts`]: parts of a mapped file, read by several threads, with the order kept.
//!
//! Where a part begins is guessed: behind a line ending, at which most records begin. What was
//! read of a part is taken if all records before it ended just there, and is thrown away if one
//! reaches into it: then this thread reads on by itself, up to the next part that begins where a
//! record does. So the outcome is that of one thread alone, whatever the guesses were.

use std::num::NonZero;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use zc_core::{Position, Source, for_each_ordered};
use zc_io::{InputKind, Whole, Window, chunks};

use crate::parse::out::Held;
use crate::parse::reader::Reader;
use crate::parse::run::Run;
use crate::parse::worker::{Part, Worker};
use crate::signals::writing_lines;

/// How much one thread reads at a time, where there is nobody to wait for.
const STEP: usize = 8 << 20;

/// How long the parts of all threads are together that each has in work.
const IN_WORK: usize = 1 << 20;

/// How long a part is.
const LONGEST: usize = 256 << 10;
const SHORTEST: usize = 32 << 10;

/// How many times as long as its part what is held of it may be, and all together as those in work.
const MOST_HELD: usize = 8;

/// A mapped file that is read in parts.
pub(crate) struct Parts<'r, 's> {
    run: &'r mut Run<'s>,
    reader: Box<dyn Reader>,
    whole: Whole<'s>,
    bytes: &'s [u8],
    /// Bytes of the whole before those, and of the input before that.
    before: (usize, u64),
    /// How many bytes were read, and the place behind them.
    at: usize,
    position: Position,
    /// How many bytes were not enough for the record that begins there.
    tried: usize,
}

/// Why reading ended before the end of the input.
enum Ended {
    Stopped,
    Failed(anyhow::Error),
}

impl<'r, 's> Parts<'r, 's> {
    /// Of the `whole` of an input, which begins `before` bytes into it, what lies behind the first
    /// `begin` bytes, at which `reader` stands.
    pub(crate) fn new(
        run: &'r mut Run<'s>,
        reader: Box<dyn Reader>,
        (whole, begin): (Whole<'s>, usize),
        before: u64,
    ) -> Self {
        let bytes = &whole.bytes()[begin..];
        let (before, position) = ((begin, before), reader.position());
        Self { run, reader, whole, bytes, before, at: 0, position, tried: 0 }
    }

    /// Reads everything on `threads` threads, each with a reader that `make` makes; returns how
    /// many bytes were read.
    pub(crate) fn read(
        mut self,
        threads: NonZero<usize>,
        make: &(dyn Fn() -> Box<dyn Reader> + Sync),
    ) -> (usize, anyhow::Result<()>) {
        let outcome = if threads.get() == 1 { self.alone() } else { self.divided(threads, make) };
        let outcome = match outcome {
            Err(Ended::Failed(error)) => Err(error),
            Ok(()) | Err(Ended::Stopped) => self.run.finish(),
        };
        (self.at, outcome)
    }

    fn alone(&mut self) -> Result<(), Ended> {
        while self.at + self.tried < self.bytes.len() {
            self.read_to((self.at + self.tried.max(STEP / 2) * 2).min(self.bytes.len()))?;
        }
        Ok(())
    }

    fn divided(
        &mut self,
        threads: NonZero<usize>,
        make: &(dyn Fn() -> Box<dyn Reader> + Sync),
    ) -> Result<(), Ended> {
        let len = (IN_WORK / threads.get()).clamp(SHORTEST, LONGEST);
        let most = len.min(IN_WORK / threads.get()) * MOST_HELD;
        let (bytes, plan, style) = (self.bytes, self.run.session.plan, self.run.bad.style());
        let pool = Pool::default();
        let worker = || {
            let mut worker = Worker::new(plan, style, make(), bytes);
            let pool = &pool;
            move |range| {
                let held = pool.take().unwrap_or_else(|| Held::up_to(most));
                Ok(worker.read(range, held))
            }
        };
        for_each_ordered(ranges(bytes, len), threads, worker, |part| {
            pool.put(self.take(part)?);
            Ok(())
        })
    }

    /// Takes what was read of a part if it begins where all before it ended, and reads what is
    /// missing up to the end of it. Returns what may be used again.
    fn take(&mut self, part: Part<'s>) -> Result<Held, Ended> {
        let end = part.range.end;
        let is_next = part.range.start == self.at && self.reader.is_between_records();
        let held =
            if is_next && part.is_complete { self.accept(part)? } else { part.thrown_away() };
        self.read_to(end)?;
        Ok(held)
    }

    fn accept(&mut self, part: Part<'s>) -> Result<Held, Ended> {
        let Part { range, end, sums, bad, counts, mut held, is_stopped, .. } = part;
        let bytes = &self.bytes[range];
        let run = &mut *self.run;
        run.session.sink.sums += sums;
        if let (Some(counter), Some(mut counts)) = (&mut run.session.counter, counts) {
            counter.counts.merge(&mut counts);
        }
        let window = Window { bytes, offset: self.position.offset, is_last: false };
        let lines = writing_lines();
        run.report(bad, self.position, window)
            .and_then(|()| run.session.sink.release(&mut held, bytes))
            .map_err(|error| Ended::Failed(run.failed(error)))?;
        drop(lines);
        self.at += as_len(end.offset);
        self.position = end.behind(self.position);
        self.reader.restart(self.position);
        self.move_on();
        if is_stopped {
            self.run.is_stopped = true;
            return Err(Ended::Stopped);
        }
        Ok(held)
    }

    /// Reads on this thread what is missing up to `end`, unless it is a record that goes on
    /// behind that: then twice as much is awaited before the next try.
    fn read_to(&mut self, end: usize) -> Result<(), Ended> {
        let is_last = end == self.bytes.len();
        while self.at < end && (is_last || end - self.at >= 2 * self.tried) {
            let (bytes, offset) = (&self.bytes[self.at..end], self.position.offset);
            let window = Window { bytes, offset, is_last };
            let (used, outcome) = self.run.read(&mut *self.reader, window, InputKind::Map);
            self.at += used;
            self.position = self.reader.position();
            self.tried = if used == 0 { bytes.len() } else { 0 };
            self.move_on();
            outcome.map_err(Ended::Failed)?;
            if self.run.is_stopped {
                return Err(Ended::Stopped);
            }
            if used == 0 {
                break;
            }
        }
        Ok(())
    }

    /// Lets go of what was read.
    fn move_on(&mut self) {
        self.whole.release(self.before.0 + self.at);
        self.run.progress.at(self.before.1 + (self.before.0 + self.at) as u64);
    }
}

/// What was held, to be used again.
#[derive(Debug, Default)]
struct Pool(Mutex<Vec<Held>>);

impl Pool {
    fn take(&self) -> Option<Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn put(&self, held: Held) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(held);
    }
}

/// The parts of `bytes`, most of which end with a line.
fn ranges(bytes: &[u8], len: usize) -> impl Iterator<Item = Range<usize>> {
    let len = NonZero::new(len).expect("a part is not empty");
    let parts = chunks::split(bytes, b'\n', len).with_most(2 * len.get());
    parts.map(move |part| {
        let start = Source::new(bytes).offset_of(part).expect("it is a part of them");
        start..start + part.len()
    })
}

fn as_len(offset: u64) -> usize {
    usize::try_from(offset).expect("it lies in a slice")
}
