//! [`from_slice`]: one JSON text into one value.

use serde::Deserialize;

use crate::Error;

/// Reads the one JSON value that `json` is into a `T`, which may borrow from it.
///
/// ```
/// let words: Vec<&str> = zc_serde::from_slice(br#"["zero", "copy"]"#)?;
/// assert_eq!(words, ["zero", "copy"]);
/// # Ok::<(), zc_serde::Error>(())
/// ```
///
/// What borrows cannot outlive the text:
///
/// ```compile_fail,E0597
/// let words: Vec<&str>;
/// {
///     let json = br#"["zero", "copy"]"#.to_vec();
///     words = zc_serde::from_slice(&json).unwrap();
/// }
/// assert_eq!(words, ["zero", "copy"]);
/// ```
///
/// # Errors
///
/// [`Error`] if `json` is not JSON, does not fit `T`, holds anything but white space after the
/// value, or, where `T` follows the nesting, nests deeper than the 127 levels of `serde_json`.
///
/// # Copies
///
/// None of ours. A `&str` or [`Text`](crate::Text) without escapes borrows; a `Text` with
/// escapes owns its text; `String`, and `Cow` nearly always, copies it. Strings with escapes
/// are unescaped into a scratch buffer first.
pub fn from_slice<'de, T: Deserialize<'de>>(json: &'de [u8]) -> Result<T, Error> {
    serde_json::from_slice(json).map_err(|error| Error::new(json, &error))
}
