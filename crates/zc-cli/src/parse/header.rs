//! [`Header`]: the columns of CSV, where the first record gives them.

use std::collections::HashMap;

use crate::parse::cell::Cell;
use crate::parse::row::Row;

/// The titles of columns, and which column has which title.
#[derive(Debug, Default)]
pub(crate) struct Header {
    pub(crate) titles: Vec<String>,
    columns: HashMap<String, usize>,
}

impl Header {
    /// A column for each field of `row`, once where it has several of one name.
    pub(crate) fn of<'i>(row: &impl Row<'i>) -> Self {
        let mut header = Self::default();
        row.each_field(|name, _| {
            let title = String::from_utf8_lossy(name).into_owned();
            let next = header.titles.len();
            if *header.columns.entry(title.clone()).or_insert(next) == next {
                header.titles.push(title);
            }
        });
        header
    }

    /// The cells of `row`, a column each, the last of those that share a name; and how many
    /// fields are in no column.
    pub(crate) fn cells<'i>(&self, row: &impl Row<'i>) -> (Vec<Cell<'i>>, u64) {
        let mut cells = vec![Cell::Absent; self.titles.len()];
        let mut left_out = 0;
        row.each_field(|name, cell| match self.columns.get(&*String::from_utf8_lossy(name)) {
            Some(&column) => cells[column] = cell,
            None => left_out += 1,
        });
        (cells, left_out)
    }
}
