//! Logfmt: lines of `key=value` entries with blanks between them.
//!
//! ```text
//! line    = blanks entry { blank blanks entry } blanks
//! entry   = key | key "=" | key "=" value
//! key     = word
//! value   = word | '"' { any byte but '"', '\' and the newline | escape } '"'
//! word    = a byte above the space, but not '=' or '"', once or more
//! blank   = the space and every byte below it, but not the newline
//! escape  = '\' and one of " \ / ' b f n r t, or '\u' and four hexadecimal digits
//!
//! at=info method=GET path="/a b" fwd=::1 dyno=web.1 cached said="\"hi\""
//! ```
//!
//! Source: there is no standard. B. Leach, "logfmt" (2013), describes the lines of Heroku; the
//! package `kr/logfmt` for Go gives a grammar, which `go-logfmt/logfmt` made strict. This is the
//! grammar of the latter, with these differences:
//!
//! - Something right behind a closing quote is refused, where `go-logfmt` begins a new key: such
//!   a line mostly has a quote in its value that was not escaped, and half of the value would
//!   turn into keys.
//! - A line of nothing but blanks is no record, where `go-logfmt` gives one without entries.
//! - Bytes that are not UTF-8 stay as they are, where `go-logfmt` refuses them in keys and
//!   replaces them in quotes; this crate reads bytes.
//! - Control characters may stand in quotes, where `go-logfmt` refuses them beside escapes only.
//!
//! As there, `=` and `"` are refused inside a bare value, although some readers take them: no
//! two of them agree on what `a=b=c` holds. A backslash outside quotes is a byte as any other,
//! and an escape that is none of those above is refused.

mod entry;
mod escape;

pub use entry::{Entries, Entry};
pub use escape::unescape;

use core::mem;
use core::ops::Range;

use zc_core::mask::{Find, Scanner, StopSet};
use zc_core::{Expected, Mismatch};

use crate::Grammar;
use crate::framing::Newline;

const WORD: usize = 0;
const QUOTE: usize = 1;
const STOPS: &[StopSet] = &[StopSet::from_table(word_ends()), StopSet::of(b"\"\\\n")];

const BEHIND_VALUE: Expected = Expected::Named("a blank or the end of the line");

const fn word_ends() -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte <= b' ' {
        table[byte as usize] = true;
        byte += 1;
    }
    table[b'=' as usize] = true;
    table[b'"' as usize] = true;
    table
}

/// The grammar of logfmt.
///
/// ```
/// use zc_parse::{Grammar, Logfmt};
///
/// let (line, _) = Logfmt::new().parse_one(br#"level=warn msg="a \"b\"" retried took="#)?;
/// let texts: Vec<_> = line.iter().map(|entry| (entry.key, entry.text())).collect();
/// assert_eq!(texts[1], (&b"msg"[..], b"a \"b\""[..].into()));
/// assert_eq!(texts[2], (&b"retried"[..], b"true"[..].into()));
/// assert_eq!(line.last(b"took").unwrap().value, Some(&b""[..]));
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Logfmt {
    most_entries: usize,
}

impl Logfmt {
    /// The most entries that a line may have, if nothing else is said.
    pub const DEFAULT_MOST_ENTRIES: usize = 1 << 16;

    /// The grammar with the usual limit.
    #[must_use]
    pub const fn new() -> Self {
        Self { most_entries: Self::DEFAULT_MOST_ENTRIES }
    }

    /// The same with at most `count` entries: a line with more is a bad record.
    ///
    /// ```
    /// use zc_parse::{Grammar, Logfmt};
    ///
    /// let few = Logfmt::new().with_most_entries(2);
    /// assert!(few.parse_one(b"a b").is_ok());
    /// assert_eq!(few.parse_one(b"a b c").unwrap_err().position().column, 5);
    /// assert_eq!(Logfmt::DEFAULT_MOST_ENTRIES, 65_536);
    /// ```
    #[must_use]
    pub const fn with_most_entries(self, count: usize) -> Self {
        Self { most_entries: count }
    }

    #[cold]
    fn too_many(&self, offset: usize) -> Mismatch {
        let most = u32::try_from(self.most_entries).unwrap_or(u32::MAX);
        Mismatch { offset, expected: Expected::AtMost(most, "entries") }
    }
}

impl Default for Logfmt {
    fn default() -> Self {
        Self::new()
    }
}

impl Grammar for Logfmt {
    type Record<'i> = Entries<&'i [u8]>;
    type Framer = Newline;

    fn framer(&self) -> Newline {
        Newline::new()
    }

    fn stops(&self) -> &[StopSet] {
        STOPS
    }

    /// Moves past blank lines.
    #[inline(always)]
    fn skip_gap<F: Find>(&self, input: &mut Scanner<'_, F>) {
        let mut start = input.offset();
        while let Some(blank @ 0..=b' ') = input.peek() {
            input.set_offset(input.offset() + 1);
            if blank == b'\n' {
                start = input.offset();
            }
        }
        if !input.is_at_end() {
            input.set_offset(start);
        }
    }

