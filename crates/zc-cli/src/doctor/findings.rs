//! [`Findings`]: all that was found, as people and programs are shown it.

use std::thread;
use std::time::Duration;

use serde::Serialize;
use zc_core::mask::Level;
use zc_io::probe::{Alignment, Answer, Costs, Crossing, FileSystem, Kernel, PipeSizes, Way};

use super::advice;
use super::bench::{MAPPED, READ, Subject};
use super::constants::Constants;
use crate::input::label;

/// What `--json` prints; the names are described in `docs/doctor.md`.
#[derive(Debug, Serialize)]
pub(super) struct Findings {
    pub(super) kernel: KernelFound,
    pub(super) processor: ProcessorFound,
    pub(super) file_system: FileSystemFound,
    pub(super) reading: Reading,
    pub(super) constants: Constants,
    pub(super) advice: Vec<String>,
}

/// What came of asking.
#[derive(Debug, Serialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub(super) enum Told<T> {
    Yes {
        #[serde(skip_serializing_if = "Option::is_none")]
        value: Option<T>,
    },
    No {
        why: String,
    },
    CannotTell {
        why: String,
    },
}

#[derive(Debug, Serialize)]
pub(super) struct KernelFound {
    pub(super) release: Told<String>,
    pub(super) page_bytes: usize,
    pub(super) openat2: Told<()>,
    pub(super) cachestat: Told<()>,
    pub(super) pipe: Told<Pipe>,
    pub(super) io_vectors: Told<usize>,
}

#[derive(Debug, Serialize)]
pub(super) struct Pipe {
    pub(super) default_bytes: usize,
    pub(super) granted_bytes: usize,
    pub(super) max_bytes: Option<usize>,
}

#[derive(Debug, Serialize)]
pub(super) struct ProcessorFound {
    pub(super) vectors: &'static str,
    pub(super) baseline: &'static str,
    pub(super) threads: Option<usize>,
}

#[derive(Debug, Serialize)]
pub(super) struct FileSystemFound {
    pub(super) kind: Told<String>,
    pub(super) large_folios: Told<u64>,
    pub(super) reflink: Told<()>,
    pub(super) copy_file_range: Told<()>,
    pub(super) sendfile: Told<()>,
    pub(super) splice: Told<()>,
    pub(super) direct: Told<Aligned>,
}

#[derive(Debug, Serialize)]
pub(super) struct Aligned {
    pub(super) memory_bytes: usize,
    pub(super) offset_bytes: usize,
}

/// What each way of reading cost.
#[derive(Debug, Serialize)]
pub(super) struct Reading {
    /// The directory in which a file was made, or the file that was named.
    pub(super) path: String,
    pub(super) is_made: bool,
    pub(super) costs: Vec<Row>,
    pub(super) not_measured: Vec<NotMeasured>,
    pub(super) map_loses_at: Option<usize>,
    pub(super) map_wins_from: Option<usize>,
    pub(super) map_wins_up_to: Option<usize>,
}

/// One way at one size.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    pub(super) bytes: usize,
    #[serde(flatten)]
    pub(super) way: NamedWay,
    pub(super) nanoseconds: u64,
    pub(super) gigabytes_per_second: f64,
    pub(super) copies_per_byte: f64,
    #[serde(skip)]
    pub(super) time: Duration,
}

/// A way that did not work at some size.
#[derive(Debug, Serialize)]
pub(super) struct NotMeasured {
    pub(super) bytes: usize,
    #[serde(flatten)]
    pub(super) way: NamedWay,
    pub(super) why: String,
}

/// A way by a name that stays.
#[derive(Debug, Serialize)]
pub(super) struct NamedWay {
    way: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    window_bytes: Option<usize>,
    #[serde(skip)]
    pub(super) is: Way,
}

impl Findings {
    pub(super) fn new(
        kernel: &Kernel,
        file_system: &FileSystem,
        subject: &Subject,
        costs: &[Costs],
    ) -> Self {
        let constants = Constants::against(costs);
        Self {
            advice: advice::of(file_system, costs, &constants),
            kernel: KernelFound::new(kernel),
            processor: ProcessorFound::look(),
            file_system: FileSystemFound::new(file_system),
            reading: Reading::new(subject, costs),
            constants,
        }
    }

