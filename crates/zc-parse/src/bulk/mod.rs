//! [`Bulk`]: every record of an input that comes whole or in pieces, at the speed of masks.
//!
//! A piece is cut into windows that fit, with their masks, into the first-level cache. One vector
//! pass marks the stops of a window, then the grammar walks its records. The record that the
//! window cuts begins the next one; a record that does not fit gets a window of its own, as long
//! as its framer says.

mod ahead;
mod outcome;
mod place;
mod window;

pub use outcome::{Bad, Outcome, Parsed};

use core::mem;
use core::ops::ControlFlow::{self, Continue};

use zc_core::mask::{Level, MaskBuffer, Scanner, Slice};
use zc_core::{Frame, FrameError, Framer, Position, SliceExt};

use self::ahead::Ahead;
use self::window::{Extent, Rules, content_len, is_too_long, line_end};
use crate::{Error, Grammar};

/// Reads every record of an input that comes whole or in pieces.
///
/// A bad record is reported and passed over, and what follows is read again. Positions are
/// absolute, however the input is cut.
///
/// ```
/// use std::ops::ControlFlow::Continue;
/// use zc_parse::{Bulk, Kv};
///
/// let (mut keys, mut bad) = (Vec::new(), Vec::new());
/// let mut bulk = Bulk::new(Kv);
/// let input = b"a=1\nno pair\nb=2\nc";
/// let used = bulk.feed(input, |outcome| {
///     match outcome {
///         Ok(parsed) => keys.push(parsed.record.key),
///         Err(failed) => bad.push(failed.error.position().line),
///     }
///     Continue(())
/// });
/// assert_eq!((keys, bad), (vec![&b"a"[..], b"b"], vec![2]));
/// assert_eq!(used, input.len() - 1);
/// ```
#[derive(Debug)]
pub struct Bulk<G: Grammar> {
    grammar: G,
    masks: MaskBuffer,
    limit: usize,
    /// Where the next piece begins.
    position: Position,
    ahead: Ahead<G::Framer>,
    /// Where a record whose end was not found would have reached: up to there, lines are records.
    lines_until: u64,
}

impl<G: Grammar> Bulk<G> {
    /// The most bytes that a record may have, if nothing else is said: 16 MiB.
    pub const DEFAULT_LIMIT: usize = 16 << 20;

    /// Reads records of `grammar` from the beginning of an input.
    #[must_use]
    pub fn new(grammar: G) -> Self {
        Self {
            grammar,
            masks: MaskBuffer::new(),
            limit: Self::DEFAULT_LIMIT,
            position: Position::START,
            ahead: Ahead::Record,
            lines_until: 0,
        }
    }

    /// The same with masks made at a given level.
    ///
    /// ```
    /// use std::ops::ControlFlow::Continue;
    /// use zc_core::mask::Level;
    /// use zc_parse::{Bulk, Kv};
    ///
    /// for level in [Level::Portable, Level::Detected] {
    ///     let used = Bulk::new(Kv).with_level(level).finish(b"a=1\n", |outcome| {
    ///         assert_eq!(outcome.unwrap().record.value, b"1");
    ///         Continue(())
    ///     });
    ///     assert_eq!(used, 4);
    /// }
    /// ```
    #[must_use]
    pub fn with_level(mut self, level: Level) -> Self {
        self.masks = MaskBuffer::with_level(level);
        self
    }

    /// The same with at most `bytes` bytes a record, its line ending not counted: a longer one is
    /// a bad record.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use zc_parse::{Bulk, Kv};
    ///
    /// let mut outcomes = Vec::new();
    /// Bulk::new(Kv).with_limit(8).finish(b"a=1\nb=far too long\nc=3\n", |outcome| {
    ///     outcomes.push(outcome.map_or_else(|bad| bad.error.is_too_long(), |_| false));
    ///     ControlFlow::Continue(())
    /// });
    /// assert_eq!(outcomes, [false, true, false]);
    /// assert_eq!(Bulk::<Kv>::DEFAULT_LIMIT, 16 << 20);
    /// ```
    #[must_use]
    pub const fn with_limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    /// The same for an input whose beginning lies at `position` of a longer one.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use zc_core::Position;
    /// use zc_parse::{Bulk, Kv};
    ///
    /// // The second half of an input whose first half somebody else reads.
    /// let (first, second) = (b"a=1\nb=2\n", b"c=3\nbad\n");
    /// let mut bulk = Bulk::new(Kv).with_position(Position::START.after(first));
    /// bulk.finish(second, |outcome| {
    ///     if let Err(bad) = outcome {
    ///         assert_eq!(bad.error.position().line, 4);
    ///     }
    ///     ControlFlow::Continue(())
    /// });
    /// assert_eq!(bulk.position().offset, 16);
    ///
    /// bulk.restart(Position::START);
    /// assert_eq!(bulk.position(), Position::START);
    /// ```
    #[must_use]
    pub const fn with_position(mut self, position: Position) -> Self {
        self.position = position;
        self
    }

