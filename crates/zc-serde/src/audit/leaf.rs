//! [`Leaf`]: a part of a value that has no parts of its own, and how the value holds it.

/// How a value holds a part of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Held {
    /// A text or byte string that lies in the source; an empty one, wherever it lies.
    Borrowed {
        /// Where it begins, in bytes from the beginning of the source.
        offset: usize,
    },
    /// A text or byte string that lies elsewhere.
    Copied,
    /// Anything that is no text: numbers, nothing at all, names of variants, texts that a type
    /// formats anew each time it is written.
    Converted,
    /// A sequence of `u8`, which is handed out byte by byte: it may lie in the source or not.
    NotVisible,
}

/// A part of a value that has no parts of its own.
///
/// Numbers that follow one another in a sequence are one leaf, so that a long vector makes no long
/// report.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Leaf {
    /// Where it is in the value: `tags[0].name` is the field `name` of the first element of the
    /// field `tags`.
    ///
    /// The key of a map is `headers{host}`, and its value `headers.host`, or
    /// `headers["any text"]`; long keys are cut short. The elements 0 and 1 are `pair[0..2]`. It is
    /// empty for the value itself.
    pub path: String,
    /// How long the text or byte string is; for anything else the size in memory, in bytes.
    pub bytes: u64,
    /// How it is held.
    pub held: Held,
    /// Whether it may be copied.
    pub is_allowed: bool,
}

impl Leaf {
    /// Whether it keeps the value from being free of copies.
    pub(super) const fn fails(&self) -> bool {
        !self.is_allowed && matches!(self.held, Held::Copied | Held::NotVisible)
    }
}

/// How many leaves there are of one kind, and how large they are together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Total {
    /// The number of leaves.
    pub leaves: u64,
    /// The sum of their sizes, in bytes.
    pub bytes: u64,
}
