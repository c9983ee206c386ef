//! CSV: rows of fields with a delimiter between them, in quotes where they need them.
//!
//! ```text
//! row       = field { delimiter field } ( CRLF | LF | the end of the input )
//! field     = plain | quoted
//! plain     = any byte but the delimiter and LF, the first of them no quote, as often as you like
//! quoted    = quote { any byte but the quote | quote quote } quote
//! ```
//!
//! Source: RFC 4180, section 2, with the dialects that are in use. Where it is silent, or where
//! readers differ:
//!
//! - A quote inside a field that does not begin with one is a byte as any other (`5" disk`), as for
//!   the crate `csv` and for Python; RFC 4180 has no such fields.
//! - Behind the closing quote only a delimiter or the end of the row may come. Other readers append
//!   what follows (`"a"b` is `ab`), which mostly hides a quote that was not doubled.
//! - A line ends with LF or CRLF. A CR elsewhere is a byte of its field, where `csv` and Python
//!   end the row.
//! - An empty line is no row, as for `csv`. A line of one empty field in quotes is one.
//! - Blanks around a field belong to it. There are no comments and no other escapes.
//! - Rows may differ in their number of fields, where `csv` and Go refuse that unless told
//!   otherwise; [`Csv::with_width`] refuses it here.
//! - A quote that the end of the input leaves open makes a bad row, as for Go; `csv` and Python
//!   take what there is for the field.
//! - A quote that is not closed where it should be hides the end of its row. Where something stands
//!   behind the quote that seems to close it, or none comes before the limit or the end of the
//!   input, the lines up to there are judged one by one, and those that are rows are read.
//!
//! A byte order mark is no part of the format: take it off with [`trim_byte_order_mark`], which
//! `csv` does unasked.

mod fields;
mod framer;
mod header;
mod row;

pub use framer::CsvRow;
pub use header::Header;
pub use row::{Field, Quoting, Row};

use zc_core::mask::{Find, Scanner, StopSet};
use zc_core::{Expected, Mismatch};

use self::fields::{Fields, Stop, behind_quote, unclosed};
use crate::Grammar;

const STOP: usize = 0;

/// What is expected behind the quote that closes a field.
const BEHIND_QUOTE: &str = "a delimiter or the end of the line";

/// The grammar of CSV in one of its dialects.
///
/// ```
/// use zc_parse::{Csv, Records};
///
/// let input = b"id,said\r\n1,\"a \"\"b\"\"\"\r\n2,5\" disk\r\n";
/// let rows: Result<Vec<_>, _> = Records::new(Csv::new(), input).collect();
/// let rows = rows?;
/// assert_eq!(rows[0].iter().map(|field| field.value).collect::<Vec<_>>(), [b"id", &b"said"[..]]);
/// assert_eq!(rows[1][1].text(), &b"a \"b\""[..]);
/// assert_eq!(rows[2][1].text(), &b"5\" disk"[..]);
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Csv {
    delimiter: u8,
    quote: Option<u8>,
    /// The fields that a row must have, if it is known.
    width: Option<usize>,
    /// The most fields that a row may have.
    most: usize,
    stops: [StopSet; 1],
}

impl Csv {
    /// The most fields that a row may have, if nothing else is said.
    ///
    /// ```
    /// use zc_parse::{Csv, Grammar};
    ///
    /// let row = vec![b','; Csv::DEFAULT_FIELD_LIMIT];
    /// assert!(Csv::new().parse_one(&row[1..]).is_ok());
    /// assert!(Csv::new().parse_one(&row).is_err(), "one delimiter too many");
    /// ```
    pub const DEFAULT_FIELD_LIMIT: usize = 1 << 16;

    /// The dialect of RFC 4180: `,` between fields and `"` around them.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            delimiter: b',',
            quote: Some(b'"'),
            width: None,
            most: Self::DEFAULT_FIELD_LIMIT,
            stops: stops(b',', Some(b'"')),
        }
    }

    /// The same with another delimiter, such as `b';'` or `b'\t'`.
    ///
    /// ```
    /// use zc_parse::{Csv, Grammar};
    ///
    /// let (row, _) = Csv::new().with_delimiter(b'\t').parse_one(b"1,5\t\"a tab\t\"")?;
    /// assert_eq!((row[0].value, row[1].value), (&b"1,5"[..], &b"a tab\t"[..]));
    /// # Ok::<(), zc_parse::Error>(())
    /// ```
    ///
    /// # Panics
    ///
    /// If it is the quote, CR or LF.
    #[must_use]
    pub const fn with_delimiter(mut self, delimiter: u8) -> Self {
        self.delimiter = delimiter;
        self.stops = stops(delimiter, self.quote);
        self
    }

    /// The same with another quote, or with none, so that every byte but the delimiter and the
    /// line ending is one of a field.
    ///
    /// ```
    /// use zc_parse::{Csv, Grammar};
    ///
    /// let (row, _) = Csv::new().with_quote(None).parse_one(b"\"a,b\"")?;
    /// assert_eq!((row.len(), row[0].value), (2, &b"\"a"[..]));
    /// # Ok::<(), zc_parse::Error>(())
    /// ```
    ///
    /// # Panics
    ///
    /// If it is the delimiter, CR or LF.
    #[must_use]
    pub const fn with_quote(mut self, quote: Option<u8>) -> Self {
        self.quote = quote;
        self.stops = stops(self.delimiter, quote);
        self
    }

    /// The same for rows of exactly `count` fields, as a header tells: others are bad rows.
    #[must_use]
    pub const fn with_width(mut self, count: usize) -> Self {
        self.width = Some(count);
        self.most = count;
        self
    }

    /// The same with at most `count` fields a row: one with more is a bad row.
    ///
    /// ```
    /// use zc_parse::{Csv, Grammar};
    ///
    /// let narrow = Csv::new().with_most_fields(2);
    /// assert!(narrow.parse_one(b"a,b").is_ok());
    /// let error = narrow.parse_one(b"a,b,c").unwrap_err();
    /// assert_eq!(error.reason().to_string(), "found `,`; expected at most 2 fields");
    /// ```
    #[must_use]
    pub const fn with_most_fields(mut self, count: usize) -> Self {
        self.most = count;
        self
    }
}

