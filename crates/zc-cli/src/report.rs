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

/// Reports bad records.
#[derive(Debug)]
pub(crate) struct BadRecords {
    label: String,
    notation: Notation,
    has_carets: bool,
    count: u64,
    /// What is to be said once it is known that the input was so.
    held: Vec<String>,
}

impl BadRecords {
    /// For an input called `label`.
    pub(crate) fn new(label: String) -> Self {
        let has_carets = stderr().is_terminal();
        Self { label, notation: Notation::Text, has_carets, count: 0, held: Vec::new() }
    }

    /// Names places in another way from here on.
    pub(crate) const fn set_notation(&mut self, notation: Notation) {
        self.notation = notation;
    }

    /// How many there were.
    pub(crate) const fn count(&self) -> u64 {
        self.count
    }

    /// Takes a report of the record `raw`, which is bad at `place` for `reason`; that place is `at`
    /// bytes from its beginning.
    pub(crate) fn add(&mut self, (place, at): (Position, usize), reason: &dyn Display, raw: &[u8]) {
        self.count += 1;
        if self.count > SHOWN {
            return;
        }
        match self.notation {
            Notation::Text => self.held.push(format!("{}:{place}: {reason}", self.label)),
            Notation::Binary => {
                self.held.push(format!("{}:@{}: {reason}", self.label, place.offset));
            }
        }
        if self.has_carets {
            self.held.push(shown(self.notation, raw, at));
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
