//! One window: the grammar walks its records, and what is not whole is left.

use core::ops::ControlFlow::{self, Continue};

use zc_core::mask::{Find, Scanner};
use zc_core::{Frame, FrameError, Framer, Mismatch, Position, SliceExt};

use super::place::Places;
use super::{Bad, Outcome, Parsed};
use crate::{Error, Grammar};

/// What a window is a part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// Any bytes: its last record may go on behind it.
    Cut,
    /// Exactly one record, or one gap.
    One,
    /// All that is left of the input.
    Last,
}

/// What is the same for every window of a run.
#[derive(Debug)]
pub(super) struct Rules<'g, G> {
    pub(super) grammar: &'g G,
    pub(super) limit: usize,
}

impl<G: Grammar> Rules<'_, G> {
    /// Reads the records of `window`, which begins with one at `position`; the bytes that were
    /// read, and whether the visitor wants more.
    #[inline(always)]
    pub(super) fn read<'i, F: Find>(
        &self,
        window: &'i [u8],
        finder: F,
        (extent, position): (Extent, &mut Position),
        record: &mut G::Record<'i>,
        visit: &mut impl FnMut(Outcome<'_, 'i, G>) -> ControlFlow<()>,
    ) -> (usize, ControlFlow<()>) {
        let mut input = Scanner::new(window, finder);
        let mut places = Places::new(*position, window);
        let mut used = 0;
        let mut flow = Continue(());
        while flow.is_continue() {
            used = self.skip_gap(&mut input, used, extent);
            places.count_to(used);
            if input.is_at_end() {
                break;
            }
            let start = used;
            let outcome =
                self.grammar.parse(&mut input, record).and_then(|()| self.grammar.end(&mut input));
            if let Err(mismatch) = outcome {
                let offset = mismatch.offset.saturating_sub(start);
                let mismatch = Mismatch { offset, ..mismatch };
                let Some(bad) = self.bad(&window[start..], mismatch, extent) else { break };
                used = start + bad.len;
                input.set_offset(used);
                let place = places.at(start);
                flow = visit(Err(self.report(&bad, place, &window[start..used])));
            } else {
                used = input.offset();
                if used == window.len() && extent == Extent::Cut && !window.ends_with(b"\n") {
                    used = start;
                    break;
                }
                let raw = &window[start..used];
                flow = if raw.len() > self.limit && content_len(raw) > self.limit {
                    used = start + self.grammar.bad_len(raw, None).unwrap_or(raw.len());
                    input.set_offset(used);
                    let raw = &window[start..used];
                    visit(Err(Bad { error: Error::too_long(places.at(start), self.limit), raw }))
                } else {
                    visit(Ok(Parsed { record, raw, places: &mut places, start }))
                };
            }
            if !G::SPANS_LINES {
                places.count_line(used);
            }
            if extent == Extent::One {
                break;
            }
        }
        *position = places.at(used);
        (used, flow)
    }

    /// Moves to the next record, or as far as what is no record is surely over: of a gap that
    /// the window cuts, the last line may turn out to be a record.
    #[inline(always)]
    fn skip_gap<F: Find>(&self, input: &mut Scanner<'_, F>, start: usize, extent: Extent) -> usize {
        self.grammar.skip_gap(input);
        if input.is_at_end() && extent == Extent::Cut {
            let gap = &input.input()[start..];
            return start + gap.rfind_byte(b'\n').map_or(0, |last| last + 1);
        }
        input.offset()
    }

    /// The bad record at the beginning of `rest`; `None` while what follows may make it good.
    #[cold]
    fn bad(&self, rest: &[u8], mismatch: Mismatch, extent: Extent) -> Option<BadRecord> {
        let is_cut = extent == Extent::Cut;
        let framed = self.grammar.framer().frame(rest);
        if is_cut && framed.as_ref().is_err_and(FrameError::is_incomplete) {
            return None;
        }
        let is_too_long = is_too_long(&framed, rest, self.limit);
        let failed_at = (!is_too_long).then_some(mismatch.offset);
        let len = match self.grammar.bad_len(rest, failed_at) {
            Some(len) => len,
            None if is_cut => return None,
            None => rest.len(),
        };
        Some(BadRecord { len, error: if is_too_long { None } else { Some(mismatch) } })
    }

    #[cold]
    fn report<'i>(&self, bad: &BadRecord, place: Position, raw: &'i [u8]) -> Bad<'i> {
        let error = match bad.error {
            Some(mismatch) => Error::mismatch(place, raw, mismatch),
            None => Error::too_long(place, self.limit),
        };
        Bad { error, raw }
    }
}

/// A record that is reported as bad.
struct BadRecord {
    /// Bytes that are passed over.
    len: usize,
    /// What is wrong with it; `None` where it is too long.
    error: Option<Mismatch>,
}

/// Whether the record at the beginning of `rest`, which a framer looked at, has more than `limit`
/// bytes without its line ending.
pub(super) fn is_too_long(framed: &Result<Frame, FrameError>, rest: &[u8], limit: usize) -> bool {
    match framed {
        Ok(frame) => content_len(&rest[..frame.len]) > limit,
        Err(FrameError::Malformed(mismatch)) => mismatch.offset > limit,
        Err(_) => content_len(rest) > limit,
    }
}

/// The length of a record without its line ending, which at the end of the input may be `\r`.
fn content_len(raw: &[u8]) -> usize {
    raw.trim_line_ending().trim_carriage_return().len()
}
