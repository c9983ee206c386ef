//! [`CsvReader`]: the header of CSV, and rows whose fields it names.

use std::collections::HashMap;
use std::ops::ControlFlow::Break;
use std::sync::Arc;

use zc_core::Position;
use zc_io::Window;
use zc_parse::csv::Field;
use zc_parse::{Bulk, Csv};

use crate::parse::cell::Cell;
use crate::parse::names::Names;
use crate::parse::place::Place;
use crate::parse::reader::{Reader, bulk, read, restarts_as_its_bulk};
use crate::parse::row::Row;
use crate::parse::session::{Session, place_of};
use crate::report::BadRecords;

/// Reads rows of CSV.
#[derive(Debug)]
pub(crate) struct CsvReader {
    csv: Csv,
    limit: usize,
    bulk: Bulk<Csv>,
    header: Header,
}

/// What names the columns.
#[derive(Debug, Clone)]
enum Header {
    /// Nothing.
    None,
    /// The first row, which was not seen so far.
    Ahead,
    /// The first row, which was these.
    Seen(Arc<Titles>),
}

/// The names of columns, each once.
#[derive(Debug, Default)]
struct Titles {
    titles: Vec<String>,
    /// The column with that name, the last of those that share it.
    columns: Vec<usize>,
    /// How many columns there are.
    width: usize,
}

/// What became of the beginning of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begun {
    /// So many bytes of the window are no rows, and more must be seen.
    NotYet(usize),
    /// Rows begin after so many bytes of the window.
    After(usize),
    /// So many bytes of the window end with a header that is bad, which was reported.
    Bad(usize),
}

impl CsvReader {
    /// For rows of at most `limit` bytes from `start` on, of which the first one names the columns.
    pub(crate) fn new(delimiter: u8, (limit, start): (usize, Position)) -> Self {
        let csv = Csv::new().with_delimiter(delimiter);
        let bulk = bulk(csv.clone(), (limit, start));
        Self { csv, limit, bulk, header: Header::Ahead }
    }

    /// Another reader of the rows that are still to come.
    pub(crate) fn another(&self) -> Self {
        let Self { csv, limit, bulk: before, header } = self;
        let bulk = bulk(csv.clone(), (*limit, before.position()));
        Self { csv: csv.clone(), limit: *limit, bulk, header: header.clone() }
    }

    /// The same for rows without names.
    pub(crate) fn without_header(self) -> Self {
        Self { header: Header::None, ..self }
    }

    /// The names of the fields; any will do where there is not even a header.
    pub(crate) fn names(&self) -> Names<'_> {
        match &self.header {
            Header::None => Names::Numbers,
            Header::Seen(seen) if !seen.titles.is_empty() => {
                Names::Fixed(seen.titles.iter().map(String::as_str).collect())
            }
            Header::Seen(_) | Header::Ahead => Names::Flat,
        }
    }

    /// Reads what comes before the rows in the first windows of an input.
    pub(crate) fn begin(&mut self, window: Window<'_>, bad: &mut BadRecords) -> Begun {
        match self.header {
            Header::Ahead => self.read_header(window, bad),
            Header::None | Header::Seen(_) => Begun::After(0),
        }
    }

    /// Reads the header, which is the first row.
    fn read_header(&mut self, window: Window<'_>, bad: &mut BadRecords) -> Begun {
        let Self { csv, bulk, header, .. } = self;
        let mut is_bad = false;
        let used = read(bulk, (window.bytes, window.is_last), |outcome| {
            match outcome {
                Ok(parsed) => *header = Header::Seen(Titles::of(parsed.record).into()),
                Err(failed) => {
                    is_bad = true;
                    bad.add(place_of(&failed, window), &failed.error.reason(), failed.raw);
                }
            }
            Break(())
        });
        if let Header::Seen(titles) = header {
            *csv = csv.clone().with_width(titles.width);
            *bulk.grammar_mut() = csv.clone();
        }
        match header {
            _ if is_bad => Begun::Bad(used),
            Header::Ahead if !window.is_last => Begun::NotYet(used),
            Header::Ahead => {
                *header = Header::Seen(Arc::default());
                Begun::After(used)
            }
            Header::None | Header::Seen(_) => Begun::After(used),
        }
    }
}

impl Titles {
    fn of(row: &[Field<&[u8]>]) -> Self {
        let mut titles = Self { width: row.len(), ..Self::default() };
        let mut places = HashMap::new();
        for (column, field) in row.iter().enumerate() {
            let title = String::from_utf8_lossy(&field.text()).into_owned();
            let next = titles.titles.len();
            let place = *places.entry(title.clone()).or_insert(next);
            if place == next {
                titles.titles.push(title);
                titles.columns.push(column);
            }
            titles.columns[place] = column;
        }
        titles
    }
}

impl Reader for CsvReader {
    fn read(&mut self, session: &mut Session<'_>, window: Window<'_>) -> usize {
        let Self { bulk, header, .. } = self;
        let titles = match header {
            Header::Seen(titles) => Some(&**titles),
            Header::None | Header::Ahead => None,
        };
        read(bulk, (window.bytes, window.is_last), |outcome| match outcome {
            Ok(parsed) => {
                let row = NamedFields { fields: parsed.record, titles };
                session.record(&row, parsed.raw, window.bytes)
            }
            Err(bad) => session.bad(&bad, window),
        })
    }

    restarts_as_its_bulk!(bulk);
}

/// The fields of a row, by the names of their columns if those have any.
struct NamedFields<'r, 'i> {
    fields: &'r [Field<&'i [u8]>],
    titles: Option<&'r Titles>,
}

impl<'i> Row<'i> for NamedFields<'_, 'i> {
    #[inline]
    fn cell(&self, place: &Place) -> Cell<'i> {
        let Place::Index(index) = place else { return Cell::Absent };
        let column = match self.titles {
            Some(titles) => titles.columns.get(*index),
            None => Some(index),
        };
        let field = column.and_then(|column| self.fields.get(*column));
        field.map_or(Cell::Absent, |field| Cell::from(*field))
    }

    fn each_field(&self, mut visit: impl FnMut(&[u8], Cell<'i>)) {
        let Some(titles) = self.titles else {
            return self.fields.iter().for_each(|field| visit(b"", Cell::from(*field)));
        };
        for (title, column) in titles.titles.iter().zip(&titles.columns) {
            visit(title.as_bytes(), Cell::from(self.fields[*column]));
        }
    }

    fn whole(&self) -> Option<Cell<'i>> {
        None
    }
}