    /// One object on one line.
    pub(super) fn to_json(&self) -> String {
        let mut json = serde_json::to_string(self).expect("structs of numbers and text");
        json.push('\n');
        json
    }
}

impl<T> Told<T> {
    /// An answer, with `show` made of what was found.
    fn of<A: Clone>(answer: &Answer<A>, show: impl FnOnce(A) -> Option<T>) -> Self {
        match answer {
            Answer::Yes(found) => Self::Yes { value: show(found.clone()) },
            Answer::No(why) => Self::No { why: why.clone() },
            Answer::CannotTell(why) => Self::CannotTell { why: why.clone() },
            _ => Self::CannotTell { why: "the answer has no name yet".to_owned() },
        }
    }
}

/// An answer that is no more than yes or no.
fn plainly(answer: &Answer) -> Told<()> {
    Told::of(answer, |()| None)
}

impl KernelFound {
    fn new(kernel: &Kernel) -> Self {
        let pipe = |PipeSizes { default, granted, max, .. }| {
            Some(Pipe { default_bytes: default, granted_bytes: granted, max_bytes: max })
        };
        Self {
            release: Told::of(&kernel.release, Some),
            page_bytes: kernel.page_len,
            openat2: plainly(&kernel.openat2),
            cachestat: plainly(&kernel.cachestat),
            pipe: Told::of(&kernel.pipe, pipe),
            io_vectors: Told::of(&kernel.io_vectors, Some),
        }
    }
}

impl ProcessorFound {
    fn look() -> Self {
        Self {
            vectors: Level::Detected.instructions(),
            baseline: Level::Baseline.instructions(),
            threads: thread::available_parallelism().ok().map(usize::from),
        }
    }
}

impl FileSystemFound {
    fn new(found: &FileSystem) -> Self {
        let aligned = |Alignment { memory, offset, .. }| {
            Some(Aligned { memory_bytes: memory, offset_bytes: offset })
        };
        Self {
            kind: Told::of(&found.kind, Some),
            large_folios: Told::of(&found.large_folios, Some),
            reflink: plainly(&found.reflink),
            copy_file_range: plainly(&found.copy_file_range),
            sendfile: plainly(&found.sendfile),
            splice: plainly(&found.splice),
            direct: Told::of(&found.direct, aligned),
        }
    }
}

impl Reading {
    fn new(subject: &Subject, costs: &[Costs]) -> Self {
        let (path, is_made) = match subject {
            Subject::Made { directory, .. } => (directory, true),
            Subject::Named { path, .. } => (path, false),
        };
        let Crossing { loses_at, wins_from, wins_up_to, .. } = Crossing::of(MAPPED, READ, costs);
        Self {
            path: label(Some(path)),
            is_made,
            costs: costs.iter().flat_map(rows).collect(),
            not_measured: costs.iter().flat_map(not_measured).collect(),
            map_loses_at: loses_at,
            map_wins_from: wins_from,
            map_wins_up_to: wins_up_to,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "rates for people")]
fn rows(costs: &Costs) -> impl Iterator<Item = Row> {
    costs.costs.iter().map(|cost| Row {
        bytes: costs.len,
        way: NamedWay::of(cost.way),
        nanoseconds: u64::try_from(cost.time.as_nanos()).unwrap_or(u64::MAX),
        gigabytes_per_second: costs.len as f64 / 1e9 / cost.time.as_secs_f64().max(1e-9),
        copies_per_byte: cost.copies.per_byte(costs.len as u64),
        time: cost.time,
    })
}

fn not_measured(costs: &Costs) -> impl Iterator<Item = NotMeasured> {
    costs.failed.iter().map(|(way, error)| NotMeasured {
        bytes: costs.len,
        way: NamedWay::of(*way),
        why: error.to_string(),
    })
}

impl NamedWay {
    fn of(way: Way) -> Self {
        let (name, window_bytes) = match way {
            Way::Map => ("map", None),
            Way::Guarded => ("guarded_map", None),
            Way::Windows(len) => ("windows", Some(len)),
            Way::Whole => ("whole", None),
            Way::Direct => ("direct", None),
            _ => ("other", None),
        };
        Self { way: name, window_bytes, is: way }
    }
}
