//! [`Header`]: the columns of CSV or a table, where the first records give them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use crate::parse::cell::Cell;
use crate::parse::row::Row;

/// The titles of columns, and which column has which title.
#[derive(Debug, Default)]
pub(crate) struct Header {
    pub(crate) titles: Vec<Arc<str>>,
    columns: HashMap<Arc<str>, usize>,
}

impl Header {
    /// A column for each field of `row`, once where it has several of one name.
    pub(crate) fn of<'i>(row: &impl Row<'i>) -> Self {
        let mut header = Self::default();
        row.each_field(|name, _| {
            header.column_for(String::from_utf8_lossy(name));
        });
        header
    }

    /// The column with this title, which becomes the last one if there is none.
    pub(crate) fn column_for(&mut self, title: Cow<'_, str>) -> usize {
        if let Some(&column) = self.columns.get(&*title) {
            return column;
        }
        let title: Arc<str> = title.into();
        self.columns.insert(Arc::clone(&title), self.titles.len());
        self.titles.push(title);
        self.titles.len() - 1
    }

    /// The column with this title.
    pub(crate) fn column_of(&self, title: &str) -> Option<usize> {
        self.columns.get(title).copied()
    }

    /// The cells of `row`, a column each, the last of those that share a name; and how many
    /// fields are in no column.
    pub(crate) fn cells<'i>(&self, row: &impl Row<'i>) -> (Vec<Cell<'i>>, u64) {
        let mut cells = vec![Cell::Absent; self.titles.len()];
        let mut left_out = 0;
        row.each_field(|name, cell| match self.column_of(&String::from_utf8_lossy(name)) {
            Some(column) => cells[column] = cell,
            None => left_out += 1,
        });
        (cells, left_out)
    }
}
