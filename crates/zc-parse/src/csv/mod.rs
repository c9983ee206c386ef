//! CSV: rows of fields with a delimiter between them.
