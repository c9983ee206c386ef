//! [`Report`]: the figures of a case, from which the table is printed and the JSON written.

use serde::{Deserialize, Serialize};
use zc_core::Copies;

use crate::answer::{Answer, Done, Input};
use crate::case::{Case, Figure};
use crate::rounds::Sample;
use crate::stats::{Summary, five_digits};
use crate::target::{Target, Verdict};

/// The figures of a case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Report {
    pub(crate) row: Option<u8>,
    pub(crate) name: String,
    pub(crate) what: String,
    /// Bytes that one run works on.
    pub(crate) bytes: u64,
    pub(crate) items: u64,
    pub(crate) item: String,
    pub(crate) figure: Figure,
    /// Ours is the first.
    pub(crate) engines: Vec<Figures>,
    pub(crate) verdicts: Vec<Verdict>,
    /// Engines that could not run, and why.
    pub(crate) skipped: Vec<String>,
}

/// The figures of an engine.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Figures {
    pub(crate) name: String,
    pub(crate) gigabytes_per_second: Summary,
    pub(crate) nanoseconds_per_item: Summary,
    pub(crate) cpu_seconds_per_gigabyte: Summary,
    /// Ours to this one, by the figure of the case.
    pub(crate) ratio: Summary,
    /// In one run, where the work is done in this process.
    pub(crate) allocations: Option<u64>,
    pub(crate) copies: Option<CopyFigures>,
    /// Round by round.
    pub(crate) samples: Vec<Sample>,
}

/// What one run copied, in bytes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CopyFigures {
    pub(crate) read: u64,
    pub(crate) decode: u64,
    pub(crate) encode: u64,
    pub(crate) write: u64,
    #[serde(with = "five_digits")]
    pub(crate) per_byte: f64,
}

/// What was measured of an engine.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) name: &'static str,
    pub(crate) done: Done,
    pub(crate) allocations: Option<u64>,
    pub(crate) samples: Vec<Sample>,
}

impl Report {
    /// The figures of `measured`, of which ours is the first.
    pub(crate) fn new(
        case: &Case,
        input: &Input,
        measured: Vec<Measured>,
        skipped: Vec<String>,
    ) -> Self {
        let ours = measured.first().map(|ours| ours.samples.clone()).unwrap_or_default();
        let items = measured.first().map_or(0, |ours| ours.done.answer.items);
        let engines: Vec<_> = measured
            .into_iter()
            .map(|it| {
                let ratio = ratio(case.figure, &ours, &it.samples);
                Figures::new(it, ratio, input.len)
            })
            .collect();
        let mut report = Self {
            row: case.row,
            name: case.name.to_owned(),
            what: case.what.to_owned(),
            bytes: input.len,
            items,
            item: case.item.to_owned(),
            figure: case.figure,
            engines,
            verdicts: Vec::new(),
            skipped,
        };
        report.judge(case.targets);
        report
    }

    /// Holds the figures against `targets`, which may be others than when they were measured.
    pub(crate) fn judge(&mut self, targets: &[Target]) {
        let ratio_to = |name| self.engine(name).map(|it| it.ratio);
        self.verdicts = targets.iter().map(|it| it.judge(ratio_to(it.of))).collect();
    }

    /// How often each engine was timed.
    pub(crate) fn rounds(&self) -> usize {
        self.engines.first().map_or(0, |ours| ours.samples.len())
    }

    /// The figures of the engine called `name`.
    pub(crate) fn engine(&self, name: &str) -> Option<&Figures> {
        self.engines.iter().find(|it| it.name == name)
    }
}

/// Ours to theirs, round by round.
fn ratio(figure: Figure, ours: &[Sample], theirs: &[Sample]) -> Summary {
    let wall = |samples: &[Sample]| samples.iter().map(|it| it.wall).collect::<Vec<_>>();
    let cpu = |samples: &[Sample]| samples.iter().map(|it| it.cpu).collect::<Vec<_>>();
    match figure {
        // The shorter the time, the higher the rate.
        Figure::Rate => Summary::of_ratios(wall(theirs), wall(ours)),
        Figure::Cpu => Summary::of_ratios(cpu(ours), cpu(theirs)),
    }
}

impl Figures {
    #[expect(clippy::cast_precision_loss, reason = "rates for people")]
    fn new(measured: Measured, ratio: Summary, bytes: u64) -> Self {
        let Measured { name, done, allocations, samples } = measured;
        let Done { answer: Answer { items, .. }, copies, .. } = done;
        let (gigabytes, items) = (bytes as f64 / 1e9, items.max(1) as f64);
        Self {
            name: name.to_owned(),
            gigabytes_per_second: Summary::of(samples.iter().map(|it| gigabytes / it.wall)),
            nanoseconds_per_item: Summary::of(samples.iter().map(|it| it.wall * 1e9 / items)),
            cpu_seconds_per_gigabyte: Summary::of(samples.iter().map(|it| it.cpu / gigabytes)),
            ratio,
            allocations,
            copies: copies.map(|it| CopyFigures::new(it, bytes)),
            samples,
        }
    }
}

impl CopyFigures {
    fn new(copies: Copies, bytes: u64) -> Self {
        let Copies { read, decode, encode, write } = copies;
        Self { read, decode, encode, write, per_byte: copies.per_byte(bytes) }
    }
}

#[cfg(test)]
mod tests {
    use super::ratio;
    use crate::case::Figure;
    use crate::rounds::Sample;

    fn samples(costs: [(f64, f64); 3]) -> Vec<Sample> {
        costs.map(|(wall, cpu)| Sample { wall, cpu }).to_vec()
    }

    #[test]
    fn a_rate_is_better_when_higher_and_processor_time_when_lower() {
        let ours = samples([(1.0, 3.0), (10.0, 3.0), (1.0, 3.0)]);
        let theirs = samples([(2.0, 6.0), (20.0, 6.0), (9.0, 1.0)]);
        assert_eq!(ratio(Figure::Rate, &ours, &theirs).median, 2.0);
        assert_eq!(ratio(Figure::Cpu, &ours, &theirs).median, 0.5);
    }
}
