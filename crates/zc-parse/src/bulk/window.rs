//! One window: the grammar walks its records, and what is not whole is left.

use core::ops::ControlFlow::{self, Continue};
use core::ops::Range;

use zc_core::mask::{Find, Scanner, prefetch};
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

/// What is the same for every record of a window.
#[derive(Debug)]
pub(super) struct Rules<'g, G> {
    pub(super) grammar: &'g G,
    pub(super) limit: usize,
    /// What lies behind the window, of which the next one is made.
    pub(super) ahead: &'g [u8],
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
            self.grammar.skip_gap(&mut input);
            if input.offset() > used {
                used = end_gap(window, used..input.offset(), extent);
                places.count_to(used);
            }
            if input.is_at_end() {
                break;
            }
            let start = used;
            let outcome =
                self.grammar.parse(&mut input, record).and_then(|()| self.grammar.end(&mut input));
            used = input.offset();
            prefetch(self.ahead.get(start..used).unwrap_or_default());
            let raw = window.get(start..used).unwrap_or_default();
            let is_plain = used < window.len() && raw.len() <= self.limit;
            let judged = match outcome {
                Ok(()) if is_plain => Judged::Good,
                _ => self.judge(&window[start..], outcome, (start, used), extent),
            };
            flow = match judged {
                Judged::Good => visit(Ok(Parsed { record, raw, places: &mut places, start })),
                Judged::Bad(bad) => {
                    used = start + bad.len;
                    input.set_offset(used);
                    visit(Err(self.report(&bad, places.at(start), &window[start..used])))
                }
                Judged::Cut => {
                    used = start;
                    break;
                }
            };
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

    #[cold]
    fn judge(
        &self,
        rest: &[u8],
        outcome: Result<(), Mismatch>,
        (start, end): (usize, usize),
        extent: Extent,
    ) -> Judged {
        if let Err(mismatch) = outcome {
            let offset = mismatch.offset.saturating_sub(start);
            return match self.bad(rest, Mismatch { offset, ..mismatch }, extent) {
                Some(bad) => Judged::Bad(bad),
                None => Judged::Cut,
            };
        }
        let raw = &rest[..end - start];
        if raw.len() == rest.len() && extent == Extent::Cut && !rest.ends_with(b"\n") {
            return Judged::Cut;
        }
        if content_len(raw) <= self.limit {
            return Judged::Good;
        }
        if G::FALLS_BACK_TO_LINES {
            return Judged::Cut;
        }
        Judged::Bad(BadRecord { len: raw.len(), error: None })
    }

    /// The bad record at the beginning of `rest`; `None` where the window does not tell how much
    /// of it is passed over.
    #[cold]
    fn bad(&self, rest: &[u8], mismatch: Mismatch, extent: Extent) -> Option<BadRecord> {
        let framed = self.grammar.framer().frame(rest);
        let is_too_long = is_too_long(&framed, rest, self.limit);
        if is_too_long && G::FALLS_BACK_TO_LINES {
            return None;
        }
        let len = match (framed, extent) {
            (Ok(frame), _) => frame.len,
            (Err(_), _) if G::FALLS_BACK_TO_LINES && extent != Extent::One => return None,
            (Err(FrameError::Malformed(_)), _) => match line_end(rest, mismatch.offset) {
                None if extent == Extent::Cut => return None,
                end => end.unwrap_or(rest.len()),
            },
            (Err(_), Extent::Cut) => return None,
            (Err(_), _) => rest.len(),
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

/// What is to be done with what a grammar read, or could not read.
enum Judged {
    Good,
    Bad(BadRecord),
    /// The window does not tell.
    Cut,
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

/// Behind the line that holds `offset`, if its end is there.
pub(super) fn line_end(rest: &[u8], offset: usize) -> Option<usize> {
    let offset = offset.min(rest.len());
    rest[offset..].find_byte(b'\n').map(|at| offset + at + 1)
}

/// Where a gap is surely over: of one that the window cuts, the last line may be a record.
#[cold]
fn end_gap(window: &[u8], gap: Range<usize>, extent: Extent) -> usize {
    if gap.end == window.len() && extent == Extent::Cut {
        return gap.start + window[gap].rfind_byte(b'\n').map_or(0, |last| last + 1);
    }
    gap.end
}

/// The length of a record without its line ending, which at the end of the input may be `\r`.
pub(super) fn content_len(raw: &[u8]) -> usize {
    raw.trim_line_ending().trim_carriage_return().len()
}
