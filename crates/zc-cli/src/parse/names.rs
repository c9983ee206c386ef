//! [`Names`]: what names the fields of a format have.

use zc_parse::access_log::{Combined, Common};
use zc_parse::http1::Message;
use zc_parse::{Command, Fields, Pair};

use crate::parse::args::Format;
use crate::parse::place::Shape;

/// What names the fields of a format have.
#[derive(Debug)]
pub(crate) enum Names<'n> {
    /// These, in each record.
    Fixed(Vec<&'n str>),
    /// Any, in which a dot is a byte as any other.
    Flat,
    /// Any, in which a dot goes down.
    Nested,
    /// None but their numbers, from 1 on.
    Numbers,
}

impl Names<'_> {
    /// The names of a format whose records need not be seen for it.
    pub(crate) fn of(format: Format) -> Self {
        match format {
            Format::Kv => fixed::<Pair<&[u8]>>(),
            Format::Command => fixed::<Command<&[u8]>>(),
            Format::Common => fixed::<Common<&[u8]>>(),
            Format::Combined => fixed::<Combined<&[u8]>>(),
            Format::Http => fixed::<Message<&[u8]>>(),
            Format::Logfmt | Format::Csv => Self::Flat,
            Format::Ndjson | Format::Resp | Format::Auto => Self::Nested,
        }
    }

    /// What a record becomes.
    pub(crate) const fn shape(&self) -> Shape {
        match self {
            Self::Numbers => Shape::Array,
            Self::Fixed(_) | Self::Flat | Self::Nested => Shape::Object,
        }
    }
}

fn fixed<'n, R: Fields<'n>>() -> Names<'n> {
    Names::Fixed(R::NAMES.to_vec())
}
