//! [`Header`]: the names of the columns, which a first row gives.

use alloc::vec::Vec;

use super::Row;

/// The names of the columns, kept apart from the input.
///
/// ```
/// use zc_parse::csv::Header;
/// use zc_parse::{Csv, Grammar};
///
/// let (row, _) = Csv::new().parse_one(b"id,name")?;
/// let header = Header::new(&row);
/// assert_eq!(header.index(b"name"), Some(1));
/// # Ok::<(), zc_parse::Error>(())
/// ```
///
/// It tells how wide each row must be:
///
/// ```
/// use zc_parse::csv::Header;
/// use zc_parse::{Csv, Grammar};
///
/// let (row, _) = Csv::new().parse_one(b"id,\"full \"\"name\"\"\"")?;
/// let header = Header::new(&row);
/// assert_eq!(header.names().last(), Some(&b"full \"name\""[..]));
///
/// let rows = Csv::new().with_width(header.width());
/// assert!(rows.parse_one(b"1,Ada").is_ok());
/// assert_eq!(rows.parse_one(b"1").unwrap_err().position().column, 2);
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Header {
    names: Vec<Vec<u8>>,
}

impl Header {
    /// The names that `row` holds.
    ///
    /// # Copies
    ///
    /// Every name, once.
    #[must_use]
    pub fn new(row: &Row<&[u8]>) -> Self {
        Self { names: row.iter().map(|field| field.text().into_owned()).collect() }
    }

    /// The names, in their order.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.names.iter().map(Vec::as_slice)
    }

    /// How many columns there are, for [`Csv::with_width`](super::Csv::with_width).
    #[must_use]
    pub fn width(&self) -> usize {
        self.names.len()
    }

    /// The column with this name, the first of those that share it.
    #[must_use]
    pub fn index(&self, name: &[u8]) -> Option<usize> {
        self.names.iter().position(|other| other == name)
    }
}
