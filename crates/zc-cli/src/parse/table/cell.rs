//! [`Shown`]: what a table shows of a value.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;

use crate::parse::cell::{Cell, Plain};
use crate::parse::encode::{json_pairs, parts};
use crate::parse::number::Number;
use crate::parse::target::Beginning;

/// What a table shows of a value.
#[derive(Debug, Clone, Default)]
pub(super) struct Shown {
    pub(super) text: Cow<'static, str>,
    width: usize,
    pub(super) kind: Kind,
}

/// What a value is to a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Kind {
    /// There is none.
    #[default]
    None,
    Number,
    Text,
}

impl Shown {
    /// What is shown of a cell.
    pub(super) fn of(cell: Cell<'_>) -> Self {
        if let Cell::Pairs(pairs) = cell {
            let mut json = Beginning::default();
            let Ok(_) = json_pairs(&mut json, pairs);
            return Self::text(&json.finish().unwrap_or_else(|first| first));
        }
        if let Cell::Resp(part) = cell
            && part.holds_others()
        {
            let mut json = Beginning::default();
            let Ok(_) = part.render(&mut json);
            return Self::text(&json.finish().unwrap_or_else(|first| first));
        }
        match cell.plain() {
            None if matches!(cell, Cell::Absent) => Self::default(),
            None => Self { text: Cow::Borrowed("-"), width: 1, kind: Kind::None },
            Some(Plain::True) => Self::text(b"true"),
            Some(Plain::Number(number)) => {
                let text = number.to_string();
                Self { width: text.len(), text: text.into(), kind: Kind::Number }
            }
            Some(Plain::Bytes(bytes)) => Self::text(&bytes),
        }
    }

    /// What is shown of text: bytes that are not UTF-8 are replaced, and what would move the
    /// cursor or change how a terminal writes is escaped. Of what is longer than any screen is
    /// wide, the first few KiB are shown.
    pub(super) fn text(bytes: &[u8]) -> Self {
        let is_number = Number::read(bytes).is_some();
        let first = parts(bytes).next().unwrap_or_default();
        let text = String::from_utf8_lossy(first);
        let mut text = if text.contains(is_hidden) {
            text.chars().flat_map(visible).collect()
        } else {
            text.into_owned()
        };
        if first.len() < bytes.len() {
            text.push('…');
        }
        let kind = if is_number { Kind::Number } else { Kind::Text };
        Self { width: text.width(), text: text.into(), kind }
    }

    pub(super) const fn width(&self) -> usize {
        self.width
    }

    pub(super) fn len(&self) -> usize {
        self.text.len()
    }
}

/// Control characters, and those that change the direction of text.
fn is_hidden(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn visible(char: char) -> impl Iterator<Item = char> {
    let escaped = is_hidden(char).then(|| char.escape_default());
    let plain = if escaped.is_none() { Some(char) } else { None };
    escaped.into_iter().flatten().chain(plain)
}

#[cfg(test)]
mod tests {
    use super::{Kind, Shown};
    use crate::parse::cell::Cell;

    #[track_caller]
    fn check(cell: Cell<'_>, text: &str, width: usize, kind: Kind) {
        let shown = Shown::of(cell);
        assert_eq!((&*shown.text, shown.width, shown.kind), (text, width, kind));
    }

    #[test]
    fn values_are_shown_without_quotes_and_never_move_the_cursor() {
        check(Cell::Text(b"plain"), "plain", 5, Kind::Text);
        check(Cell::Json("\"a\\nb\""), "a\\nb", 4, Kind::Text);
        check(Cell::Text(b"\x1b[2J"), "\\u{1b}[2J", 9, Kind::Text);
        check(Cell::Text("\u{202e}x".as_bytes()), "\\u{202e}x", 9, Kind::Text);
        check(Cell::Text(b"\xff"), "\u{fffd}", 1, Kind::Text);
        check(Cell::Text("東京".as_bytes()), "東京", 4, Kind::Text);
    }

    #[test]
    fn what_no_screen_could_show_is_not_made() {
        let shown = Shown::of(Cell::Text(&[1; 100_000]));
        assert!(shown.len() < 50_000 && shown.text.ends_with("\\u{1}…"));
    }

    #[test]
    fn numbers_are_told_from_text_and_from_nothing() {
        check(Cell::Number(42), "42", 2, Kind::Number);
        check(Cell::Text(b"-1.5e3"), "-1.5e3", 6, Kind::Number);
        check(Cell::Json("7"), "7", 1, Kind::Number);
        check(Cell::Json("null"), "-", 1, Kind::None);
        check(Cell::Absent, "", 0, Kind::None);
    }
}
