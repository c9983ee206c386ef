//! [`Sink`]: what takes the values of a walk.

use core::ops::Range;

use super::Value;

/// What takes the values that were walked.
pub(super) trait Sink {
    /// Takes a value, with the range of its bytes; returns its number.
    fn push(&mut self, value: Value<Range<usize>>) -> usize;

    /// Takes the end of the aggregate `node`, with the number of values in it where that was not
    /// known before.
    fn close(&mut self, node: usize, streamed: Option<usize>);
}

/// Takes nothing.
#[derive(Debug)]
pub(super) struct Nothing;

impl Sink for Nothing {
    #[inline(always)]
    fn push(&mut self, _value: Value<Range<usize>>) -> usize {
        0
    }

    #[inline(always)]
    fn close(&mut self, _node: usize, _streamed: Option<usize>) {}
}
