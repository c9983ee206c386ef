//! Output as a list of references to `Bytes`.
