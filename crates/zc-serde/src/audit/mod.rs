//! Which parts of a value borrow from a buffer, and which were copied.
//!
//! Borrowing is lost silently: `#[serde(borrow)]` is forgotten, a `Cow` is put into an `Option`, an
//! escape appears in the input. An audit walks the value as if to write it, and asks of each text
//! and byte string whether it lies in the buffer.
//!
//! ```
//! use std::borrow::Cow;
//! use serde::{Deserialize, Serialize};
//! use zc_serde::audit::audit;
//!
//! #[derive(Deserialize, Serialize)]
//! struct User<'a> {
//!     id: u32,
//!     name: &'a str,
//!     mail: Cow<'a, str>, // `#[serde(borrow)]` is forgotten
//! }
//!
//! let json = br#"{"id":1,"name":"Ada","mail":"ada@example.org"}"#;
//! let user: User = zc_serde::from_slice(json)?;
//! let audit = audit(&user, json);
//! assert_eq!(audit.copied().bytes, 15);
//! assert_eq!(audit.to_string(), "\
//! copied     mail  15 B
//! converted  id     4 B
//! borrowed   name   3 B at 16
//! 1 borrowed (3 B), 1 copied (15 B), 1 converted (4 B)
//! ");
//! # Ok::<(), zc_serde::Error>(())
//! ```
//!
//! # What it sees
//!
//! | field | found to be |
//! | --- | --- |
//! | `&str`, [`Text`](crate::Text), `SharedStr`, `SharedBytes`, [`Raw`](crate::Raw) | borrowed; copied where a `Text` or `SharedStr` had escapes |
//! | `Cow<str>` without `#[serde(borrow)]`, `Option<Cow<str>>` and `Vec<Cow<str>>` also with it | **copied** |
//! | `String`, `serde_json::Value` | copied |
//! | empty texts | borrowed: nothing was copied to make them |
//! | numbers, `bool`, `char`, `None`, names of enum variants | converted |
//! | sequences of `u8`: `&[u8]`, `Vec<u8>`, [`ZeroCopyBuffer`](crate::ZeroCopyBuffer) | not visible: serde hands out their bytes one by one, without the address |
//! | the tag of an `enum` with `#[serde(tag = "…")]`, any other `&'static str` | copied, as far as an audit can tell: allow them |
//! | fields under `skip_serializing` | nothing: they are not seen |
//!
//! Types that make a text or bytes for the occasion are seen with those. The walk is that of a
//! format for machines, so that addresses and UUIDs are numbers and bytes, and
//! `zc_serde::base64` and `zc_serde::hex` show the bytes themselves.

mod allow;
mod leaf;
mod parts;
mod report;
mod walk;

use serde::Serialize;
use zc_core::Copies;

pub use self::leaf::{Held, Leaf, Total};
use self::walk::Walk;

/// Tells which parts of `value` lie in `source`, and which were copied.
///
/// It is meant for tests and for the bench: it allocates a path for each text, and recurses as
/// deeply as the value nests.
///
/// ```
/// use zc_serde::audit::audit;
///
/// let json = br#"["kept", "esc\u0061ped"]"#;
/// let names: Vec<zc_serde::Text> = zc_serde::from_slice(json)?;
/// let audit = audit(&names, json);
/// assert_eq!((audit.borrowed().bytes, audit.copied().bytes), (4, 7));
/// assert_eq!(audit.copies().decode, 7);
/// # Ok::<(), zc_serde::Error>(())
/// ```
///
/// # Copies
///
/// Names and paths, never a text or byte string of the value.
#[must_use]
pub fn audit<T: Serialize + ?Sized>(value: &T, source: &[u8]) -> Audit {
    let mut walk = Walk::new(source);
    let failure = value.serialize(&mut walk).err();
    Audit { leaves: walk.into_leaves(), failure: failure.map(|error| error.to_string()) }
}

/// What an [`audit`] found; its `Display` is one line a leaf, those that fail first, and the
/// totals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    leaves: Vec<Leaf>,
    failure: Option<String>,
}

impl Audit {
    /// Allows copies, and what cannot be seen, at these paths and beneath them.
    ///
    /// It is for `&'static str`, names of variants and fields that are owned on purpose. A path is
    /// spelled as a [`Leaf`] spells it; `[]` stands for every index.
    ///
    /// ```
    /// use zc_serde::audit::audit;
    ///
    /// let json = b"[1]";
    /// let pairs = [("static", 1)];
    /// assert!(!audit(&pairs, json).is_zero_copy());
    /// assert!(audit(&pairs, json).allowing(&["[][0]"]).is_zero_copy());
    /// ```
    #[must_use]
    pub fn allowing(mut self, paths: &[&str]) -> Self {
        for leaf in &mut self.leaves {
            let is_doubtful = matches!(leaf.held, Held::Copied | Held::NotVisible);
            leaf.is_allowed |=
                is_doubtful && paths.iter().any(|path| allow::covers(path, &leaf.path));
        }
        self
    }

    /// Whether nothing was copied, and nothing that is not visible might have been, but what is
    /// allowed, and the value could be walked to its end.
    #[must_use]
    pub fn is_zero_copy(&self) -> bool {
        self.failure.is_none() && self.leaves.iter().all(|leaf| !leaf.fails())
    }

