//! [`Answer`]: what an engine finds out about an [`Input`], and what that took.

use std::path::PathBuf;
use std::time::Duration;

use zc_core::Copies;

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
