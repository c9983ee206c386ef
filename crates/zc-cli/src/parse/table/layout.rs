//! [`Layout`]: the columns of a table, and rows in them.

use unicode_width::UnicodeWidthChar;

use super::Screen;
use super::cell::{Kind, Shown};
use super::column::{Column, GAP, title_of};
use crate::parse::cell::Cell;
use crate::parse::header::Header;
use crate::parse::place::Shape;
use crate::parse::row::Row;

const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const YELLOW: &str = "\x1b[33m";
const RED: &str = "\x1b[31m";
const RESET: &[u8] = b"\x1b[0m";

/// The columns of a table.
#[derive(Debug)]
pub(crate) struct Layout {
    screen: Screen,
    header: Header,
    /// Those of the header that are shown.
    columns: Vec<Column>,
}

impl Layout {
    /// As many columns as fit onto the screen.
    pub(super) fn new(screen: Screen, header: Header, mut columns: Vec<Column>) -> Self {
        screen.fit(&mut columns);
        Self { screen, header, columns }
    }

    /// How many columns are not shown, since there is no room for them.
    pub(crate) const fn hidden(&self) -> usize {
        self.header.titles.len() - self.columns.len()
    }

    pub(super) fn write_titles(&self, out: &mut Vec<u8>) {
        for (at, Column { title, .. }) in self.columns.iter().enumerate() {
            let color = if self.screen.has_color { BOLD } else { "" };
            self.put(out, at, title, color);
        }
        end_line(out);
    }

    /// Writes a record, one cell a column; what is behind the last column is left out.
    pub(super) fn write(&self, row: &[Shown], out: &mut Vec<u8>) {
        let none = Shown::default();
        for (at, title) in self.header.titles.iter().take(self.columns.len()).enumerate() {
            let cell = row.get(at).unwrap_or(&none);
            let color = if self.screen.has_color { color(title, cell) } else { "" };
            self.put(out, at, cell, color);
        }
        end_line(out);
    }

    /// Writes a record with these cells, one a column.
    pub(crate) fn write_cells<'i>(&self, cells: impl Iterator<Item = Cell<'i>>, out: &mut Vec<u8>) {
        let row: Vec<_> = cells.map(Shown::of).collect();
        self.write(&row, out);
    }

    /// Writes a record with whatever fields it has; returns how many are in no column.
    pub(crate) fn write_fields<'i>(
        &self,
        row: &impl Row<'i>,
        shape: Shape,
        out: &mut Vec<u8>,
    ) -> u64 {
        let mut cells = vec![Shown::default(); self.columns.len()];
        let (mut left_out, mut number) = (0, 0);
        row.each_field(|name, cell| {
            number += 1;
            match self.header.column_of(&title_of(name, number, shape)) {
                Some(at) if at < cells.len() => cells[at] = Shown::of(cell),
                Some(_) => {}
                None => left_out += 1,
            }
        });
        self.write(&cells, out);
        left_out
    }

    /// Writes a cell of column number `at`, so many columns wide.
    fn put(&self, out: &mut Vec<u8>, at: usize, cell: &Shown, color: &str) {
        let (text, width, column) = (&*cell.text, cell.width(), &self.columns[at]);
        let is_too_wide = column.is_cut && width > column.width;
        let (shown, width) = if is_too_wide { cut(text, column.width) } else { (text, width) };
        let is_cut = shown.len() < text.len();
        let width = width + usize::from(is_cut);
        let blanks = column.width.saturating_sub(width);
        let gap = if at == 0 { 0 } else { GAP };
        pad(out, gap + if column.has_numbers { blanks } else { 0 });
        out.extend_from_slice(color.as_bytes());
        out.extend_from_slice(shown.as_bytes());
        if is_cut {
            out.extend_from_slice("…".as_bytes());
        }
        if !color.is_empty() {
            out.extend_from_slice(RESET);
        }
        if !column.has_numbers && at + 1 < self.columns.len() {
            pad(out, blanks);
        }
    }
}

/// The beginning of `text` that leaves room for an ellipsis in so many columns, and its width.
fn cut(text: &str, room: usize) -> (&str, usize) {
    let mut width = 0;
    for (at, char) in text.char_indices() {
        let next = width + char.width().unwrap_or(0);
        if next + 1 > room {
            return (&text[..at], width);
        }
        width = next;
    }
    (text, width)
}

fn pad(out: &mut Vec<u8>, count: usize) {
    out.resize(out.len() + count, b' ');
}

/// Ends a line, without the blanks that it ends with.
fn end_line(out: &mut Vec<u8>) {
    while out.last() == Some(&b' ') {
        out.pop();
    }
    out.push(b'\n');
}

/// Colours say where there is nothing, and where something went wrong.
fn color(title: &str, cell: &Shown) -> &'static str {
    match (title, cell.kind) {
        (_, Kind::None) => DIM,
        ("status", Kind::Number) => match (cell.text.len(), cell.text.as_bytes()[0]) {
            (3, b'4') => YELLOW,
            (3, b'5') => RED,
            _ => "",
        },
        ("level" | "severity", _) => match &*cell.text.to_ascii_lowercase() {
            "warn" | "warning" => YELLOW,
            "error" | "err" | "fatal" | "critical" | "panic" => RED,
            _ => "",
        },
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[track_caller]
    fn check(text: &str, room: usize, expected: &str) {
        assert_eq!(cut(text, room).0, expected);
    }

    #[test]
    fn what_is_cut_leaves_room_for_an_ellipsis() {
        check("abcdef", 4, "abc");
        check("abcdef", 1, "");
        check("東京都", 4, "東");
        check("東京都", 5, "東京");
        check("e\u{301}e\u{301}e", 2, "e\u{301}");
    }
}
