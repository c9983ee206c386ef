//! A few named fields of each line, found on masks.
