//! [`Opening`]: what must be seen of an input before its records are read.

use anyhow::{bail, ensure};
use zc_io::Window;

use crate::args::{Format, ParseArgs};
use crate::parse::csv::{Begun, CsvReader};
use crate::parse::detect::{self, Detected, Verdict};
use crate::parse::names::Names;
use crate::parse::reader::{self, Reader};
use crate::report::{BadRecords, Notation};

/// Finds out what an input is, and reads its header if it has one.
#[derive(Debug)]
pub(crate) struct Opening<'a> {
    args: &'a ParseArgs,
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
        let mut opening = Self { args, detected: None, csv: None };
        if let Some(named) = named {
            opening.choose(named)?;
        }
        Ok(opening)
    }

    /// Looks at the first windows of the input called `label`.
    pub(crate) fn look(
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
        let Some(csv) = &mut self.csv else { return Ok(Opened::At(0)) };
        Ok(match csv.begin(window, bad) {
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
        if is_csv {
            let csv = CsvReader::new(detected.delimiter, self.args.max_record);
            self.csv = Some(if self.args.no_header { csv.without_header() } else { csv });
        }
        self.detected = Some(detected);
        Ok(())
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

    /// What reads the records.
    pub(crate) fn into_reader(self) -> Box<dyn Reader> {
        let format = self.format();
        match self.csv {
            Some(csv) => Box::new(csv),
            None => reader::of(format, self.args.max_record).expect("a format was chosen"),
        }
    }
}
