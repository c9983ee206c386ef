//! [`Case`]: what is measured, as data.

use serde::{Deserialize, Serialize};

use crate::answer::{Answer, Input};
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
