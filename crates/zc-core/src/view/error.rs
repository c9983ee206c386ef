//! [`ViewError`]: where a view could not be, and why.

use core::fmt;

use crate::{Expected, FrameError, Incomplete, Mismatch};

/// Why bytes are not seen as what was asked for, and where.
///
/// ```
/// use zc_core::view::{ViewErrorKind, view, zerocopy::big_endian::U32};
///
/// let error = view::<U32>(b"\0\0", 0).unwrap_err();
/// assert_eq!((error.offset, error.kind), (0, ViewErrorKind::Short { needed: 4, found: 2 }));
/// assert_eq!(error.incomplete().unwrap().needed, 2);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ViewError {
    /// What is wrong.
    pub kind: ViewErrorKind,
    /// Bytes from the beginning of the input to where the view, or its last record, would begin.
    pub offset: usize,
}

/// What is wrong with the bytes of a view.
///
/// ```
/// use zc_core::view::{ViewErrorKind, records, zerocopy::big_endian::U16};
///
/// assert_eq!(records::<U16>(b"\0\x01\0\x02")?.len(), 2);
/// let error = records::<U16>(b"\0\x01\0").unwrap_err();
/// assert_eq!((error.offset, error.kind), (2, ViewErrorKind::Torn { needed: 2, found: 1 }));
/// # Ok::<(), zc_core::view::ViewError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ViewErrorKind {
    /// The input ends before it.
    Short {
        /// Bytes that are needed from the offset on.
        needed: usize,
        /// Bytes that are there from the offset on.
        found: usize,
    },
    /// Whole records are followed by a piece of one.
    Torn {
        /// Bytes of a record.
        needed: usize,
        /// Bytes that are there of the last one.
        found: usize,
    },
    /// A header's length field is wrong, or more than memory has addresses for.
    Length,
}

impl ViewError {
    /// How much more input would mend it; `None` where none would.
    #[must_use]
    pub const fn incomplete(&self) -> Option<Incomplete> {
        match self.kind {
            ViewErrorKind::Short { needed, found } | ViewErrorKind::Torn { needed, found } => {
                Some(Incomplete { needed: needed - found })
            }
            ViewErrorKind::Length => None,
        }
    }

    /// Whether more input may mend it.
    #[must_use]
    pub const fn is_incomplete(&self) -> bool {
        self.incomplete().is_some()
    }
}

impl From<ViewError> for FrameError {
    fn from(error: ViewError) -> Self {
        match error.incomplete() {
            Some(incomplete) => incomplete.into(),
            None => Mismatch { offset: error.offset, expected: LENGTH }.into(),
        }
    }
}

/// What a header should have had.
const LENGTH: Expected = Expected::Named("a header whose length field is possible");

impl fmt::Display for ViewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, offset } = self;
        match kind {
            ViewErrorKind::Short { needed, found } => {
                write!(f, "expected {needed} bytes, found {found} at byte {offset}")
            }
            ViewErrorKind::Torn { needed, found } => write!(
                f,
                "expected records of {needed} bytes, found {found} bytes of one at byte {offset}"
            ),
            ViewErrorKind::Length => Mismatch { offset: *offset, expected: LENGTH }.fmt(f),
        }
    }
}

impl core::error::Error for ViewError {}