    #[inline(always)]
    fn parse<'i, F: Find>(
        &self,
        line: &mut Scanner<'i, F>,
        entries: &mut Entries<&'i [u8]>,
    ) -> Result<(), Mismatch> {
        let (bytes, finder) = (line.input(), line.finder());
        let mut room = entries.room(self.most_entries);
        let mut slots = entries.slots(0, room);
        let mut start = line.offset();
        let mut stops = finder.stops(bytes, start, WORD);
        loop {
            let key_end = stops.next().unwrap_or(bytes.len());
            if key_end == start {
                match bytes.get(start) {
                    None | Some(b'\n') => break,
                    Some(0..=b' ') => {
                        start += 1;
                        continue;
                    }
                    Some(_) => return Err(mismatch(start, Expected::Named("a key"))),
                }
            }
            if slots.len() == 0 {
                if room == self.most_entries {
                    return Err(self.too_many(start));
                }
                entries.grow();
                let count = mem::replace(&mut room, entries.room(self.most_entries));
                slots = entries.slots(count, room);
            }
            let Some(slot) = slots.next() else { break };
            let end = read(bytes, finder, &mut stops, start..key_end, slot)?;
            if slot.is_quoted {
                stops = finder.stops(bytes, end + 1, WORD);
            }
            start = end;
            match bytes.get(end) {
                None | Some(b'\n') => break,
                Some(0..=b' ') => start += 1,
                Some(_) => return Err(mismatch(end, BEHIND_VALUE)),
            }
        }
        let count = room - slots.len();
        entries.keep(count);
        line.set_offset(start);
        if count == 0 {
            return Err(line.mismatch(Expected::Named("a key")));
        }
        Ok(())
    }
}

/// Reads the entry whose key lies at `key`, with `stops` behind it, into `entry`; returns the
/// offset behind it, at which the line ends or a blank should stand. That is the last stop that
/// was taken, but behind a quote.
#[inline(always)]
fn read<'i, F: Find>(
    bytes: &'i [u8],
    finder: F,
    stops: &mut impl Iterator<Item = usize>,
    key: Range<usize>,
    entry: &mut Entry<&'i [u8]>,
) -> Result<usize, Mismatch> {
    let end = key.end;
    *entry = Entry { key: bytes.get(key).unwrap_or_default(), ..Entry::default() };
    match bytes.get(end) {
        Some(b'=') => {}
        Some(b'"') => return Err(mismatch(end, Expected::Named("`=` or a blank"))),
        _ => return Ok(end),
    }
    let start = end + 1;
    let stop = stops.next().unwrap_or(bytes.len());
    if stop == start && bytes.get(stop) == Some(&b'"') {
        let (value, end, has_escapes) = quoted(bytes, finder, start + 1)?;
        (entry.value, entry.is_quoted, entry.has_escapes) = (Some(value), true, has_escapes);
        return Ok(end);
    }
    entry.value = bytes.get(start..stop);
    Ok(stop)
}

/// What lies between the quote before `start` and the next one, the offset behind that, and
/// whether there are escapes in it.
#[inline(always)]
fn quoted<F: Find>(
    bytes: &[u8],
    finder: F,
    start: usize,
) -> Result<(&[u8], usize, bool), Mismatch> {
    let mut has_escapes = false;
    let mut offset = start;
    loop {
        let stop = finder.find(bytes, offset, QUOTE);
        match bytes.get(stop) {
            Some(b'"') => {
                let value = bytes.get(start..stop).unwrap_or_default();
                return Ok((value, stop + 1, has_escapes));
            }
            Some(b'\\') => offset = escape(bytes, stop + 1)?,
            _ => return Err(mismatch(stop.min(bytes.len()), Expected::Byte(b'"'))),
        }
        has_escapes = true;
    }
}

/// The offset behind what stands behind a backslash, at `offset`.
#[inline(always)]
fn escape(bytes: &[u8], offset: usize) -> Result<usize, Mismatch> {
    match bytes.get(offset) {
        Some(b'"' | b'\\' | b'/' | b'\'' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(offset + 1),
        Some(b'u') => {
            let digits = bytes[offset + 1..].iter().take(4);
            let count = digits.take_while(|digit| digit.is_ascii_hexdigit()).count();
            let end = offset + 1 + count;
            if count < 4 {
                return Err(mismatch(end, Expected::Named("a hexadecimal digit")));
            }
            Ok(end)
        }
        None | Some(b'\n') => Err(mismatch(offset, Expected::Byte(b'"'))),
        Some(_) => Err(mismatch(offset, Expected::Named("an escape such as `\\n` or `\\u00e9`"))),
    }
}

#[cold]
fn mismatch(offset: usize, expected: Expected) -> Mismatch {
    Mismatch { offset, expected }
}
