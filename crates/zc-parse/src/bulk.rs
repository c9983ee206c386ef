//! [`Bulk`]: every record of an input that comes whole or in pieces, at the speed of masks.
//!
//! A piece is cut into windows of whole records that fit, with their masks, into the first-level
//! cache. One vector pass marks the stops of a window, then the grammar walks its records. A
//! record that does not fit gets a window of its own.

use core::ops::ControlFlow::{self, Continue};

use zc_core::mask::{Expected, Find, Level, MaskBuffer, Mismatch, Scanner, Slice};
use zc_core::{Position, SliceExt};

use crate::framing::Newline;
use crate::{Error, Grammar};

const WINDOW: usize = MaskBuffer::WINDOW;

/// A record that a grammar read.
#[derive(Debug)]
pub struct Parsed<'r, 'i, R> {
    /// The record; it may be taken, or left to be used again for the next one.
    pub record: &'r mut R,
    /// Its bytes, with the line ending.
    pub raw: &'i [u8],
    /// Where it begins in the input.
    pub position: Position,
}

/// A record that a grammar could not read.
#[derive(Debug)]
pub struct Bad<'i> {
    /// Where and why.
    pub error: Error,
    /// Its bytes, with the line ending; of a record that is too long, those that were there.
    pub raw: &'i [u8],
}

/// What became of one record of the grammar `G`.
pub type Outcome<'r, 'i, G> = Result<Parsed<'r, 'i, <G as Grammar>::Record<'i>>, Bad<'i>>;

