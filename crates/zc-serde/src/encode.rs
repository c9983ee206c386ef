//! [`EncodeError`]: why a value could not be written, and what then becomes of the writer.

use std::fmt;

use zc_core::rope::{Rope, RopeWriter};

/// A value that a format cannot hold, or whose own `Serialize` refused.
///
/// ```
/// use std::collections::BTreeMap;
///
/// let map = BTreeMap::from([((1, 2), 3)]);
/// let error = zc_serde::json::to_rope(&map, &[]).unwrap_err();
/// assert_eq!(error.to_string(), "key must be a string");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodeError {
    message: Box<str>,
}

/// Finishes what a format has `written`; after an error nothing of it stays in the writer.
#[inline]
pub(crate) fn finish<E: fmt::Display>(
    writer: &mut RopeWriter,
    written: Result<(), E>,
) -> Result<Rope, EncodeError> {
    match written {
        Ok(()) => Ok(writer.finish()),
        Err(error) => {
            drop(writer.finish());
            Err(EncodeError::new(&error))
        }
    }
}

impl EncodeError {
    /// What a format said, in its words.
    #[cold]
    fn new(error: &impl fmt::Display) -> Self {
        Self { message: error.to_string().into() }
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for EncodeError {}
