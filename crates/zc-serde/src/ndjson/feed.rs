//! [`Feed`]: an input that comes window by window.

use zc_core::{Position, SliceExt};

use super::{Lines, line_len};

/// Cuts the windows of an input at line endings, and keeps count of the place.
///
/// ```
/// use zc_serde::ndjson::Feed;
///
/// let (mut feed, mut numbers) = (Feed::new(), Vec::new());
/// let mut read = |cut: zc_serde::ndjson::Cut<'_>| {
///     for record in cut.lines.records::<u32>() {
///         numbers.push(record.map(|record| record.value).map_err(|error| error.to_string()));
///     }
///     cut.used
/// };
/// let first = b"1\n2\nx\n3";
/// assert_eq!(read(feed.feed(first)), 6);
/// // What was not used begins the next window.
/// assert_eq!(read(feed.finish(b"34")), 2);
/// let bad = "line 3, column 1 (byte 4): expected value".to_owned();
/// assert_eq!(numbers, [Ok(1), Ok(2), Err(bad), Ok(34)]);
/// ```
#[derive(Debug, Clone)]
pub struct Feed {
    /// Where the next window begins.
    position: Position,
    limit: usize,
    /// So many bytes at the beginning of the next window are known to hold no `\n`: a line that
    /// comes byte by byte is looked at once.
    seen: usize,
    /// What is left of a line that was too long.
    skips: bool,
}

/// The lines of a window that are whole.
///
/// ```
/// use zc_serde::ndjson::{Cut, Feed};
///
/// let Cut { lines, used } = Feed::new().feed(b"{}\n{}\n{\"cut\":");
/// assert_eq!((lines.count(), used), (2, 6));
/// ```
#[derive(Debug, Clone)]
pub struct Cut<'w> {
    /// The lines, with their places in the whole input.
    pub lines: Lines<'w>,
    /// How many bytes of the window are done with; the rest must begin the next window, with
    /// more behind it.
    pub used: usize,
}

impl Feed {
    /// The most bytes that a line may have, if nothing else is said: 16 MiB.
    pub const DEFAULT_LIMIT: usize = 16 << 20;

    /// The beginning of an input.
    #[must_use]
    pub const fn new() -> Self {
        Self { position: Position::START, limit: Self::DEFAULT_LIMIT, seen: 0, skips: false }
    }

    /// The same with at most `bytes` bytes a line, its ending not counted: a longer one is an
    /// error. It is told as soon as it is known, and the rest of the line is passed over, so that
    /// no window must ever be longer than that and a line ending.
    ///
    /// ```
    /// use zc_serde::ErrorKind;
    /// use zc_serde::ndjson::Feed;
    ///
    /// let mut feed = Feed::new().with_limit(4);
    /// let mut cut = feed.feed(b"123456");
    /// let error = cut.lines.records::<u32>().next().unwrap().unwrap_err();
    /// assert_eq!((error.kind(), cut.used), (ErrorKind::TooLong, 6));
    /// assert!(!feed.is_between_lines(), "the rest of the line is passed over");
    /// cut = feed.feed(b"78\n9\n");
    /// assert_eq!(cut.lines.records::<u32>().next().unwrap()?.value, 9);
    /// assert_eq!(Feed::DEFAULT_LIMIT, 16 << 20);
    /// # Ok::<(), zc_serde::Error>(())
    /// ```
    #[must_use]
    pub const fn with_limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    /// The same for an input whose beginning lies at `position` of a longer one.
    ///
    /// ```
    /// use zc_core::Position;
    /// use zc_serde::ndjson::Feed;
    ///
    /// // The windows are those behind a byte order mark.
    /// let start = Position { offset: 3, line: 1, column: 4 };
    /// let mut feed = Feed::new().with_position(start);
    /// let line = feed.finish(b"{}").lines.next().unwrap();
    /// assert_eq!(line.position, start);
    /// assert_eq!(feed.position().offset, 5);
    /// ```
    #[must_use]
    pub const fn with_position(mut self, position: Position) -> Self {
        self.position = position;
        self
    }

    /// Where the next window begins.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.position
    }

    /// Whether the next window begins with a line, rather than with what is left of one that was
    /// too long.
    #[must_use]
    pub const fn is_between_lines(&self) -> bool {
        !self.skips
    }

    /// The whole lines at the beginning of `window`, which begins with what was not used of the
    /// one before.
    ///
    /// Only what is new is searched, however often a line grows that is not whole.
    ///
    /// # Copies
    ///
    /// Never; counts the line endings.
    pub fn feed<'w>(&mut self, window: &'w [u8]) -> Cut<'w> {
        let skipped = self.skip(window);
        let rest = &window[skipped..];
        let (seen, new) = rest.split_at(self.seen.min(rest.len()));
        let whole = new.rfind_byte(b'\n').map_or(0, |last| seen.len() + last + 1);
        // A `\r` may still turn out to belong to the line ending.
        let is_too_long = rest.len() - whole > self.limit.saturating_add(1);
        self.skips |= is_too_long;
        self.seen = if is_too_long { 0 } else { rest.len() - whole };
        self.cut(skipped, if is_too_long { rest } else { &rest[..whole] })
    }

    /// The lines of `window`, the last of the input: its last line needs no `\n`.
    ///
    /// # Copies
    ///
    /// Never; counts the line endings.
    pub fn finish<'w>(&mut self, window: &'w [u8]) -> Cut<'w> {
        let skipped = self.skip(window);
        self.cut(skipped, &window[skipped..])
    }

    /// Passes over what is left of a line that was too long; returns its length.
    fn skip(&mut self, window: &[u8]) -> usize {
        if !self.skips {
            return 0;
        }
        let len = line_len(window);
        self.skips = window[..len].last() != Some(&b'\n');
        self.position = self.position.after(&window[..len]);
        len
    }

    fn cut<'w>(&mut self, skipped: usize, lines: &'w [u8]) -> Cut<'w> {
        let start = self.position;
        self.position = start.after(lines);
        let used = skipped + lines.len();
        Cut { lines: Lines::starting_at(lines, start).with_limit(self.limit), used }
    }
}

impl Default for Feed {
    fn default() -> Self {
        Self::new()
    }
}
