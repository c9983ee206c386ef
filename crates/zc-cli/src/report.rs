//! Bad records on standard error: the first ten with their places, then a count.

use std::fmt::Display;
use std::io::{self, IsTerminal, stderr};

use zc_core::{Caret, Position, SliceExt};
use zc_io::Verifier;

use crate::input::push_escaped;
use crate::progress::print_above;

/// Bad records that are shown one by one.
const SHOWN: u64 = 10;

/// How places are named and records are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notation {
    /// By lines and columns, and the line.
    Text,
    /// By offsets, and the bytes in hexadecimal.
    Binary,
}

/// How bad records are shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    notation: Notation,
    has_carets: bool,
}

/// The bad records of a part of an input: the first ten, and how many there were.
#[derive(Debug)]
pub(crate) struct BadLog {
    style: Style,
    reports: Vec<Report>,
    count: u64,
}

/// One that is to be shown.
#[derive(Debug)]
struct Report {
    place: Position,
    reason: String,
    shown: Option<String>,
}

impl BadLog {
    pub(crate) const fn new(style: Style) -> Self {
        Self { style, reports: Vec::new(), count: 0 }
    }

    /// Takes a report of the record `raw`, which is bad at `place` for `reason`; that place is `at`
    /// bytes from its beginning.
    pub(crate) fn add(&mut self, (place, at): (Position, usize), reason: &dyn Display, raw: &[u8]) {
        self.count += 1;
        if self.count > SHOWN {
            return;
        }
        let Style { notation, has_carets } = self.style;
        let shown = has_carets.then(|| shown(notation, raw, at));
        self.reports.push(Report { place, reason: reason.to_string(), shown });
    }

    /// The same log, and an empty one left in its place.
    pub(crate) const fn take(&mut self) -> Self {
        std::mem::replace(self, Self::new(self.style))
    }
}

/// Reports the bad records of an input.
#[derive(Debug)]
pub(crate) struct BadRecords {
    label: String,
    style: Style,
    count: u64,
    /// What is to be said once it is known that the input was so.
    held: Vec<String>,
}

impl BadRecords {
    /// For an input called `label`.
    pub(crate) fn new(label: String) -> Self {
        let style = Style { notation: Notation::Text, has_carets: stderr().is_terminal() };
        Self { label, style, count: 0, held: Vec::new() }
    }

    /// Names places in another way from here on.
    pub(crate) const fn set_notation(&mut self, notation: Notation) {
        self.style.notation = notation;
    }

    /// How they are shown.
    pub(crate) const fn style(&self) -> Style {
        self.style
    }

    /// How many there were.
    pub(crate) const fn count(&self) -> u64 {
        self.count
    }

    /// Takes a report of one record, as [`BadLog::add`] does.
    pub(crate) fn add(&mut self, place: (Position, usize), reason: &dyn Display, raw: &[u8]) {
        let mut log = BadLog::new(self.style);
        log.add(place, reason, raw);
        self.absorb(log, Position::START);
    }

    /// Takes the reports of a part of the input that begins at `start`, and counts its places
    /// from there.
    pub(crate) fn absorb(&mut self, log: BadLog, start: Position) {
        let room = SHOWN.saturating_sub(self.count);
        self.count += log.count;
        let room = usize::try_from(room).unwrap_or(usize::MAX);
        for report in log.reports.into_iter().take(room) {
            let (label, place, reason) = (&self.label, report.place.behind(start), report.reason);
            self.held.push(match self.style.notation {
                Notation::Text => format!("{label}:{place}: {reason}"),
                Notation::Binary => format!("{label}:@{}: {reason}", place.offset),
            });
            self.held.extend(report.shown);
        }
    }

    /// Prints the reports that were taken, if the file still is as long as it was when they were
    /// made: else they may be about zeros that it never held.
    pub(crate) fn release(&mut self, verifier: &Verifier) -> io::Result<()> {
        if self.held.is_empty() {
            return Ok(());
        }
        let verified = verifier.verify();
        if verified.is_ok() {
            self.held.iter().for_each(|report| print(report));
        }
        self.held.clear();
        verified
    }

    /// Reports how many more there were.
    pub(crate) fn finish(&self) {
        match self.count.saturating_sub(SHOWN) {
            0 => {}
            1 => print(&format!("{}: 1 more bad record", self.label)),
            more => print(&format!("{}: {more} more bad records", self.label)),
        }
    }
}

/// The record, or what lies around the byte at `at`, with a caret below that.
fn shown(notation: Notation, raw: &[u8], at: usize) -> String {
    let at = at.min(raw.len());
    if notation == Notation::Binary {
        return Caret::new(raw, at).in_hex().to_string();
    }
    let start = raw[..at].rfind_byte(b'\n').map_or(0, |before| before + 1);
    let line = &raw[start..];
    let line = &line[..line.find_byte(b'\n').map_or(line.len(), |end| end + 1)];
    Caret::new(line.trim_line_ending(), at - start).to_string()
}

/// Prints a message of the program itself.
pub(crate) fn message(text: &str) {
    print(&format!("zc: {text}"));
}

/// Prints lines to standard error, with what else would act on a terminal escaped.
pub(crate) fn print(text: &str) {
    if is_printable(text) {
        return print_above(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for char in text.chars() {
        if is_layout(char) { escaped.push(char) } else { push_escaped(&mut escaped, char) }
    }
    print_above(&escaped);
}

/// Whether a text has no control characters but those that lay it out.
fn is_printable(text: &str) -> bool {
    text.chars().all(|char| is_layout(char) || !char.is_control())
}

const fn is_layout(char: char) -> bool {
    matches!(char, '\n' | '\t')
}

#[cfg(test)]
mod tests {
    use super::{Notation, shown};

    #[track_caller]
    fn check(raw: &[u8], at: usize, expected: &str) {
        assert_eq!(shown(Notation::Text, raw, at), expected);
    }

    #[test]
    fn of_a_record_of_several_lines_the_one_with_the_mistake_is_shown() {
        check(b"a,b\r\n", 2, "  a,b\n    ^");
        check(b"one\ntwo\nthree\n", 0, "  one\n  ^");
        check(b"one\ntwo\nthree\n", 5, "  two\n   ^");
        check(b"one\ntwo\nthree\n", 7, "  two\n     ^");
        check(b"one\ntwo\n", 99, "  \n  ^");
    }

    #[test]
    fn bytes_that_are_no_text_are_shown_in_hexadecimal() {
        let shown = shown(Notation::Binary, b"*1\r\n?", 4);
        assert!(shown.contains("2a 31 0d 0a 3f"), "{shown}");
    }
}
