//! [`Plan`]: what was typed, turned into what it means for the format at hand.

use anyhow::{bail, ensure};
use zc_parse::access_log::{Combined, Common};
use zc_parse::{Command, Fields, Pair};

use crate::args::{Form, Format, OnError, ParseArgs};
use crate::parse::encode::json_string;
use crate::parse::filter::Filter;
use crate::parse::name::{Name, read_list};

/// What a run does with each record.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) form: Form,
    /// The fields to write; `None` for all that a record of no fixed fields has.
    pub(crate) columns: Option<Vec<Column>>,
    /// Whether the fields were named: then one that a record lacks is written as null.
    pub(crate) is_selected: bool,
    pub(crate) filters: Vec<(Place, Filter)>,
    pub(crate) on_error: OnError,
    pub(crate) max_record: usize,
    /// Whether fields that are not written one by one are entered in the ledger all the same.
    pub(crate) has_stats: bool,
}

/// A field to write.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) title: String,
    /// The title as a key of JSON, with its colon.
    pub(crate) key: Vec<u8>,
    pub(crate) place: Place,
}

/// Where a record has a field.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// At this index of its fixed names.
    Index(usize),
    /// Below these keys; where nothing nests there is only one.
    Keys(Vec<String>),
}

impl Plan {
    pub(crate) fn new(args: &ParseArgs) -> anyhow::Result<Self> {
        let names = Names::of(args.format);
        let selected = args.select.as_deref().map(read_list).transpose()?;
        ensure!(
            selected.is_none() || args.to != Form::Raw,
            "`--select` does not go with `--to raw`, which writes whole records"
        );
        let is_selected = selected.is_some();
        let columns = match (selected, names) {
            (Some(selected), _) => Some(
                selected
                    .into_iter()
                    .map(|name| Ok(Column::new(name.title(), place(name, names)?)))
                    .collect::<anyhow::Result<_>>()?,
            ),
            (None, Names::Fixed(names)) => Some(all_of(names)),
            (None, Names::Flat | Names::Nested) => None,
        };
        let filters = args
            .filters
            .iter()
            .map(|text| {
                let (name, filter) = Filter::read(text)?;
                Ok((place(name, names)?, filter))
            })
            .collect::<anyhow::Result<_>>()?;
        Ok(Self {
            form: args.to,
            columns,
            is_selected,
            filters,
            on_error: args.on_error,
            max_record: args.max_record,
            has_stats: args.stats.stats.is_some(),
        })
    }
}

impl Column {
    pub(crate) fn new(title: String, place: Place) -> Self {
        let mut key = Vec::new();
        json_string(&mut key, title.as_bytes());
        key.push(b':');
        Self { title, key, place }
    }
}

/// What names the fields of a format have.
#[derive(Debug, Clone, Copy)]
enum Names {
    /// These, in each record.
    Fixed(&'static [&'static str]),
    /// Any, in which a dot is a byte as any other.
    Flat,
    /// Any, in which a dot goes down.
    Nested,
}

impl Names {
    fn of(format: Format) -> Self {
        match format {
            Format::Kv => Self::Fixed(Pair::<&[u8]>::NAMES),
            Format::Command => Self::Fixed(Command::<&[u8]>::NAMES),
            Format::Common => Self::Fixed(Common::<&[u8]>::NAMES),
            Format::Combined => Self::Fixed(Combined::<&[u8]>::NAMES),
            Format::Logfmt => Self::Flat,
            Format::Ndjson => Self::Nested,
        }
    }
}

fn all_of(names: &[&str]) -> Vec<Column> {
    let column =
        |(index, name): (usize, &&str)| Column::new((*name).to_owned(), Place::Index(index));
    names.iter().enumerate().map(column).collect()
}

fn place(name: Name, names: Names) -> anyhow::Result<Place> {
    let names = match names {
        Names::Fixed(names) => names,
        Names::Flat => return Ok(Place::Keys(vec![name.title()])),
        Names::Nested => return Ok(Place::Keys(name.keys)),
    };
    let title = name.title();
    match names.iter().position(|known| *known == title) {
        Some(index) => Ok(Place::Index(index)),
        None => bail!("there is no field `{title}`; there are {}", names.join(", ")),
    }
}
