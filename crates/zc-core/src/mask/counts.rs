//! [`Counter`]: lines, words and bytes of an input, as `LC_ALL=C wc` counts them.
//!
//! In the C locale a word is a run of bytes that are not white space, at least one of which is
//! printable; bytes that are neither take no part. So a word begins at a printable byte whose
//! nearest byte before it that counts is white space: that byte sends a carry through those that
//! do not count, which is what an addition does.
//!
//! ```text
//! white space    S   generates a carry         a = S | O,  b = S
//! neither        O   passes it on              carries = (a + b) ^ O
//! printable      P   ends it                   words begin at P & carries
//! ```

use core::mem;

use super::{Level, MaskBuffer, Masks, StopSet, count_byte};

/// How much there is of an input.
///
/// ```
/// use zc_core::mask::{Counter, Counts};
///
/// let mut counter = Counter::new();
/// counter.feed(b"no newline");
/// assert_eq!(counter.counts(), Counts { lines: 0, words: 2, bytes: 10 });
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Counts {
    /// Newlines: a last line without one is not counted.
    pub lines: u64,
    /// Runs of bytes that are not white space, with something printable in them.
    pub words: u64,
    /// Bytes.
    pub bytes: u64,
}

const SPACE: usize = 0;
const NEITHER: usize = 1;
const SETS: &[StopSet] = &[StopSet::of(b" \t\n\x0b\x0c\r"), StopSet::from_table(neither())];

const fn neither() -> [bool; 256] {
    let mut table = [true; 256];
    let mut byte = 0_u8;
    while byte < 127 {
        table[byte as usize] = !(byte.is_ascii_graphic() || is_space(byte));
        byte += 1;
    }
    table
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// Counts the lines, words and bytes of an input that comes in pieces.
///
/// ```
/// use zc_core::mask::{Counter, Counts};
///
/// let mut counter = Counter::new();
/// counter.feed(b"one tw");
/// counter.feed(b"o\nthree");
/// assert_eq!(counter.counts(), Counts { lines: 1, words: 3, bytes: 13 });
/// ```
#[derive(Debug)]
pub struct Counter {
    masks: MaskBuffer,
    part: CountedPart,
}

impl Counter {
    /// A counter at the beginning of an input.
    #[must_use]
    pub fn new() -> Self {
        Self::with_level(Level::Detected)
    }

    /// The same with masks made at a given level.
    ///
    /// ```
    /// use zc_core::mask::{Counter, Level};
    ///
    /// let [mut detected, mut portable] = [Level::Detected, Level::Portable].map(Counter::with_level);
    /// detected.feed(b"the same\twords\n");
    /// portable.feed(b"the same\twords\n");
    /// assert_eq!(detected.counts(), portable.counts());
    /// ```
    #[must_use]
    pub fn with_level(level: Level) -> Self {
        Self { masks: MaskBuffer::with_level(level), part: CountedPart::default() }
    }

    /// Counts one piece of the input.
    ///
    /// # Copies
    ///
    /// At most 63 bytes, for the masks.
    pub fn feed(&mut self, piece: &[u8]) {
        self.feed_lines(piece);
        for window in piece.chunks(MaskBuffer::WINDOW) {
            let masks = self.masks.scan(SETS, window, window.len());
            self.part.counts.words += words(masks, self.part.is_between_words);
            self.part.look_at_ends(window);
        }
    }

    /// Counts the lines and bytes of one piece, and no words, which is faster.
    ///
    /// ```
    /// use zc_core::mask::{Counter, Counts};
    ///
    /// let mut counter = Counter::new();
    /// counter.feed_lines(b"one two\nthree");
    /// assert_eq!(counter.counts(), Counts { lines: 1, words: 0, bytes: 13 });
    /// ```
    ///
    /// # Copies
    ///
    /// Never.
    pub fn feed_lines(&mut self, piece: &[u8]) {
        self.part.counts.lines += count_byte(piece, b'\n') as u64;
        self.part.counts.bytes += piece.len() as u64;
    }

    /// What was counted so far.
    #[must_use]
    pub const fn counts(&self) -> Counts {
        self.part.counts
    }

    /// Takes what was counted so far, as a part of an input, and begins another part.
    pub fn take_part(&mut self) -> CountedPart {
        mem::take(&mut self.part)
    }
}

/// What there is of a part of an input, to be joined with the parts around it, which others may
/// have counted.
///
/// ```
/// use zc_core::mask::{Counter, Counts};
///
/// let mut counter = Counter::new();
/// let mut part = |bytes| {
///     counter.feed(bytes);
///     counter.take_part()
/// };
/// let (first, second) = (part(b"one tw"), part(b"o\nthree"));
/// assert_eq!((first.counts().words, second.counts().words), (2, 2));
/// assert_eq!(first.join(second).counts(), Counts { lines: 1, words: 3, bytes: 13 });
/// ```
#[derive(Debug, Clone, Copy)]
pub struct CountedPart {
    counts: Counts,
    /// Whether the first byte that counts is printable, and so begins a word here; none while no
    /// byte counted.
    begins_with_word: Option<bool>,
    /// Whether the last byte that counts was white space, or there was none.
    is_between_words: bool,
}

impl CountedPart {
    /// What was counted, where a word that goes on from before counts as if it began here.
    #[must_use]
    pub const fn counts(self) -> Counts {
        self.counts
    }

    /// This part and the one behind it, as one.
    #[must_use]
    pub fn join(self, behind: Self) -> Self {
        let (a, b) = (self.counts, behind.counts);
        let goes_on = !self.is_between_words && behind.begins_with_word == Some(true);
        let words = a.words + b.words - u64::from(goes_on);
        let last = if behind.begins_with_word.is_some() { behind } else { self };
        Self {
            counts: Counts { lines: a.lines + b.lines, words, bytes: a.bytes + b.bytes },
            begins_with_word: self.begins_with_word.or(behind.begins_with_word),
            is_between_words: last.is_between_words,
        }
    }

    fn look_at_ends(&mut self, window: &[u8]) {
        let counts = |byte: &&u8| is_space(**byte) || byte.is_ascii_graphic();
        if let Some(last) = window.iter().rev().find(counts) {
            self.is_between_words = is_space(*last);
            self.begins_with_word = self
                .begins_with_word
                .or_else(|| window.iter().find(counts).map(|first| !is_space(*first)));
        }
    }
}

impl Default for CountedPart {
    /// No bytes at all.
    fn default() -> Self {
        Self { counts: Counts::default(), begins_with_word: None, is_between_words: true }
    }
}

/// The words that begin in a window. Behind its end every byte counts as white space.
#[inline]
fn words(masks: Masks<'_>, is_between_words: bool) -> u64 {
    let mut carry = is_between_words;
    let mut words = 0;
    for (space, neither) in masks.words(SPACE).zip(masks.words(NEITHER)) {
        let (sum, over) = (space | neither).overflowing_add(space);
        let (sum, over_by_carry) = sum.overflowing_add(carry.into());
        carry = over | over_by_carry;
        let printable = !(space | neither);
        words += u64::from((printable & (sum ^ neither)).count_ones());
    }
    words
}

impl Default for Counter {
    fn default() -> Self {
        Self::new()
    }
}
