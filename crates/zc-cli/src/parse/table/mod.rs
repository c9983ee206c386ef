//! Records as a table for people: the first ones say how wide the columns are.

mod cell;
mod column;
mod layout;
mod screen;

use std::sync::Arc;

use crate::parse::cell::Cell;
use crate::parse::header::Header;
use crate::parse::place::Shape;
use crate::parse::row::Row;

pub(crate) use self::layout::Layout;
pub(crate) use self::screen::Screen;

use self::cell::Shown;
use self::column::{Column, title_of};

/// How many records say how wide the columns are.
const BLOCK: usize = 200;

/// How many bytes of them are waited for at most.
const BLOCK_LEN: usize = 1 << 20;

/// The first records, until there are enough of them to lay out a table.
#[derive(Debug, Default)]
pub(crate) struct Block {
    /// The columns of a plan, or those of the records in the order in which they first came.
    header: Header,
    rows: Vec<Vec<Shown>>,
    len: usize,
}

impl Block {
    /// Adds a record with these columns, one cell each.
    pub(crate) fn add<'i>(
        &mut self,
        titles: impl Iterator<Item = &'i str>,
        cells: impl Iterator<Item = Cell<'i>>,
    ) {
        if self.rows.is_empty() {
            for title in titles {
                self.header.column_for(title.into());
            }
        }
        let row = cells.map(Shown::of).collect();
        self.push(row);
    }

    /// Adds a record with whatever fields it has.
    pub(crate) fn add_fields<'i>(&mut self, row: &impl Row<'i>, shape: Shape) {
        let mut cells = Vec::new();
        let mut number = 0;
        row.each_field(|name, cell| {
            number += 1;
            let at = self.header.column_for(title_of(name, number, shape));
            if cells.len() <= at {
                cells.resize(at + 1, Shown::default());
            }
            cells[at] = Shown::of(cell);
        });
        self.push(cells);
    }

    fn push(&mut self, row: Vec<Shown>) {
        self.len += row.iter().map(Shown::len).sum::<usize>();
        self.rows.push(row);
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether there are as many as a layout takes.
    pub(crate) const fn is_full(&self) -> bool {
        self.rows.len() >= BLOCK || self.len >= BLOCK_LEN
    }

    /// The columns that these records need.
    pub(crate) fn layout(&mut self, screen: Screen) -> Layout {
        let header = std::mem::take(&mut self.header);
        let cells = |at: usize| self.rows.iter().filter_map(move |row| row.get(at));
        let titles = header.titles.iter().enumerate();
        let column = |(at, title): (usize, &Arc<str>)| Column::of(title, cells(at));
        let columns = titles.map(column).collect();
        Layout::new(screen, header, columns)
    }

    /// Writes the titles and the records.
    pub(crate) fn write(&self, layout: &Layout, out: &mut Vec<u8>) {
        layout.write_titles(out);
        for row in &self.rows {
            layout.write(row, out);
        }
    }
}
