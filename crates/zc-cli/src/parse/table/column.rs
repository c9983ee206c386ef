//! [`Column`]: a column of a table, and what it is called.

use std::borrow::Cow;

use crate::parse::place::Shape;

use super::cell::{Kind, Shown};

/// How many blanks stand between two columns.
pub(super) const GAP: usize = 2;

/// A column.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) title: Shown,
    pub(super) width: usize,
    /// What the first records would have needed.
    pub(super) natural: usize,
    /// Whether all its values so far are numbers, which stand to the right.
    pub(super) has_numbers: bool,
    /// Whether what does not fit in is cut.
    pub(super) is_cut: bool,
}

impl Column {
    /// A column for these cells.
    pub(super) fn of<'c>(title: &str, cells: impl Iterator<Item = &'c Shown>) -> Self {
        let title = Shown::text(title.as_bytes());
        let mut natural = title.width();
        let (mut numbers, mut texts) = (0, 0);
        for cell in cells {
            natural = natural.max(cell.width());
            match cell.kind {
                Kind::Number => numbers += 1,
                Kind::Text => texts += 1,
                Kind::None => {}
            }
        }
        let has_numbers = numbers > 0 && texts == 0;
        Self { title, width: natural, natural, has_numbers, is_cut: false }
    }
}

/// What a field is called, which has its number where fields have no names.
pub(super) fn title_of(name: &[u8], number: usize, shape: Shape) -> Cow<'_, str> {
    match shape {
        Shape::Object => String::from_utf8_lossy(name),
        Shape::Array => number.to_string().into(),
    }
}
