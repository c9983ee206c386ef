//! A person whose name is borrowed from the JSON text.

use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(crate) struct Person<'a> {
    pub(crate) name: &'a str,
    pub(crate) age: u32,
}

pub(crate) const JSON: &[u8] = br#"{"name": "Ada Lovelace", "age": 36}"#;

/// The person that `json` describes.
pub(crate) fn read(json: &[u8]) -> Result<Person<'_>, zc_serde::Error> {
    zc_serde::from_slice(json)
}

/// The line that the example prints.
pub(crate) fn describe(json: &[u8]) -> Result<String, zc_serde::Error> {
    let person = read(json)?;
    let borrowed = zc_core::Source::new(json).borrows(person.name.as_bytes());
    let how = if borrowed { "borrowed from the text" } else { "copied" };
    Ok(format!("{} is {} years old; the name is {how}", person.name, person.age))
}

pub(crate) fn main() -> Result<(), zc_serde::Error> {
    println!("{}", describe(JSON)?);
    Ok(())
}
