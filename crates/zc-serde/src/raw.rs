//! An unparsed JSON value.
