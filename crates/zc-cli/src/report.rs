//! Bad records on standard error: the first ten with their places, then a count.

use std::fmt::Display;
use std::io::{IsTerminal, Write, stderr};

use zc_core::{Caret, Position, SliceExt};

/// Bad records that are shown one by one.
const SHOWN: u64 = 10;

/// Reports bad records.
#[derive(Debug)]
pub(crate) struct BadRecords {
    label: String,
    has_carets: bool,
    count: u64,
}

impl BadRecords {
    /// For an input called `label`.
    pub(crate) fn new(label: String) -> Self {
        Self { label, has_carets: stderr().is_terminal(), count: 0 }
    }

    /// How many there were.
    pub(crate) const fn count(&self) -> u64 {
        self.count
    }

    /// Reports the record `raw`, which is bad at `place` for `reason`.
    pub(crate) fn add(&mut self, place: Position, reason: &dyn Display, raw: &[u8]) {
        self.count += 1;
        if self.count > SHOWN {
            return;
        }
        print(&format!("{}:{place}: {reason}", self.label));
        if self.has_carets {
            let column = usize::try_from(place.column - 1).unwrap_or(usize::MAX);
            print(&Caret::new(raw.trim_line_ending(), column).to_string());
        }
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

/// Prints a message of the program itself.
pub(crate) fn message(text: &str) {
    print(&format!("zc: {text}"));
}

/// Prints lines to standard error; where nobody reads them, there is nobody to tell.
pub(crate) fn print(text: &str) {
    let _ = writeln!(stderr(), "{text}");
}
