//! [`Rules`]: how much of what is not asked for has to make sense.

/// Which texts are refused beside those that break the grammar of JSON or are not UTF-8.
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
