//! [`Described`]: a part that can say what it is.

use std::cell::RefCell;

use zc_parse::resp::{Item, Value};

use crate::parse::target::Target;

use super::names::{Names, text_of};
use super::part::Part;
use super::render::Renderer;

/// A part, and storage for the names in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Described<'i> {
    pub(super) part: Part<'i>,
    pub(super) names: &'i RefCell<Names>,
}

impl<'i> Described<'i> {
    /// Whether its JSON is an object or an array.
    pub(crate) fn holds_others(self) -> bool {
        let is_single = |item: Item<'_, &[u8]>| {
            matches!(
                item.value(),
                Value::Boolean(_)
                    | Value::Integer(_)
                    | Value::BigNumber(_)
                    | Value::Double(_)
                    | Value::Chunks(_)
            )
        };
        !self.part.item().is_some_and(is_single)
    }

    /// The text of a string that comes in chunks.
    pub(crate) fn joined(self) -> Option<Vec<u8>> {
        let item = self.part.item().filter(|item| matches!(item.value(), Value::Chunks(_)))?;
        let mut joined = Vec::new();
        text_of(item, &mut joined);
        Some(joined)
    }

    /// Its text without quotes and escapes, or its JSON if it is no text.
    pub(crate) fn to_plain(self) -> Vec<u8> {
        self.joined().unwrap_or_else(|| {
            let mut json = Vec::new();
            let Ok(_) = self.render(&mut json);
            json
        })
    }

    /// Its JSON.
    pub(crate) fn to_json(self) -> String {
        let mut json = Vec::new();
        let Ok(_) = self.render(&mut json);
        String::from_utf8(json).expect("JSON is UTF-8")
    }

    /// Appends its JSON; returns how many replacement characters stand in it for bytes that are
    /// not UTF-8.
    pub(crate) fn render<T: Target>(self, target: &mut T) -> Result<u64, T::Error> {
        Renderer::new(target, &mut self.names.borrow_mut()).render(self.part)
    }

    /// Appends it as `MessagePack`.
    pub(crate) fn pack(self, out: &mut Vec<u8>) {
        self.names.borrow_mut().pack(self.part, out);
    }
}
