//! [`Plan`]: what was typed, turned into what it means for the format at hand.

use std::collections::HashSet;
use std::io::{IsTerminal, stdout};
use std::sync::OnceLock;

use anyhow::{bail, ensure};
use zc_core::Tally;

use crate::parse::args::{Form, OnError, ParseArgs};
use crate::parse::encode::json_string;
use crate::parse::filter::Filter;
use crate::parse::header::Header;
use crate::parse::name::{Name, read_list};
use crate::parse::names::Names;
use crate::parse::pack;
use crate::parse::place::{Place, Shape};
use crate::parse::row::Row;
use crate::parse::table::{Layout, Screen};

/// What was typed, before the names of the fields are known.
#[derive(Debug)]
pub(crate) struct Query {
    form: Form,
    selected: Option<Vec<Name>>,
    counted: Vec<Name>,
    top: usize,
    filters: Vec<(Name, Filter)>,
    screen: Screen,
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
    /// The fields by which records are counted; none if they are written. Then the columns are
    /// those of the counts.
    pub(crate) count_by: Vec<Place>,
    /// How many of the counts are written.
    pub(crate) top: usize,
    /// What tables are shown on.
    pub(crate) screen: Screen,
    /// The columns of CSV, if the first record gives them, once it was seen.
    pub(crate) header: OnceLock<Header>,
    /// The columns of a table, once the first records were seen.
    pub(crate) layout: OnceLock<Layout>,
}

impl Plan {
    /// Whether a record passes the filters. What must be unescaped for it is entered in the tally.
    #[inline]
    pub(crate) fn passes<'i>(&self, row: &impl Row<'i>, tally: &mut Tally) -> bool {
        self.filters.iter().all(|(place, filter)| filter.holds(row.cell(place), tally))
    }
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

impl Query {
    pub(crate) fn new(args: &ParseArgs) -> anyhow::Result<Self> {
        let is_terminal = stdout().is_terminal();
        let form = args.to.unwrap_or(if is_terminal { Form::Table } else { Form::Ndjson });
        let selected = args.select.as_deref().map(read_list).transpose()?;
        let counted = args.count_by.as_deref().map(read_list).transpose()?.unwrap_or_default();
        check(form, selected.as_deref(), &counted)?;
        ensure!(
            form != Form::Msgpack || !is_terminal,
            "MessagePack is no text, and standard output is a terminal; send it to a file or a pipe"
        );
        Ok(Self {
            form,
            selected,
            counted,
            top: args.top.unwrap_or(usize::MAX),
            screen: Screen::look(args.color),
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
        let is_selected = self.selected.is_some() || !self.counted.is_empty();
        let columns = match (self.selected, names) {
            _ if !self.counted.is_empty() => Some(columns_of_counts(&self.counted, key)),
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
        let mut places = |name| place(name, names, &mut paths);
        let count_by = self.counted.into_iter().map(&mut places).collect::<anyhow::Result<_>>()?;
        let Self { form, top, screen, on_error, has_stats, .. } = self;
        Ok(Plan {
            form,
            columns,
            is_selected,
            shape,
            filters,
            paths,
            on_error,
            has_stats,
            count_by,
            top,
            screen,
            header: OnceLock::new(),
            layout: OnceLock::new(),
        })
    }

    /// The form of the output.
    pub(crate) const fn form(&self) -> Form {
        self.form
    }
}

/// Refuses fields that do not go with a form, or with each other.
fn check(form: Form, selected: Option<&[Name]>, counted: &[Name]) -> anyhow::Result<()> {
    for (is_given, flag) in [(selected.is_some(), "--select"), (!counted.is_empty(), "--count-by")]
    {
        ensure!(
            !is_given || form != Form::Raw,
            "`{flag}` does not go with `--to raw`, which writes whole records"
        );
    }
    ensure!(counted.len() <= 2, "`--count-by` takes one field or two");
    for (names, flag) in [(selected, "--select"), (Some(counted), "--count-by")] {
        if let Some(title) = names.and_then(named_twice) {
            bail!("`{flag}` names the field `{title}` twice");
        }
    }
    Ok(())
}

/// The columns of counts: the fields, and `count`.
fn columns_of_counts(counted: &[Name], key: fn(&str) -> Vec<u8>) -> Vec<Column> {
    let titles = counted.iter().map(Name::title).chain(["count".to_owned()]);
    let column = |(index, title)| Column::new(title, Place::Index(index), key);
    titles.enumerate().map(column).collect()
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
