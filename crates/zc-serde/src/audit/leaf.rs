//! [`Leaf`]: a part of a value that has no parts of its own, and how the value holds it.

/// How a value holds a part of itself.
///
/// ```
/// use zc_serde::audit::{Held, audit};
///
/// let input = b"borrowed";
/// let held: Vec<_> = audit(&("borrow", 7, String::from("own"), [1_u8; 2]), input)
///     .leaves()
///     .iter()
///     .map(|leaf| leaf.held)
///     .collect();
/// assert_eq!(held[1..3], [Held::Converted, Held::Copied]);
///
/// let part = std::str::from_utf8(&input[2..]).unwrap();
/// assert_eq!(audit(part, input).leaves()[0].held, Held::Borrowed { offset: 2 });
/// ```
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
///
/// ```
/// use zc_serde::audit::audit;
///
/// let value = [("first", 1), ("second", 2)];
/// let audit = audit(&value, b"").allowing(&["[0]"]);
/// let paths: Vec<_> = audit.leaves().iter().map(|leaf| leaf.path.as_str()).collect();
/// assert_eq!(paths, ["[0][0]", "[0][1]", "[1][0]", "[1][1]"]);
/// let (first, second) = (&audit.leaves()[0], &audit.leaves()[2]);
/// assert_eq!((first.bytes, first.is_allowed, second.is_allowed), (5, true, false));
/// ```
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
///
/// ```
/// use zc_serde::audit::{Total, audit};
///
/// let texts = vec![String::from("one"), String::from("three")];
/// assert_eq!(audit(&texts, b"").copied(), Total { leaves: 2, bytes: 8 });
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Total {
    /// The number of leaves.
    pub leaves: u64,
    /// The sum of their sizes, in bytes.
    pub bytes: u64,
}