    /// What was found, in the order in which the value is written.
    ///
    /// ```
    /// use zc_serde::audit::{Held, audit};
    ///
    /// let json = br#"[["kept", 7], ["owned", 8]]"#;
    /// let pairs: Vec<(&str, u32)> = zc_serde::from_slice(json)?;
    /// let audit = audit(&pairs, json);
    /// let borrows = |leaf: &&zc_serde::audit::Leaf| matches!(leaf.held, Held::Borrowed { .. });
    /// let paths: Vec<_> = audit.leaves().iter().filter(borrows).map(|leaf| &leaf.path).collect();
    /// assert_eq!(paths, ["[0][0]", "[1][0]"]);
    /// # Ok::<(), zc_serde::Error>(())
    /// ```
    #[must_use]
    pub fn leaves(&self) -> &[Leaf] {
        &self.leaves
    }

    /// Why the value could not be walked to its end, in the words of its own `Serialize`.
    ///
    /// ```
    /// use serde::ser::{Error, Serialize, Serializer};
    /// use zc_serde::audit::audit;
    ///
    /// struct Closed;
    ///
    /// impl Serialize for Closed {
    ///     fn serialize<S: Serializer>(&self, _serializer: S) -> Result<S::Ok, S::Error> {
    ///         Err(S::Error::custom("closed"))
    ///     }
    /// }
    ///
    /// let audit = audit(&Closed, b"");
    /// assert_eq!((audit.failure(), audit.is_zero_copy()), (Some("closed"), false));
    /// ```
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// What lies in the source.
    #[must_use]
    pub fn borrowed(&self) -> Total {
        self.total(|leaf| matches!(leaf.held, Held::Borrowed { .. }))
    }

    /// What was copied, without what is allowed.
    #[must_use]
    pub fn copied(&self) -> Total {
        self.total(|leaf| leaf.held == Held::Copied && !leaf.is_allowed)
    }

    /// What is no text.
    #[must_use]
    pub fn converted(&self) -> Total {
        self.total(|leaf| leaf.held == Held::Converted)
    }

    /// What an audit cannot see, without what is allowed.
    ///
    /// ```
    /// let bytes: &[u8] = b"[1,2]";
    /// let audit = zc_serde::audit::audit(bytes, bytes);
    /// assert_eq!(audit.not_visible().bytes, 5, "it is not seen that they are the source itself");
    /// assert_eq!(audit.allowing(&[""]).allowed().bytes, 5);
    /// ```
    #[must_use]
    pub fn not_visible(&self) -> Total {
        self.total(|leaf| leaf.held == Held::NotVisible && !leaf.is_allowed)
    }

    /// What was copied or is not visible, and is allowed.
    #[must_use]
    pub fn allowed(&self) -> Total {
        self.total(|leaf| leaf.is_allowed)
    }

    /// The copied bytes as a ledger: they were copied while the value was built.
    #[must_use]
    pub fn copies(&self) -> Copies {
        Copies { decode: self.copied().bytes, ..Copies::default() }
    }

    fn total(&self, is_counted: impl Fn(&Leaf) -> bool) -> Total {
        let counted = self.leaves.iter().filter(|leaf| is_counted(leaf));
        counted.fold(Total::default(), |total, leaf| Total {
            leaves: total.leaves + 1,
            bytes: total.bytes + leaf.bytes,
        })
    }
}

/// Asserts that every text and byte string in a value lies in a source, but those at the paths
/// that are allowed, which [`Audit::allowing`](crate::audit::Audit::allowing) explains.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use zc_serde::{Text, assert_zero_copy};
///
/// #[derive(Deserialize, Serialize)]
/// struct User<'a> {
///     #[serde(borrow)]
///     name: Text<'a>,
///     note: String,
/// }
///
/// let json = br#"{"name":"Ada","note":"kept for long"}"#;
/// let user: User = zc_serde::from_slice(json)?;
/// assert_zero_copy!(user, json, allow: ["note"]);
/// # Ok::<(), zc_serde::Error>(())
/// ```
///
/// ```should_panic
/// let json = br#"["Ada"]"#;
/// let names: Vec<String> = zc_serde::from_slice(json).unwrap();
/// zc_serde::assert_zero_copy!(names, json);
/// ```
///
/// # Panics
///
/// If a part was copied, or is a sequence of `u8`, which an audit cannot see, and is not allowed;
/// the message names all of them. Also if the value cannot be serialized.
#[macro_export]
macro_rules! assert_zero_copy {
    ($value:expr, $source:expr $(,)?) => {
        $crate::assert_zero_copy!($value, $source, allow: [])
    };
    ($value:expr, $source:expr, allow: [$($path:expr),* $(,)?] $(,)?) => {{
        let source: &[u8] = ::core::convert::AsRef::<[u8]>::as_ref(&*$source);
        let audit = $crate::audit::audit(&$value, source).allowing(&[$($path),*]);
        assert!(
            audit.is_zero_copy(),
            "`{}` is not all borrowed from `{}`:\n{audit}",
            stringify!($value),
            stringify!($source),
        );
    }};
}
