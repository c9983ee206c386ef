//! The engines of a case take turns: A B C, B C A, C A B, …

use std::time::{Duration, Instant};

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::engine::Work;
use crate::processor::{self, Whose};
use crate::stats::five_digits;

/// How much work one measurement is, at least.
const LEAST: Duration = Duration::from_millis(50);

/// What a case may take, beyond a number of rounds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Effort {
    /// No round begins later, if there were enough of them.
    limit: Duration,
    enough: usize,
}

impl Effort {
    /// All rounds, however long they take.
    pub(crate) const FULL: Self = Self { limit: Duration::MAX, enough: 0 };
    /// Three rounds, and more as long as that takes less than 20 seconds.
    pub(crate) const LIMITED: Self = Self { limit: Duration::from_secs(20), enough: 3 };
}

/// The cost of one run of an engine, in seconds: the mean of the runs of one round.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sample {
    #[serde(with = "five_digits")]
    pub(crate) wall: f64,
    #[serde(with = "five_digits")]
    pub(crate) cpu: f64,
}

/// An engine, made ready, and how it is timed.
pub(crate) struct Runner<'i> {
    pub(crate) work: Work<'i>,
    pub(crate) spends: Whose,
    /// How long the first run took.
    pub(crate) once: Duration,
}

/// Times each of `runners` once a round, and returns what its runs cost, round by round.
pub(crate) fn alternate(
    runners: &mut [Runner<'_>],
    rounds: u32,
    effort: Effort,
) -> Result<Vec<Vec<Sample>>> {
    let mut counts = Vec::new();
    for runner in &mut *runners {
        // The first run of a short one was cold.
        let is_long = runner.once > 4 * LEAST;
        counts.push(if is_long { 1 } else { count(runner.sample(1)?.wall) });
    }
    let mut samples = vec![Vec::new(); runners.len()];
    let start = Instant::now();
    for round in 0..rounds as usize {
        if round >= effort.enough && start.elapsed() >= effort.limit {
            break;
        }
        for turn in order(round, runners.len()) {
            samples[turn].push(runners[turn].sample(counts[turn])?);
        }
    }
    Ok(samples)
}

/// How many runs make up enough work, if one takes `once` seconds.
fn count(once: f64) -> u32 {
    let runs = (LEAST.as_secs_f64() / once.max(1e-9)).ceil();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 5e7")]
    let runs = runs as u32;
    runs.max(1)
}

/// Each round begins with another engine.
fn order(round: usize, engines: usize) -> impl Iterator<Item = usize> {
    (0..engines).map(move |turn| (round + turn) % engines)
}

impl Runner<'_> {
    fn sample(&mut self, count: u32) -> Result<Sample> {
        let (cpu, wall) = (processor::time(self.spends)?, Instant::now());
        let mut told = None;
        for _ in 0..count {
            let done = std::hint::black_box((self.work)()?);
            if let Some(cpu) = done.cpu {
                *told.get_or_insert(Duration::ZERO) += cpu;
            }
        }
        let wall = wall.elapsed();
        let cpu = match told {
            Some(cpu) => cpu,
            None => processor::time(self.spends)?.saturating_sub(cpu),
        };
        let one = |all: Duration| all.as_secs_f64() / f64::from(count);
        Ok(Sample { wall: one(wall), cpu: one(cpu) })
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::time::Duration;

    use super::{Effort, Runner, alternate, count, order};
    use crate::answer::{Answer, Done};
    use crate::processor::Whose;

    #[test]
    fn engines_take_turns_and_each_begins_in_its_turn() {
        let rounds: Vec<Vec<_>> = (0..4).map(|round| order(round, 3).collect()).collect();
        assert_eq!(rounds, [[0, 1, 2], [1, 2, 0], [2, 0, 1], [0, 1, 2]]);
    }

    #[test]
    fn a_measurement_is_at_least_50_ms_of_work() {
        assert_eq!([count(0.1), count(0.02), count(0.0)], [1, 3, 50_000_000]);
    }

    #[test]
    fn what_a_run_says_that_it_spent_counts_and_nothing_else() {
        let answer = Answer::default();
        let work = Box::new(move || Ok(Done::with_cpu(answer, Duration::from_secs(3))));
        let mut runner = Runner { work, spends: Whose::Own, once: Duration::ZERO };
        assert_eq!(runner.sample(2).unwrap().cpu, 3.0);
    }

    #[test]
    fn every_engine_is_timed_once_a_round() {
        let calls = RefCell::new(Vec::new());
        let runner = |name: char| Runner {
            work: Box::new({
                let calls = &calls;
                move || {
                    std::thread::sleep(super::LEAST);
                    calls.borrow_mut().push(name);
                    Ok(Answer::default().into())
                }
            }),
            spends: Whose::Own,
            once: Duration::ZERO,
        };
        let samples = alternate(&mut [runner('a'), runner('b')], 3, Effort::FULL).unwrap();
        assert_eq!(samples.iter().map(Vec::len).collect::<Vec<_>>(), [3, 3]);
        assert_eq!(calls.into_inner().iter().collect::<String>(), "ababbaab");
    }

    #[test]
    fn where_time_is_up_there_are_still_enough_rounds() {
        let effort = Effort { limit: Duration::ZERO, enough: 3 };
        let work = Box::new(|| Ok(Answer::default().into()));
        let mut runner = [Runner { work, spends: Whose::Own, once: Duration::MAX }];
        assert_eq!(alternate(&mut runner, 9, effort).unwrap()[0].len(), 3);
        assert_eq!(alternate(&mut runner, 2, effort).unwrap()[0].len(), 2);
        assert_eq!(alternate(&mut runner, 9, Effort::FULL).unwrap()[0].len(), 9);
    }
}
