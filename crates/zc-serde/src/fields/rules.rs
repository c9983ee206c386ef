//! [`Rules`]: how much of what is not asked for has to make sense.

/// Which texts are refused beside those that break the grammar of JSON or are not UTF-8.
///
/// ```
/// use zc_serde::fields::{Fields, Rules};
///
/// let json = br#"{"far": 1e999, "near": 1}"#;
/// let mut near = [None];
/// assert!(Fields::new(["near"]).read(json, &mut near).is_err());
/// Fields::new(["near"]).with_rules(Rules::Raw).read(json, &mut near)?;
/// assert_eq!(near[0].unwrap().get(), "1");
/// # Ok::<(), zc_serde::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Rules {
    /// Those that `serde_json::Value` refuses: numbers out of the range of `f64`, surrogates that
    /// stand alone, more than [`MAX_DEPTH`](crate::ndjson::MAX_DEPTH) levels of nesting.
    #[default]
    Value,
    /// Those that [`read_members`](crate::members::read_members) refuses: only surrogates that
    /// stand alone in a key of the outermost object.
    Raw,
}