    /// The grammar, to be changed between two calls: what a header says about the records after
    /// it, for example.
    ///
    /// ```
    /// use std::ops::ControlFlow::{Break, Continue};
    /// use zc_parse::{Bulk, Csv};
    ///
    /// let mut bulk = Bulk::new(Csv::new());
    /// let mut width = 0;
    /// let input = b"id,name\n1,Ada\n2\n";
    /// let header = bulk.feed(input, |outcome| {
    ///     width = outcome.map_or(0, |parsed| parsed.record.len());
    ///     Break(())
    /// });
    /// *bulk.grammar_mut() = Csv::new().with_width(width);
    /// let mut good = Vec::new();
    /// bulk.finish(&input[header..], |outcome| {
    ///     good.push(outcome.is_ok());
    ///     Continue(())
    /// });
    /// assert_eq!(good, [true, false]);
    /// ```
    pub const fn grammar_mut(&mut self) -> &mut G {
        &mut self.grammar
    }

    /// Where the next piece begins.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.position
    }

    /// Whether the next piece begins with a record, and nothing that came before matters to it:
    /// another reader could go on from [`position`](Self::position) as well.
    ///
    /// ```
    /// use std::ops::ControlFlow::Continue;
    /// use zc_parse::{Bulk, Kv};
    ///
    /// let mut bulk = Bulk::new(Kv).with_limit(4);
    /// bulk.feed(b"a=1\n", |_| Continue(()));
    /// assert!(bulk.is_between_records());
    /// bulk.feed(b"b=too long", |_| Continue(()));
    /// assert!(!bulk.is_between_records(), "the rest of that line is passed over");
    /// ```
    #[must_use]
    pub const fn is_between_records(&self) -> bool {
        matches!(self.ahead, Ahead::Record | Ahead::Arriving(_)) && !self.is_by_line()
    }

    /// Begins anew with an input whose beginning lies at `position` of a longer one, whatever came
    /// before. Storage is used again.
    pub fn restart(&mut self, position: Position) {
        self.ahead = Ahead::Record;
        self.lines_until = 0;
        self.position = position;
    }

    /// Reads the whole records at the beginning of `piece` and returns how many bytes they take;
    /// what is left must begin the next piece, with more behind it.
    ///
    /// `visit` is called for each record in turn, and ends the reading after a record by
    /// [`ControlFlow::Break`]. A record that goes on beyond `piece` and is already longer than
    /// the limit is reported at once, and its bytes are used up, so that memory stays bounded.
    ///
    /// # Copies
    ///
    /// At most 63 bytes a piece, for the masks.
    #[inline]
    pub fn feed<'i>(
        &mut self,
        piece: &'i [u8],
        visit: impl FnMut(Outcome<'_, 'i, G>) -> ControlFlow<()>,
    ) -> usize {
        self.read(piece, Extent::Cut, visit)
    }

    /// Reads all records of `piece`, the last of the input: its last record needs no `\n`.
    ///
    /// Returns how many bytes were used: all, unless `visit` ended the reading.
    ///
    /// # Copies
    ///
    /// At most 63 bytes, for the masks.
    #[inline]
    pub fn finish<'i>(
        &mut self,
        piece: &'i [u8],
        visit: impl FnMut(Outcome<'_, 'i, G>) -> ControlFlow<()>,
    ) -> usize {
        self.read(piece, Extent::Last, visit)
    }

    /// Reads `piece`, of which `extent` says whether it is the last one.
    #[inline(always)]
    fn read<'i>(
        &mut self,
        piece: &'i [u8],
        extent: Extent,
        mut visit: impl FnMut(Outcome<'_, 'i, G>) -> ControlFlow<()>,
    ) -> usize {
        let mut used = 0;
        let mut framer = self.ahead.take_arriving();
        let mut record = G::Record::default();
        while used < piece.len() {
            let rest = &piece[used..];
            let next = match framer.take() {
                _ if self.ahead.is_passed_over() => Next::PassOver,
                _ if self.is_long_blank() => Next::LongBlank,
                _ if self.is_by_line() => self.line(rest, extent),
                None => Next::usual::<G>(rest, extent),
                Some(framer) => self.measured(framer, rest, extent),
            };
            let (read, flow) = match next {
                Next::Wait => break,
                Next::PassOver => (self.pass_over(rest), Continue(())),
                Next::LongBlank => match self.long_blank(rest) {
                    (read, None) => (read, Continue(())),
                    (read, Some(error)) => (read, visit(Err(Bad { error, raw: &rest[..read] }))),
                },
                Next::TooLong(len) => match self.too_long(&rest[..len]) {
                    (read, None) => (read, Continue(())),
                    (read, Some(error)) => (read, visit(Err(Bad { error, raw: &rest[..read] }))),
                },
                Next::Window(len, extent) => {
                    let Self { grammar, masks, limit, position, .. } = self;
                    let masks = masks.scan(grammar.stops(), rest, len);
                    let (window, ahead) = rest.split_at(len);
                    let rules = Rules { grammar: &*grammar, limit: *limit, ahead };
                    let place = (extent, position);
                    rules.read(window, masks, place, &mut record, &mut visit)
                }
            };
            used += read;
            if flow.is_break() {
                break;
            }
            // A record that does not fit into a window, or goes on behind the piece, is measured,
            // and so is one whose end a mistake may hide.
            let is_measured =
                |len| read < len && (read == 0 || len == rest.len() || G::FALLS_BACK_TO_LINES);
            if matches!(next, Next::Window(len, _) if is_measured(len)) {
                framer = Some(self.grammar.framer());
            }
        }
        used
    }

    /// What to do where the record at the beginning of `rest` is asked for its end.
    #[cold]
    fn measured(&mut self, mut framer: G::Framer, rest: &[u8], extent: Extent) -> Next {
        // No more of it than shows that it is too long, with its line ending.
        let rest = &rest[..rest.len().min(self.limit.saturating_add(4))];
        let framed = framer.frame(rest);
        let is_too_long = is_too_long(&framed, rest, self.limit);
        if is_too_long && G::FALLS_BACK_TO_LINES {
            self.lines_until = self.position.offset + self.limit as u64;
            return Next::TooLong(self.rest_of_line(rest, 0));
        }
        let len = match framed {
            Ok(Frame { len, .. }) => len,
            Err(FrameError::Malformed(mismatch)) if G::FALLS_BACK_TO_LINES => {
                self.lines_until = self.position.offset + mismatch.offset as u64 + 1;
                return self.line(rest, extent);
            }
            Err(FrameError::Malformed(mismatch)) => self.rest_of_line(rest, mismatch.offset),
            Err(_) if is_too_long => {
                self.ahead = Ahead::TooLong(framer);
                rest.len()
            }
            Err(_) if extent == Extent::Last => return self.last(framer, rest),
            Err(_) => {
                self.ahead = Ahead::Arriving(framer);
                return Next::Wait;
            }
        };
        if is_too_long { Next::TooLong(len) } else { Next::Window(len, Extent::One) }
    }

    /// What to do with the last record of the input, which has no line ending, or no end at all.
    fn last(&mut self, mut framer: G::Framer, rest: &[u8]) -> Next {
        if !G::FALLS_BACK_TO_LINES {
            return Next::Window(rest.len(), Extent::Last);
        }
        framer.discard(rest.len());
        if framer.frame(b"\n").is_ok() {
            return Next::Window(rest.len(), Extent::One);
        }
        self.lines_until = u64::MAX;
        self.line(rest, Extent::Last)
    }

    /// Behind the line of `rest` that holds `offset`, or all of it, where the line goes on.
    fn rest_of_line(&mut self, rest: &[u8], offset: usize) -> usize {
        line_end(rest, offset).unwrap_or_else(|| {
            self.ahead = Ahead::BadLine;
            rest.len()
        })
    }

    /// Whether records are judged line by line here.
    #[inline(always)]
    const fn is_by_line(&self) -> bool {
        G::FALLS_BACK_TO_LINES && self.position.offset < self.lines_until
    }

    /// What to do with the line at the beginning of `rest`.
    #[cold]
    fn line(&mut self, rest: &[u8], extent: Extent) -> Next {
        let mut newline = self.ahead.take_line();
        let len = match newline.frame(rest) {
            Ok(frame) => frame.len,
            Err(_) if content_len(rest) > self.limit => {
                self.ahead = Ahead::BadLine;
                rest.len()
            }
            Err(_) if extent == Extent::Last => rest.len(),
            Err(_) => {
                self.ahead = Ahead::Line(newline);
                return Next::Wait;
            }
        };
        if content_len(&rest[..len]) > self.limit {
            return Next::TooLong(len);
        }
        Next::Window(len, Extent::One)
    }

    /// Reports the record that `raw` holds, or as much of it as has arrived; returns how many bytes
    /// are passed over now.
    #[cold]
    fn too_long(&mut self, raw: &[u8]) -> (usize, Option<Error>) {
        if let Ahead::TooLong(framer) = &mut self.ahead {
            framer.discard(raw.len());
        }
        let start = self.position;
        self.position = start.after(raw);
        if !self.is_gap(raw) {
            return (raw.len(), Some(Error::too_long(start, self.limit)));
        }
        if self.ahead.is_passed_over() && raw.iter().all(|byte| *byte <= b' ') {
            self.ahead = Ahead::LongBlank(start);
        }
        (raw.len(), None)
    }

    #[inline(always)]
    const fn is_long_blank(&self) -> bool {
        matches!(self.ahead, Ahead::LongBlank(_))
    }

    /// Goes on in a line that is too long and so far blank: what comes first in it decides whether
    /// it is a record. Returns how many bytes are passed over, and the error if it is.
    #[cold]
    fn long_blank(&mut self, rest: &[u8]) -> (usize, Option<Error>) {
        let end = line_end(rest, 0);
        let line = &rest[..end.unwrap_or(rest.len())];
        let is_blank = line.iter().all(|byte| *byte <= b' ');
        let start = match mem::replace(&mut self.ahead, Ahead::BadLine) {
            Ahead::LongBlank(start) if !self.is_gap(line) => Some(start),
            Ahead::LongBlank(start) if is_blank && end.is_none() => {
                self.ahead = Ahead::LongBlank(start);
                None
            }
            _ => None,
        };
        if end.is_some() {
            self.ahead = Ahead::Record;
        }
        self.position = self.position.after(line);
        (line.len(), start.map(|start| Error::too_long(start, self.limit)))
    }

    /// Passes over what `rest` holds of a record that was reported.
    #[cold]
    fn pass_over(&mut self, rest: &[u8]) -> usize {
        let passed_over = self.ahead.pass_over(rest);
        self.position = self.position.after(&rest[..passed_over]);
        passed_over
    }

    /// Whether `rest`, which begins a record that is too long, is no record so far.
    fn is_gap(&self, rest: &[u8]) -> bool {
        let mut input = Scanner::new(rest, Slice::new(self.grammar.stops()));
        self.grammar.skip_gap(&mut input);
        input.is_at_end()
    }
}

/// What to do with what is left of a piece.
enum Next {
    /// Read a window of so many bytes.
    Window(usize, Extent),
    /// Report a record that is too long, of which so many bytes are there.
    TooLong(usize),
    /// Go on in a line that is too long and so far blank.
    LongBlank,
    /// Pass over what is left of one that was reported.
    PassOver,
    /// Wait for the rest of the record.
    Wait,
}

impl Next {
    /// A window of the usual length, or all that is left.
    #[inline(always)]
    fn usual<G: Grammar>(rest: &[u8], extent: Extent) -> Self {
        if rest.len() <= MaskBuffer::WINDOW {
            return Self::Window(rest.len(), extent);
        }
        let mut len = MaskBuffer::WINDOW;
        if !G::SPANS_LINES {
            len = rest[..len].rfind_byte(b'\n').map_or(len, |last| last + 1);
        }
        Self::Window(len, Extent::Cut)
    }
}