impl Csv {
    /// A delimiter at `offset` begins one field too many.
    #[cold]
    fn too_many(&self, offset: usize) -> Mismatch {
        let count = u32::try_from(self.most).unwrap_or(u32::MAX);
        let expected = match self.width {
            Some(width) => exactly(width),
            None => Expected::AtMost(count, "fields"),
        };
        Mismatch { offset, expected }
    }
}

impl Default for Csv {
    fn default() -> Self {
        Self::new()
    }
}

/// So many fields.
#[cold]
fn exactly(count: usize) -> Expected {
    Expected::Exactly(u32::try_from(count).unwrap_or(u32::MAX), "fields")
}

const fn stops(delimiter: u8, quote: Option<u8>) -> [StopSet; 1] {
    let is_line_ending = matches!(delimiter, b'\n' | b'\r');
    assert!(!is_line_ending, "the delimiter is no part of a line ending");
    let Some(quote) = quote else {
        return [StopSet::of(&[delimiter, b'\n'])];
    };
    let is_line_ending = matches!(quote, b'\n' | b'\r');
    assert!(!is_line_ending, "the quote is no part of a line ending");
    assert!(quote != delimiter, "the quote and the delimiter differ");
    [StopSet::of(&[delimiter, b'\n', quote])]
}

/// What lies behind the byte order mark of UTF-8, if `input` begins with one.
///
/// ```
/// use zc_parse::csv::trim_byte_order_mark;
///
/// assert_eq!(trim_byte_order_mark(b"\xef\xbb\xbfid,name"), b"id,name");
/// assert_eq!(trim_byte_order_mark(b"id,name"), b"id,name");
/// ```
///
/// # Copies
///
/// Never.
#[must_use]
pub fn trim_byte_order_mark(input: &[u8]) -> &[u8] {
    input.strip_prefix("\u{feff}".as_bytes()).unwrap_or(input)
}

impl Grammar for Csv {
    type Record<'i> = Row<&'i [u8]>;
    type Framer = CsvRow;

    const SPANS_LINES: bool = true;
    const FALLS_BACK_TO_LINES: bool = true;

    fn framer(&self) -> CsvRow {
        CsvRow::new(self.delimiter, self.quote)
    }

    fn stops(&self) -> &[StopSet] {
        &self.stops
    }

    /// Moves past empty lines.
    #[inline(always)]
    fn skip_gap<F: Find>(&self, input: &mut Scanner<'_, F>) {
        while matches!(input.peek(), Some(b'\n' | b'\r')) {
            let start = input.offset();
            input.eat(b'\r');
            if !input.eat(b'\n') && !input.is_at_end() {
                input.set_offset(start);
                return;
            }
        }
    }

    #[inline(always)]
    fn parse<'i, F: Find>(
        &self,
        input: &mut Scanner<'i, F>,
        row: &mut Row<&'i [u8]>,
    ) -> Result<(), Mismatch> {
        let most = self.most.max(1);
        let (mut count, mut start) = (0, input.offset());
        let end = loop {
            let room = row.room(most);
            let mut fields = Fields::new(self, input.input(), start, row.slots(count, room));
            let stop = fields.read(input.finder());
            count = room - fields.left();
            match stop {
                Stop::End(end) => break end,
                Stop::Full if count >= most => return Err(self.too_many(fields.start - 1)),
                Stop::Full => {
                    start = fields.start;
                    row.grow();
                }
                Stop::Unclosed(open) => return Err(unclosed(input.input(), open)),
                Stop::Behind(quote) => return Err(behind_quote(quote)),
            }
        };
        row.keep(count);
        if let Some(width) = self.width
            && count != width
        {
            return Err(Mismatch { offset: end, expected: exactly(width) });
        }
        input.set_offset(end);
        Ok(())
    }
}
