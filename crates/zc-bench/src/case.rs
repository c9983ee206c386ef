//! [`Case`]: what is measured, as data.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use zc_core::Copies;

use crate::corpus::Corpus;
use crate::engine::Engine;
use crate::target::Target;

/// One thing to do, and several ways to do it.
#[derive(Debug)]
pub(crate) struct Case {
    /// The row of the table of targets, if it has one.
    pub(crate) row: Option<u8>,
    pub(crate) name: &'static str,
    /// What is done, in a few words.
    pub(crate) what: &'static str,
    pub(crate) corpus: Corpus,
    /// What [`Answer::items`] counts, in the singular.
    pub(crate) item: &'static str,
    pub(crate) figure: Figure,
    /// Ours is the first.
    pub(crate) engines: &'static [Engine],
    /// The answer, found in the plainest way.
    pub(crate) expected: fn(&Input) -> Answer,
    pub(crate) targets: &'static [Target],
}

/// What the ratios of a case compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Figure {
    /// Our rate over theirs, by the clock on the wall: more is better.
    Rate,
    /// Our processor time over theirs: less is better.
    Cpu,
}

/// A corpus that is there.
#[derive(Debug)]
pub(crate) struct Input {
    /// Its bytes; none where the engine makes them up.
    pub(crate) bytes: Vec<u8>,
    /// The file that holds them.
    pub(crate) path: PathBuf,
    /// How many bytes one run works on.
    pub(crate) len: u64,
}

/// What an engine found out; engines of a case must agree on it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    /// How many lines, records or bytes there were.
    pub(crate) items: u64,
    /// Something that differs when an item was read differently.
    pub(crate) sum: u64,
}

impl Answer {
    /// Takes one more item into account.
    #[inline(always)]
    pub(crate) fn add(&mut self, item: u64) {
        self.items += 1;
        self.sum = self.sum.wrapping_add(item);
    }
}

/// What one run returns.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Done {
    pub(crate) answer: Answer,
    /// What was copied, where the engine knows it.
    pub(crate) copies: Option<Copies>,
    /// The processor time of the work itself, where that is not all that the run spends.
    pub(crate) cpu: Option<Duration>,
}

impl Done {
    /// An answer with what was copied on the way.
    pub(crate) fn with_copies(answer: Answer, copies: Copies) -> Self {
        Self { answer, copies: Some(copies), cpu: None }
    }

    /// An answer that took so much processor time.
    pub(crate) fn with_cpu(answer: Answer, cpu: Duration) -> Self {
        Self { answer, copies: None, cpu: Some(cpu) }
    }
}

impl From<Answer> for Done {
    fn from(answer: Answer) -> Self {
        Self { answer, copies: None, cpu: None }
    }
}
