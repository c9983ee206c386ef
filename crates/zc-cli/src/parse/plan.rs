//! [`Plan`]: what was typed, turned into what it means for the format at hand.

use anyhow::{bail, ensure};

use crate::args::{Form, OnError, ParseArgs};
use crate::parse::encode::json_string;
use crate::parse::filter::Filter;
use crate::parse::name::{Name, read_list};
use crate::parse::names::Names;

/// What was typed, before the names of the fields are known.
#[derive(Debug)]
pub(crate) struct Query {
    form: Form,
    selected: Option<Vec<Name>>,
    filters: Vec<(Name, Filter)>,
    on_error: OnError,
    has_stats: bool,
}

/// What a run does with each record.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) form: Form,
    /// The fields to write; `None` for all that a record of no fixed fields has.
    pub(crate) columns: Option<Vec<Column>>,
    /// Whether the fields were named: then one that a record lacks is written as null.
    pub(crate) is_selected: bool,
    pub(crate) shape: Shape,
    pub(crate) filters: Vec<(Place, Filter)>,
    pub(crate) on_error: OnError,
    /// Whether fields that are not written one by one are entered in the ledger all the same.
    pub(crate) has_stats: bool,
}

/// What a record becomes in JSON; in CSV, whether there is a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// An object, since its fields have names.
    Object,
    /// An array, since its fields have none.
    Array,
}

/// A field to write.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) title: String,
    /// The title as a key of JSON, with its colon; nothing where a record is an array.
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

impl Query {
    pub(crate) fn new(args: &ParseArgs) -> anyhow::Result<Self> {
        let selected = args.select.as_deref().map(read_list).transpose()?;
        ensure!(
            selected.is_none() || args.to != Form::Raw,
            "`--select` does not go with `--to raw`, which writes whole records"
        );
        Ok(Self {
            form: args.to,
            selected,
            filters: args
                .filters
                .iter()
                .map(|text| Filter::read(text))
                .collect::<Result<_, _>>()?,
            on_error: args.on_error,
            has_stats: args.stats.stats.is_some(),
        })
    }

    /// What it means for records whose fields have these `names`.
    pub(crate) fn plan(self, names: &Names<'_>) -> anyhow::Result<Plan> {
        let shape = names.shape();
        let is_selected = self.selected.is_some();
        let columns = match (self.selected, names) {
            (Some(selected), _) => Some(
                selected
                    .into_iter()
                    .map(|name| Ok(Column::new(name.title(), place(name, names)?, shape)))
                    .collect::<anyhow::Result<_>>()?,
            ),
            (None, Names::Fixed(names)) => Some(all_of(names)),
            (None, Names::Flat | Names::Nested | Names::Numbers) => None,
        };
        let filters = self
            .filters
            .into_iter()
            .map(|(name, filter)| Ok((place(name, names)?, filter)))
            .collect::<anyhow::Result<_>>()?;
        let Self { form, on_error, has_stats, .. } = self;
        Ok(Plan { form, columns, is_selected, shape, filters, on_error, has_stats })
    }
}

impl Column {
    fn new(title: String, place: Place, shape: Shape) -> Self {
        let mut key = Vec::new();
        if shape == Shape::Object {
            json_string(&mut key, title.as_bytes());
            key.push(b':');
        }
        Self { title, key, place }
    }
}

fn all_of(names: &[&str]) -> Vec<Column> {
    let column = |(index, name): (usize, &&str)| {
        Column::new((*name).to_owned(), Place::Index(index), Shape::Object)
    };
    names.iter().enumerate().map(column).collect()
}

fn place(name: Name, names: &Names<'_>) -> anyhow::Result<Place> {
    let title = name.title();
    let names = match names {
        Names::Fixed(names) => names,
        Names::Flat => return Ok(Place::Keys(vec![title])),
        Names::Nested => return Ok(Place::Keys(name.keys)),
        Names::Numbers => return number(&title),
    };
    match names.iter().position(|known| *known == title) {
        Some(index) => Ok(Place::Index(index)),
        None => bail!("there is no field `{title}`; there are {}", names.join(", ")),
    }
}

/// The place of a field that is named by its number.
fn number(title: &str) -> anyhow::Result<Place> {
    let is_number = title.bytes().all(|byte| byte.is_ascii_digit());
    match title.parse::<usize>() {
        Ok(number @ 1..) if is_number => Ok(Place::Index(number - 1)),
        _ => bail!(
            "there is no field `{title}`; without a header fields are named by their numbers, \
             from 1 on"
        ),
    }
}
