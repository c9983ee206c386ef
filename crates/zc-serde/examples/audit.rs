//! An audit of a record: which fields borrow from the JSON text, and which were copied silently.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use zc_serde::Text;
use zc_serde::audit::audit;

#[derive(Debug, Deserialize, Serialize)]
struct Event<'a> {
    id: u64,
    #[serde(borrow)]
    user: Text<'a>,
    #[serde(borrow)]
    path: Cow<'a, str>,
    /// `#[serde(borrow)]` is forgotten.
    host: Cow<'a, str>,
    /// `#[serde(borrow)]` does not reach into an `Option`.
    #[serde(borrow)]
    agent: Option<Cow<'a, str>>,
    #[serde(borrow)]
    tags: Vec<Text<'a>>,
}

pub(crate) const JSON: &[u8] = br#"{
    "id": 7, "user": "ada", "path": "/notes", "host": "example.org",
    "agent": "curl", "tags": ["cold", "caf\u00e9"]
}"#;

/// What the example prints.
pub(crate) fn report() -> Result<String, zc_serde::Error> {
    let event: Event = zc_serde::from_slice(JSON)?;
    Ok(audit(&event, JSON).to_string())
}

pub(crate) fn main() -> Result<(), zc_serde::Error> {
    print!("{}", report()?);
    Ok(())
}
