//! [`Screen`]: what a table is shown on, and how columns fit onto it.

use std::env;
use std::io::{IsTerminal, stdout};

use terminal_size::{Width, terminal_size_of};

use super::column::{Column, GAP};
use crate::parse::args::Color;

/// A column is not made narrower than this; rather, the last ones are left out.
const LEAST: usize = 8;

/// What a table is shown on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Screen {
    /// How many columns of text it has; if there is no end to it, `usize::MAX`.
    width: usize,
    pub(super) has_color: bool,
}

impl Screen {
    /// Standard output: as wide as `COLUMNS` says, or the terminal, or else without an end.
    pub(crate) fn look(color: Color) -> Self {
        let said = env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
        let seen = || terminal_size_of(stdout()).map(|(Width(width), _)| usize::from(width));
        let width = said.or_else(seen).filter(|width| *width > 0).unwrap_or(usize::MAX);
        let has_color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => stdout().is_terminal() && allows_color(),
        };
        Self { width, has_color }
    }

    /// Makes the widest columns narrower until all fit in, and leaves the last ones out if they do
    /// not even then. Where there is no end nothing is cut.
    pub(super) fn fit(self, columns: &mut Vec<Column>) {
        if self.width == usize::MAX {
            return;
        }
        let least = |column: &Column| column.width.min(LEAST);
        let mut count = columns.len();
        while count > 1 && total(columns[..count].iter().map(least)) > self.width {
            count -= 1;
        }
        columns.truncate(count);
        let room = self.width.saturating_sub(GAP * count.saturating_sub(1));
        let cap = widest(columns.iter().map(|column| column.width), room);
        for column in &mut *columns {
            column.is_cut = true;
            column.width = column.width.min(cap);
        }
        share_rest(columns, room);
    }
}

/// Gives the room that is left to the columns that were cut, one by one.
fn share_rest(columns: &mut [Column], room: usize) {
    let mut rest = room.saturating_sub(columns.iter().map(|column| column.width).sum());
    for column in columns.iter_mut().filter(|column| column.natural > column.width) {
        if rest == 0 {
            return;
        }
        column.width += 1;
        rest -= 1;
    }
}

/// The width of a row of columns that are so wide.
fn total(widths: impl ExactSizeIterator<Item = usize>) -> usize {
    let gaps = GAP * widths.len().saturating_sub(1);
    widths.sum::<usize>() + gaps
}

/// The largest cap with which columns of these widths fit into `room`.
fn widest(widths: impl Iterator<Item = usize>, room: usize) -> usize {
    let mut widths: Vec<_> = widths.collect();
    widths.sort_unstable();
    let mut rest = room;
    for (at, width) in widths.iter().enumerate() {
        let share = rest / (widths.len() - at);
        if *width > share {
            return share.max(1);
        }
        rest -= width;
    }
    usize::MAX
}

/// Whether the environment has nothing against colours: see <https://no-color.org>.
fn allows_color() -> bool {
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    !is_set("NO_COLOR") && env::var_os("TERM").is_some_and(|term| term != "dumb")
}

#[cfg(test)]
mod tests {
    use super::widest;

    #[track_caller]
    fn check(widths: &[usize], room: usize, expected: usize) {
        assert_eq!(widest(widths.iter().copied(), room), expected);
    }

    #[test]
    fn the_widest_columns_give_way_first() {
        check(&[3, 5, 90], 40, 32);
        check(&[3, 90, 80], 43, 20);
        check(&[3, 5, 7], 15, usize::MAX);
        check(&[10, 10], 3, 1);
        check(&[], 10, usize::MAX);
    }
}
