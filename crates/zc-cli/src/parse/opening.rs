//! [`Opening`]: what must be seen of an input before its records are read.

use anyhow::{bail, ensure};
use zc_core::Position;
use zc_io::Window;
use zc_parse::csv::trim_byte_order_mark;

use crate::parse::args::{Format, ParseArgs};
use crate::parse::csv::{Begun, CsvReader};
use crate::parse::detect::{self, Detected, Verdict};
use crate::parse::formats::reader_of;
use crate::parse::names::Names;
use crate::parse::plan::Plan;
use crate::parse::reader::Reader;
use crate::report::{BadRecords, Notation};

/// Finds out what an input is, and reads its header if it has one.
#[derive(Debug)]
pub(crate) struct Opening<'a> {
    args: &'a ParseArgs,
    /// The length of the byte order mark, once that is known.
    mark: Option<usize>,
    detected: Option<Detected>,
    csv: Option<CsvReader>,
}

/// Where in a window records begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opened {
    /// After so many bytes.
    At(usize),
    /// In one that is still to come, and so many bytes are used.
    NotYet(usize),
    /// Nowhere, as was reported: a header, which ends after so many bytes, is bad.
    Nowhere(usize),
}

impl<'a> Opening<'a> {
    pub(crate) fn new(args: &'a ParseArgs) -> anyhow::Result<Self> {
        let format = args.format;
        let named = (format != Format::Auto).then(|| {
            let delimiter = args.delimiter.unwrap_or(b',');
            Detected { format, name: format.as_str(), delimiter }
        });
        let mut opening = Self { args, mark: None, detected: None, csv: None };
        if let Some(named) = named {
            opening.choose(named)?;
        }
        Ok(opening)
    }

    /// Looks at the first windows of the input called `label`, behind a byte order mark.
    pub(crate) fn look(
        &mut self,
        window: Window<'_>,
        label: &str,
        bad: &mut BadRecords,
    ) -> anyhow::Result<Opened> {
        if self.mark.is_none() {
            let is_text = self.format() != Format::Resp;
            self.mark = if is_text { byte_order_mark(window) } else { Some(0) };
        }
        let Some(mark) = self.mark else { return Ok(Opened::NotYet(0)) };
        // The window still begins with it, if nothing was used so far.
        let begin = if window.offset == 0 { mark } else { 0 };
        let (bytes, offset) = (&window.bytes[begin..], window.offset + begin as u64);
        let opened = self.look_behind_mark(Window { bytes, offset, ..window }, label, bad)?;
        Ok(match opened {
            // Nothing but whole records is used, so that the mark goes with the first of them.
            Opened::NotYet(0) => Opened::NotYet(0),
            Opened::NotYet(used) => Opened::NotYet(begin + used),
            Opened::At(used) => Opened::At(begin + used),
            Opened::Nowhere(used) => Opened::Nowhere(begin + used),
        })
    }

    fn look_behind_mark(
        &mut self,
        window: Window<'_>,
        label: &str,
        bad: &mut BadRecords,
    ) -> anyhow::Result<Opened> {
        if self.detected.is_none() {
            match detect::decide(window, self.args.max_record, self.args.delimiter) {
                Verdict::NotYet => return Ok(Opened::NotYet(0)),
                Verdict::Fits(detected) => self.choose(detected)?,
                Verdict::Empty => {
                    let delimiter = b',';
                    let empty = Detected { format: Format::Ndjson, name: "none", delimiter };
                    self.detected = Some(empty);
                }
                Verdict::None => {
                    bail!("{label}: no format fits the first lines; name one of {}", Format::NAMES)
                }
            }
        }
        if self.format() == Format::Resp {
            bad.set_notation(Notation::Binary);
        }
        if self.format() != Format::Csv {
            return Ok(Opened::At(0));
        }
        let csv = match self.csv.take() {
            Some(csv) => csv,
            None => self.csv_reader(),
        };
        Ok(match self.csv.insert(csv).begin(window, bad) {
            Begun::NotYet(used) => Opened::NotYet(used),
            Begun::After(used) => Opened::At(used),
            Begun::Bad(used) => Opened::Nowhere(used),
        })
    }

    /// Takes a format, if what was typed goes with it.
    fn choose(&mut self, detected: Detected) -> anyhow::Result<()> {
        let (is_csv, name) = (detected.format == Format::Csv, detected.name);
        for (is_given, flag) in
            [(self.args.no_header, "--no-header"), (self.args.delimiter.is_some(), "--delimiter")]
        {
            ensure!(is_csv || !is_given, "`{flag}` goes with csv only, and this is {name}");
        }
        self.detected = Some(detected);
        Ok(())
    }

    fn csv_reader(&self) -> CsvReader {
        let delimiter = self.detected.map_or(b',', |detected| detected.delimiter);
        let csv = CsvReader::new(delimiter, self.bounds());
        if self.args.no_header { csv.without_header() } else { csv }
    }

    /// The most bytes of a record, and where the first one begins.
    fn bounds(&self) -> (usize, Position) {
        let mark = self.mark.unwrap_or(0) as u64;
        (self.args.max_record, Position { offset: mark, column: mark + 1, ..Position::START })
    }

    fn format(&self) -> Format {
        self.detected.map_or(Format::Auto, |detected| detected.format)
    }

    /// The names of the fields.
    pub(crate) fn names(&self) -> Names<'_> {
        match &self.csv {
            Some(csv) => csv.names(),
            None => Names::of(self.format()),
        }
    }

    /// What the format is called, and for CSV what stands between fields.
    pub(crate) fn format_name(&self) -> (&'static str, Option<char>) {
        let Some(detected) = self.detected else { return ("none", None) };
        (detected.name, self.csv.is_some().then_some(char::from(detected.delimiter)))
    }

    /// Whether records can be told to begin behind most line endings, so that parts of the input
    /// can be read by themselves.
    pub(crate) fn is_divisible(&self) -> bool {
        !matches!(self.format(), Format::Http | Format::Resp)
    }

    /// What reads the records, of which `plan` says what is needed.
    pub(crate) fn reader(&self, plan: &Plan) -> Box<dyn Reader> {
        match &self.csv {
            Some(csv) => Box::new(csv.another()),
            None => reader_of(self.format(), plan, self.bounds()).expect("a format was chosen"),
        }
    }
}

/// The length of the byte order mark at the beginning of an input; `None` if more must be seen.
fn byte_order_mark(window: Window<'_>) -> Option<usize> {
    let bytes = window.bytes;
    let may_come = bytes.len() < 3 && "\u{feff}".as_bytes().starts_with(bytes);
    (window.is_last || !may_come).then(|| bytes.len() - trim_byte_order_mark(bytes).len())
}