/// Reads every record of an input that comes whole or in pieces.
///
/// A bad record is reported and passed over, and the next line is a record again. Positions are
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
pub struct Bulk<G> {
    grammar: G,
    masks: MaskBuffer,
    limit: usize,
    /// Where the next piece begins.
    position: Position,
    /// Whether the input stands inside a record that was reported as too long.
    is_skipping: bool,
    /// Bytes at the beginning of the next piece that are known to hold no line ending.
    searched: usize,
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
            is_skipping: false,
            searched: 0,
        }
    }

    /// The same with masks made at a given level.
    #[must_use]
    pub fn with_level(mut self, level: Level) -> Self {
        self.masks = MaskBuffer::with_level(level);
        self
    }

    /// The same with at most `bytes` bytes a record, its line ending not counted: a longer one is
    /// a bad record.
    #[must_use]
    pub const fn with_limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    /// Where the next piece begins.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.position
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
        mut visit: impl FnMut(Outcome<'_, 'i, G>) -> ControlFlow<()>,
    ) -> usize {
        let searched = self.searched.min(piece.len());
        let whole = match Newline::whole_records(&piece[searched..]) {
            0 => 0,
            len => searched + len,
        };
        self.searched = 0;
        let (used, flow) = self.windows(piece, whole, &mut visit);
        let rest = &piece[used..];
        if flow.is_break() {
            return used;
        }
        if rest.trim_carriage_return().len() <= self.limit && !self.is_skipping {
            self.searched = rest.len();
            return used;
        }
        if !self.is_skipping {
            self.is_skipping = true;
            if self.is_gap(rest) {
                self.position = self.position.after(rest);
                return piece.len();
            }
            // Nothing is read after this record, so there is nothing to break off.
            let _ = visit(Err(self.too_long(rest)));
        }
        self.position = self.position.after(rest);
        piece.len()
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
        mut visit: impl FnMut(Outcome<'_, 'i, G>) -> ControlFlow<()>,
    ) -> usize {
        self.windows(piece, piece.len(), &mut visit).0
    }

    /// Reads the records of `piece[..end]`, window by window.
    #[inline(always)]
    fn windows<'i>(
        &mut self,
        piece: &'i [u8],
        end: usize,
        visit: &mut impl FnMut(Outcome<'_, 'i, G>) -> ControlFlow<()>,
    ) -> (usize, ControlFlow<()>) {
        let mut used = self.skip_rest_of_long_record(&piece[..end]);
        let mut record = G::Record::default();
        while used < end {
            let len = window_len(&piece[used..end]);
            let (read, flow) = self.window(&piece[used..], len, &mut record, visit);
            used += read;
            if flow.is_break() {
                return (used, flow);
            }
        }
        (used, Continue(()))
    }

    fn skip_rest_of_long_record(&mut self, piece: &[u8]) -> usize {
        if !self.is_skipping || piece.is_empty() {
            return 0;
        }
        let newline = piece.find_byte(b'\n');
        self.is_skipping = newline.is_none();
        let skipped = newline.map_or(piece.len(), |at| at + 1);
        self.position = self.position.after(&piece[..skipped]);
        skipped
    }

    /// Reads the records of the window `piece[..len]`, which begins and ends with whole ones.
    #[inline(always)]
    fn window<'i>(
        &mut self,
        piece: &'i [u8],
        len: usize,
        record: &mut G::Record<'i>,
        visit: &mut impl FnMut(Outcome<'_, 'i, G>) -> ControlFlow<()>,
    ) -> (usize, ControlFlow<()>) {
        let Self { grammar, masks, limit, position, .. } = self;
        let window = &piece[..len];
        let mut input = Scanner::new(window, masks.scan(grammar.stops(), piece, len));
        let mut line = position.line;
        let mut flow = Continue(());
        while flow.is_continue() {
            let gap = input.offset();
            grammar.skip_gap(&mut input);
            if input.offset() > gap {
                line += window[gap..input.offset()].count_byte(b'\n') as u64;
            }
            if input.is_at_end() {
                break;
            }
            let start = input.offset();
            let outcome = grammar.parse(&mut input, record).and_then(|()| end_line(&mut input));
            if outcome.is_err() {
                input.set_offset(line_end(window, start));
            }
            let raw = &window[start..input.offset()];
            let begin = || Position { offset: position.offset + start as u64, line, column: 1 };
            flow = if raw.len() > *limit && content_len(raw) > *limit {
                visit(Err(Bad { error: Error::too_long(begin(), *limit), raw }))
            } else if let Err(mismatch) = outcome {
                let mismatch =
                    Mismatch { offset: mismatch.offset.saturating_sub(start), ..mismatch };
                visit(Err(Bad { error: Error::mismatch(begin(), raw, mismatch), raw }))
            } else {
                visit(Ok(Parsed { record, raw, position: begin() }))
            };
            line += 1;
        }
        let offset = position.offset + input.offset() as u64;
        *position = Position { offset, line, column: 1 };
        (input.offset(), flow)
    }

    /// Whether `rest`, which holds no line ending, is no record so far.
    #[cold]
    fn is_gap(&self, rest: &[u8]) -> bool {
        let mut input = Scanner::new(rest, Slice::new(self.grammar.stops()));
        self.grammar.skip_gap(&mut input);
        input.is_at_end()
    }

    #[cold]
    fn too_long<'i>(&self, raw: &'i [u8]) -> Bad<'i> {
        Bad { error: Error::too_long(self.position, self.limit), raw }
    }
}

/// The length of a record without its line ending, which at the end of the input may be `\r`.
fn content_len(raw: &[u8]) -> usize {
    raw.trim_line_ending().trim_carriage_return().len()
}

/// As many whole records of `records` as fit into a window, or the first if it does not fit.
#[inline]
fn window_len(records: &[u8]) -> usize {
    if records.len() <= WINDOW {
        return records.len();
    }
    match Newline::whole_records(&records[..WINDOW]) {
        0 => line_end(records, WINDOW),
        len => len,
    }
}

/// The offset behind the line that holds `offset`.
#[inline]
fn line_end(records: &[u8], offset: usize) -> usize {
    records[offset..].find_byte(b'\n').map_or(records.len(), |at| offset + at + 1)
}

/// Moves past `\n`, `\r\n` or the end of the input, one of which must come next.
#[inline(always)]
fn end_line<F: Find>(input: &mut Scanner<'_, F>) -> Result<(), Mismatch> {
    if input.eat(b'\n') || input.is_at_end() {
        return Ok(());
    }
    let carriage_return = input.offset();
    if input.eat(b'\r') && (input.eat(b'\n') || input.is_at_end()) {
        return Ok(());
    }
    input.set_offset(carriage_return);
    Err(input.mismatch(Expected::Byte(b'\n')))
}
