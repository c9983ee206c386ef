//! Which format the first lines of an input have, found by running the grammars on them.
//!
//! Looked at are the first 32 lines from one that is not blank on, or as many as fit into 64 KiB,
//! and at least one: what they are does not depend on how the input comes. A format fits if four
//! of five records are good, and look as those of that format do where its grammar takes nearly
//! anything; CSV, if every row has the same width. The first one that fits is taken, the most
//! specific one first.

use std::ops::ControlFlow::Continue;

use zc_core::{Framer, SliceExt};
use zc_io::Window;
use zc_parse::http1::Head;
use zc_parse::logfmt::Entries;
use zc_parse::resp::{Tree, Value};
use zc_parse::{
    Bulk, CombinedLog, Command, CommandLine, CommonLog, Csv, Grammar, Kv, Lines, Logfmt, Pair, Resp,
};
use zc_serde::members::read_members;

use crate::parse::args::Format;
use crate::parse::reader::read;

/// How many lines are looked at.
const LINES: usize = 32;

/// How many bytes are looked at, unless the first line is longer.
const BYTES: usize = 64 << 10;

/// What may stand between the fields of CSV.
const DELIMITERS: [u8; 4] = *b",;\t|";

/// The format of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Detected {
    pub(crate) format: Format,
    /// What to call it.
    pub(crate) name: &'static str,
    /// What stands between the fields of CSV.
    pub(crate) delimiter: u8,
}

/// What is known after some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// More must be seen.
    NotYet,
    /// This format fits.
    Fits(Detected),
    /// The input holds nothing but blanks.
    Empty,
    /// No format fits.
    None,
}

/// The format of an input whose first window this is, of which lines have at most `limit` bytes;
/// if it is CSV, then with this `delimiter`, if one was named.
pub(crate) fn decide(window: Window<'_>, limit: usize, delimiter: Option<u8>) -> Verdict {
    let Some(sample) = Sample::of(window, limit) else { return Verdict::NotYet };
    if is_blank(sample.bytes) {
        return if sample.is_whole { Verdict::Empty } else { Verdict::None };
    }
    match delimiter {
        Some(delimiter) => sample.format(&[delimiter]),
        None => sample.format(&DELIMITERS),
    }
    .map_or(Verdict::None, Verdict::Fits)
}

/// The format that the lines in a window seem to have, if there are enough of them to tell.
pub(crate) fn at_a_glance(window: Window<'_>) -> Option<Detected> {
    let sample = Sample::of(window, BYTES).or_else(|| {
        let end = window.bytes.rfind_byte(b'\n')? + 1;
        let bytes = &window.bytes[..end];
        (bytes.count_byte(b'\n') > 1).then_some(Sample { bytes, is_whole: false })
    })?;
    sample.format(&DELIMITERS)
}

/// The first lines of an input.
#[derive(Debug, Clone, Copy)]
struct Sample<'i> {
    bytes: &'i [u8],
    /// Whether the input ends with them.
    is_whole: bool,
}

/// Whether a format fits a sample.
type Fits<'i> = fn(Sample<'i>) -> bool;

/// How many records were good and bad.
#[derive(Debug, Clone, Copy, Default)]
struct Score {
    good: usize,
    bad: usize,
}

impl Score {
    fn is_good(self) -> bool {
        self.good > 0 && self.bad * 4 <= self.good
    }
}

impl<'i> Sample<'i> {
    /// The lines to look at; `None` while they are not all there.
    fn of(window: Window<'i>, limit: usize) -> Option<Self> {
        let limit = limit.max(BYTES);
        let cut = |bytes| Some(Self { bytes, is_whole: false });
        let bytes = without_blank_lines(window.bytes);
        let head = &bytes[..bytes.len().min(BYTES)];
        if let Some((end, _)) = newlines(head).nth(LINES - 1) {
            return cut(&head[..=end]);
        }
        if bytes.len() <= BYTES {
            let is_blank = bytes.is_empty() && window.bytes.len() > limit;
            let is_there = window.is_last || is_blank;
            return is_there.then_some(Self { bytes, is_whole: window.is_last });
        }
        if let Some(end) = head.rfind_byte(b'\n') {
            return cut(&head[..=end]);
        }
        let line = &bytes[..bytes.len().min(limit)];
        match line.find_byte(b'\n') {
            Some(end) => cut(&line[..=end]),
            None if bytes.len() > limit => cut(line),
            None => window.is_last.then_some(Self { bytes, is_whole: true }),
        }
    }

