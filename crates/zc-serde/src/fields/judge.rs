//! [`judge`]: what `serde_json` says of a text, and where it stands.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::Value;
use super::rules::Rules;
use crate::Error;
use crate::members::{member, read_members};

/// Reads `values`, one for each of `paths`, from `json`; the slow way, and the one that decides.
#[cold]
pub(super) fn judge<'de>(
    json: &'de [u8],
    rules: Rules,
    paths: &[Box<[String]>],
    values: &mut [Option<Value<'de>>],
) -> Result<(), Error> {
    if rules == Rules::Value {
        serde_json::from_slice::<Checked>(json).map_err(|error| Error::new(json, &error))?;
    }
    let mut members = Vec::new();
    values.fill(None);
    read_members(json, &mut members)?;
    for (path, value) in paths.iter().zip(values) {
        let Some((first, below)) = path.split_first() else { continue };
        let top = members.iter().rev().find(|member| member.key == **first);
        let raw = top.and_then(|top| below.iter().try_fold(top.value, |raw, key| member(raw, key)));
        *value = raw.map(Value::new);
    }
    Ok(())
}

/// Any value, read as closely as `serde_json::Value` would be, and not kept.
struct Checked;

impl<'de> Deserialize<'de> for Checked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Check)
    }
}

struct Check;

impl<'de> Visitor<'de> for Check {
    type Value = Checked;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any valid JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Checked, A::Error> {
        while items.next_element::<Checked>()?.is_some() {}
        Ok(Checked)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Checked, A::Error> {
        while members.next_entry::<Checked, Checked>()?.is_some() {}
        Ok(Checked)
    }
}
