//! [`Place`]: where records have what is asked for, and what they become.

/// Where a record has a field.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// At this index of its fixed names, or of the paths of the plan.
    Index(usize),
    /// Where its key is this one.
    Key(String),
}

/// What a record becomes in JSON; in CSV, whether there is a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// An object, since its fields have names.
    Object,
    /// An array, since its fields have none.
    Array,
}