    /// The first format that fits.
    fn format(self, delimiters: &[u8]) -> Option<Detected> {
        let found = |format: Format| Detected { format, name: format.as_str(), delimiter: b',' };
        let formats: [(Format, Fits<'i>); 8] = [
            (Format::Ndjson, Self::is_ndjson),
            (Format::Combined, |sample| sample.judge(CombinedLog, |_| true).is_good()),
            (Format::Common, |sample| sample.judge(CommonLog, |_| true).is_good()),
            (Format::Http, Self::is_http),
            (Format::Resp, Self::is_resp),
            (Format::Command, |sample| sample.judge(CommandLine, is_command).is_good()),
            (Format::Logfmt, Self::is_logfmt),
            (Format::Kv, |sample| sample.judge(Kv, is_pair).is_good()),
        ];
        let format = formats.into_iter().find(|(_, fits)| fits(self));
        match format {
            Some((format, _)) => Some(found(format)),
            None => Some(Detected { delimiter: self.delimiter(delimiters)?, ..found(Format::Csv) }),
        }
    }

    /// Runs a grammar; records are good if they look so as well.
    fn judge<G: Grammar>(
        self,
        grammar: G,
        mut is_likely: impl for<'r> FnMut(&G::Record<'r>) -> bool,
    ) -> Score {
        let mut score = Score::default();
        let mut bulk = Bulk::new(grammar);
        read(&mut bulk, (self.bytes, self.is_whole), |outcome| {
            match outcome {
                Ok(parsed) if is_likely(parsed.record) => score.good += 1,
                Ok(_) | Err(_) => score.bad += 1,
            }
            Continue(())
        });
        score
    }

    fn is_ndjson(self) -> bool {
        let mut members = Vec::new();
        let mut score = Score::default();
        read(&mut Bulk::new(Lines), (self.bytes, self.is_whole), |outcome| {
            match outcome {
                Ok(parsed) if is_blank(parsed.record) => {}
                Ok(parsed) if read_members(parsed.record, &mut members).is_ok() => score.good += 1,
                Err(bad) if is_blank(bad.raw) => {}
                Ok(_) | Err(_) => score.bad += 1,
            }
            Continue(())
        });
        score.is_good()
    }

    fn is_http(self) -> bool {
        let score = self.judge(Head::new(), |_| true);
        if score.good + score.bad > 0 {
            return score.is_good();
        }
        // A head that goes on behind the sample: would it be one if it ended there?
        let ended = [self.bytes, b"\r\n"].concat();
        Sample { bytes: &ended, is_whole: true }.judge(Head::new(), |_| true).is_good()
    }

    fn is_resp(self) -> bool {
        let score = self.judge(Resp::new(), is_reply);
        if score.good + score.bad > 0 {
            return score.is_good();
        }
        // A value that goes on behind the sample: is it one so far, and not just text?
        let is_sized = matches!(self.bytes.first(), Some(b'$' | b'*' | b'%' | b'~' | b'>' | b'='));
        is_sized && Resp::new().framer().frame(self.bytes).is_err_and(|error| error.is_incomplete())
    }

    fn is_logfmt(self) -> bool {
        let mut most = 0;
        let score = self.judge(Logfmt::new(), |entries| {
            most = most.max(entries.iter().filter(|entry| entry.value.is_some()).count());
            is_entries(entries)
        });
        score.is_good() && most > 1
    }

    /// The delimiter with which all rows have the same width, the largest one, and at least 2.
    fn delimiter(self, delimiters: &[u8]) -> Option<u8> {
        let width = |delimiter: u8| {
            let mut width = None;
            let csv = Csv::new().with_delimiter(delimiter);
            let score = self
                .judge(csv, |row| row.len() > 1 && *width.get_or_insert(row.len()) == row.len());
            (score.bad == 0).then_some(width?)
        };
        let widths =
            delimiters.iter().filter_map(|delimiter| Some((width(*delimiter)?, delimiter)));
        // Of several delimiters with the same width the first one counts.
        widths.rev().max_by_key(|(width, _)| *width).map(|(_, delimiter)| *delimiter)
    }
}

/// Whether a line holds nothing but what JSON calls white space.
fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}

fn newlines(bytes: &[u8]) -> impl Iterator<Item = (usize, &u8)> {
    bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n')
}

/// What is left from the first line on that is not blank.
fn without_blank_lines(bytes: &[u8]) -> &[u8] {
    let ink = bytes.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(bytes.len());
    &bytes[bytes[..ink].rfind_byte(b'\n').map_or(0, |end| end + 1)..]
}

/// Whether this is a method, and what it can be done to.
fn is_command(command: &Command<&[u8]>) -> bool {
    let is_method = command.method.iter().all(u8::is_ascii_uppercase) && command.method.len() < 32;
    let path = command.path;
    is_method
        && (path.starts_with(b"/") || path == b"*" || path.windows(3).any(|part| part == b"://"))
}

/// Whether the key is a name.
fn is_pair(pair: &Pair<&[u8]>) -> bool {
    is_name(pair.key)
}

/// Whether the keys are names, and most of them have a value.
fn is_entries(entries: &Entries<&[u8]>) -> bool {
    let pairs = || entries.iter().filter(|entry| entry.value.is_some());
    let count = pairs().count();
    count > 0 && 2 * count >= entries.len() && pairs().all(|entry| is_name(entry.key))
}

/// Whether this is a name as programs have them, rather than any text before a `=`.
fn is_name(key: &[u8]) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.:/@".contains(byte);
    key.iter().all(is_part)
}

/// Whether a value of RESP is more than a line that begins with `+` or `-`.
fn is_reply(tree: &Tree<&[u8]>) -> bool {
    let Some(root) = tree.root() else { return false };
    match root.value() {
        Value::Simple(text) => text.first().is_some_and(u8::is_ascii_alphabetic),
        Value::Error(text) => text.first().is_some_and(u8::is_ascii_uppercase),
        _ => true,
    }
}
