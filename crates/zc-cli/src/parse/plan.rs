//! [`Plan`]: what was typed, turned into what it means for the format at hand.

use std::collections::HashSet;
use std::io::{IsTerminal, stdout};

use anyhow::{bail, ensure};

use crate::args::{Form, OnError, ParseArgs};
use crate::parse::encode::json_string;
use crate::parse::filter::Filter;
use crate::parse::name::{Name, read_list};
use crate::parse::names::Names;
use crate::parse::pack;

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
    /// Where values nest, the keys on the way down to each that is asked for, once each.
    pub(crate) paths: Vec<Vec<String>>,
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
    /// The title as a key of JSON, with its colon, or of `MessagePack`; nothing where a record is an
    /// array.
    pub(crate) key: Vec<u8>,
    pub(crate) place: Place,
}

/// Where a record has a field.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// At this index of its fixed names, or of the paths of the plan.
    Index(usize),
    /// Where its key is this one.
    Key(String),
}

impl Query {
    pub(crate) fn new(args: &ParseArgs) -> anyhow::Result<Self> {
        let selected = args.select.as_deref().map(read_list).transpose()?;
        ensure!(
            selected.is_none() || args.to != Form::Raw,
            "`--select` does not go with `--to raw`, which writes whole records"
        );
        ensure!(
            args.to != Form::Msgpack || !stdout().is_terminal(),
            "MessagePack is no text, and standard output is a terminal; send it to a file or a pipe"
        );
        if let Some(title) = selected.as_deref().and_then(named_twice) {
            bail!("`--select` names the field `{title}` twice");
        }
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
        let mut paths = Vec::new();
        let key: fn(&str) -> Vec<u8> = match (shape, self.form) {
            (Shape::Array, _) => |_| Vec::new(),
            (Shape::Object, Form::Msgpack) => packed_key,
            (Shape::Object, _) => json_key,
        };
        let is_selected = self.selected.is_some();
        let columns = match (self.selected, names) {
            (Some(selected), _) => Some(
                selected
                    .into_iter()
                    .map(|name| Ok(Column::new(name.title(), place(name, names, &mut paths)?, key)))
                    .collect::<anyhow::Result<_>>()?,
            ),
            (None, Names::Fixed(names)) => Some(all_of(names, key)),
            (None, Names::Flat | Names::Nested | Names::Numbers) => None,
        };
        let filters = self
            .filters
            .into_iter()
            .map(|(name, filter)| Ok((place(name, names, &mut paths)?, filter)))
            .collect::<anyhow::Result<_>>()?;
        let Self { form, on_error, has_stats, .. } = self;
        Ok(Plan { form, columns, is_selected, shape, filters, paths, on_error, has_stats })
    }
}

/// The first title that an earlier one of `names` has as well.
fn named_twice(names: &[Name]) -> Option<String> {
    let mut titles = HashSet::new();
    names.iter().map(Name::title).find(|title| !titles.insert(title.clone()))
}

impl Column {
    fn new(title: String, place: Place, key: fn(&str) -> Vec<u8>) -> Self {
        Self { key: key(&title), title, place }
    }
}

fn json_key(title: &str) -> Vec<u8> {
    let mut key = Vec::new();
    json_string(&mut key, title.as_bytes());
    key.push(b':');
    key
}

fn packed_key(title: &str) -> Vec<u8> {
    let mut key = Vec::new();
    pack::text(&mut key, title.as_bytes());
    key
}

fn all_of(names: &[&str], key: fn(&str) -> Vec<u8>) -> Vec<Column> {
    let column =
        |(index, name): (usize, &&str)| Column::new((*name).to_owned(), Place::Index(index), key);
    names.iter().enumerate().map(column).collect()
}

fn place(name: Name, names: &Names<'_>, paths: &mut Vec<Vec<String>>) -> anyhow::Result<Place> {
    let title = name.title();
    let names = match names {
        Names::Fixed(names) => names,
        Names::Flat => return Ok(Place::Key(title)),
        Names::Nested => return Ok(Place::Index(slot(name.keys, paths))),
        Names::Numbers => return number(&title),
    };
    match names.iter().position(|known| *known == title) {
        Some(index) => Ok(Place::Index(index)),
        None => bail!("there is no field `{title}`; there are {}", names.join(", ")),
    }
}

/// The index of a path among `paths`, to which it is added if it is a new one.
fn slot(keys: Vec<String>, paths: &mut Vec<Vec<String>>) -> usize {
    paths.iter().position(|path| *path == keys).unwrap_or_else(|| {
        paths.push(keys);
        paths.len() - 1
    })
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
