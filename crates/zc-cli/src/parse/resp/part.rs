//! [`Part`]: a part of a value that has a name in its JSON.

use std::borrow::Cow;
use std::cell::RefCell;

use zc_parse::resp::{Item, Value};

use super::names::Names;

/// A part of a value that has a name in its JSON.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part<'t> {
    Whole(Item<'t, &'t [u8]>),
    /// Without its attributes.
    Bare(Item<'t, &'t [u8]>),
    /// The attributes alone.
    Attributes(Item<'t, &'t [u8]>),
    /// What is pushed.
    List(Item<'t, &'t [u8]>),
    /// What an error says.
    Text(&'t [u8]),
}

impl<'t> Part<'t> {
    /// The part of it that has the name `key`.
    pub(super) fn child(self, key: &str, names: &mut Names) -> Option<Self> {
        match self {
            Self::Whole(item) if item.attributes().next().is_none() => {
                Self::Bare(item).child(key, names)
            }
            Self::Whole(item) => match key {
                "attributes" => Some(Self::Attributes(item)),
                "value" => Some(Self::Bare(item)),
                _ => None,
            },
            Self::Attributes(item) if names.are_unique(item.attributes()) => {
                let mut entries = item.attributes();
                entries.find(|(name, _)| names.is(*name, key)).map(|(_, value)| Self::Whole(value))
            }
            Self::Bare(item) => match item.value() {
                Value::Error(text) | Value::BulkError(text) if key == "error" => {
                    Some(Self::Text(text))
                }
                Value::Push(_) if key == "push" => Some(Self::List(item)),
                Value::Map(_) if names.are_unique(item.entries()) => {
                    let mut entries = item.entries();
                    let entry = entries.find(|(name, _)| names.is(*name, key));
                    entry.map(|(_, value)| Self::Whole(value))
                }
                _ => None,
            },
            Self::Attributes(_) | Self::List(_) | Self::Text(_) => None,
        }
    }

    /// Each part of it that has a name, or itself if none has.
    pub(super) fn each_child(
        self,
        names: &RefCell<Names>,
        mut visit: impl FnMut(Cow<'t, [u8]>, Self),
    ) {
        let Self::Whole(item) = self else { return };
        let mut named = |name: &'static str, part| visit(Cow::Borrowed(name.as_bytes()), part);
        if item.attributes().next().is_some() {
            named("attributes", Self::Attributes(item));
            return named(Self::ONLY, Self::Bare(item));
        }
        match item.value() {
            Value::Error(text) | Value::BulkError(text) => named("error", Self::Text(text)),
            Value::Push(_) => named("push", Self::List(item)),
            Value::Map(_) if names.borrow_mut().are_unique(item.entries()) => {
                for (key, value) in item.entries() {
                    let name = match key.value() {
                        Value::Simple(text) | Value::Bulk(text) => Cow::Borrowed(*text),
                        _ => Cow::Owned(names.borrow_mut().name(key).to_vec()),
                    };
                    visit(name, Self::Whole(value));
                }
            }
            _ => named(Self::ONLY, self),
        }
    }

    /// What the only field of a value is called whose parts have no names.
    pub(super) const ONLY: &'static str = "value";

    /// Whether no part of it has a name.
    pub(super) fn is_single(self, names: &mut Names) -> bool {
        let Self::Whole(item) = self else { return false };
        item.attributes().next().is_none()
            && match item.value() {
                Value::Error(_) | Value::BulkError(_) | Value::Push(_) => false,
                Value::Map(_) => !names.are_unique(item.entries()),
                _ => true,
            }
    }

    /// The value behind it, if it is one without attributes.
    pub(super) fn item(self) -> Option<Item<'t, &'t [u8]>> {
        match self {
            Self::Whole(item) if item.attributes().next().is_none() => Some(item),
            Self::Bare(item) => Some(item),
            _ => None,
        }
    }
}
