//! Values that hold reference-counted slices of their input.
//!
//! A value that borrows cannot leave the function that holds its buffer. [`SharedStr`] and
//! [`SharedBytes`] have no lifetime: each holds a counted reference to the whole input and the
//! place of its part, so that a record crosses threads and `.await`, and nothing is copied.
//!
//! ```
//! use bytes::Bytes;
//! use serde::Deserialize;
//! use zc_serde::shared::{SharedStr, from_shared};
//!
//! #[derive(Deserialize)]
//! struct User {
//!     name: SharedStr,
//!     tags: Vec<SharedStr>,
//! }
//!
//! let json = Bytes::from(r#"{"name":"Ada","tags":["first"]}"#);
//! let user: User = from_shared(json.clone())?;
//! zc_core::assert_borrows!(json, user.name, user.tags[0]);
//! let greeting = std::thread::spawn(move || format!("Hello, {}", user.name)).join().unwrap();
//! assert_eq!(greeting, "Hello, Ada");
//! # Ok::<(), zc_serde::Error>(())
//! ```
//!
//! # What is shared
//!
//! While [`from_shared`] or [`with_shared`] reads, the thread knows its buffer. Each text and
//! byte string that a field is given is looked for in it by address; what lies there is shared,
//! and everything else is copied and counted. What a format says of a slice is not trusted.
//!
//! | read by | strings | byte strings |
//! | --- | --- | --- |
//! | [`from_shared`], `serde_json::from_slice` | shared, copied where they have escapes | as strings; arrays of numbers are copied |
//! | `rmp_serde::from_slice` | shared | shared |
//! | `postcard::from_bytes` | shared | shared |
//! | `bincode::deserialize` (1) | shared | shared |
//! | `cbor4ii::serde::from_slice` | shared | shared |
//! | `ciborium::from_reader`, also of a slice | copied | copied |
//! | `csv` | copied: it has its own buffer, which it lends as if it were the input | copied |
//! | any `from_reader`, `from_value` | copied | copied |
//!
//! Under `#[serde(flatten)]` and `#[serde(untagged)]`, and in internally tagged enums, serde
//! keeps the fields in a buffer of its own, in which slices of the input stay slices of the
//! input: they are shared where the table says so. Formats that do not describe themselves,
//! postcard and bincode, refuse to read such types at all.
//!
//! # What it costs
//!
//! One small slice keeps the whole input in memory: [`SharedStr::detach`] ends that. Each slice
//! takes 32 bytes on a 64-bit machine, and making, cloning and dropping it counts a reference,
//! which threads that share one input contend for. Each text that is shared is checked to be UTF-8
//! by the standard library, after the format has checked it or [`from_shared`] has checked the
//! whole input: `SharedBytes` is not, and is the better field for long text that is passed on
//! unread. Values that are short and live long are better owned.

mod bytes;
mod compare;
mod scope;
mod str;

use ::bytes::Bytes;
use serde::de::DeserializeOwned;
use zc_core::Copies;

pub use self::bytes::SharedBytes;
use self::scope::Entered;
pub use self::scope::copied_outside;
pub use self::str::SharedStr;
use crate::Error;

/// A value and how many bytes of its [`SharedStr`]s and [`SharedBytes`] were shared and copied
/// while it was read.
///
/// ```
/// use zc_serde::shared::{SharedStr, from_shared_counted};
///
/// let names = from_shared_counted::<[SharedStr; 2]>(r#"["Ada", "Gr\u0061ce"]"#.into())?;
/// assert_eq!((names.shared, names.copied), (3, 5));
/// assert_eq!(names.copies().decode, 5);
/// # Ok::<(), zc_serde::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Shared<T> {
    /// What was read.
    pub value: T,
    /// Bytes of texts and byte strings that are slices of the input.
    pub shared: u64,
    /// Bytes of texts and byte strings that were copied, since they lie elsewhere.
    pub copied: u64,
}

impl<T> Shared<T> {
    /// The copied bytes as a ledger: they were copied while values were built.
    #[must_use]
    pub fn copies(&self) -> Copies {
        Copies { decode: self.copied, ..Copies::default() }
    }
}

impl<T, E> Shared<Result<T, E>> {
    /// The counted value, or the error.
    ///
    /// # Errors
    ///
    /// The error that the value is.
    pub fn transpose(self) -> Result<Shared<T>, E> {
        let Self { value, shared, copied } = self;
        value.map(|value| Shared { value, shared, copied })
    }
}

/// Reads the one JSON value that `json` is into a `T`, whose [`SharedStr`]s and [`SharedBytes`]
/// are slices of it.
///
/// ```
/// use bytes::Bytes;
/// use zc_serde::shared::{SharedStr, from_shared};
///
/// let json = Bytes::from(r#"["Ada","Grace"]"#);
/// let names: Vec<SharedStr> = from_shared(json.clone())?;
/// zc_core::assert_borrows!(json, names[0], names[1]);
/// std::thread::spawn(move || assert_eq!(names[1], "Grace")).join().unwrap();
/// # Ok::<(), zc_serde::Error>(())
/// ```
///
/// # Errors
///
/// As [`from_slice`](crate::from_slice).
///
/// # Copies
///
/// Strings with escapes, arrays of numbers read as bytes, and what other types, such as
/// `String`, copy. Nothing is allocated for a field that is shared.
pub fn from_shared<T: DeserializeOwned>(json: Bytes) -> Result<T, Error> {
    from_shared_counted(json).map(|shared| shared.value)
}

/// [`from_shared`], with how much was shared and copied.
///
/// ```
/// use zc_serde::shared::{SharedStr, from_shared_counted};
///
/// let json = r#"["plain", "caf\u00e9"]"#;
/// let words = from_shared_counted::<Vec<SharedStr>>(json.into())?;
/// assert_eq!(words.value, ["plain", "café"]);
/// assert_eq!((words.shared, words.copied), (5, 5));
/// # Ok::<(), zc_serde::Error>(())
/// ```
///
/// # Errors
///
/// As [`from_slice`](crate::from_slice).
///
/// # Copies
///
/// As [`from_shared`].
pub fn from_shared_counted<T: DeserializeOwned>(json: Bytes) -> Result<Shared<T>, Error> {
    let read = |json: &[u8]| read_json(json).map_err(|error| Error::new(json, &error));
    with_shared(json, read).transpose()
}

fn read_json<T: DeserializeOwned>(json: &[u8]) -> serde_json::Result<T> {
    // Checking the text once beats checking each of its strings; a text that fails the check is
    // read as bytes, for the sake of the mistake that comes first.
    match simdutf8::basic::from_utf8(json) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_slice(json),
    }
}

/// Calls `read` with the bytes of `input`; each [`SharedStr`] and [`SharedBytes`] that is
/// deserialized meanwhile on this thread from a slice of them shares `input`.
///
/// It is for formats other than JSON; any function that reads from a slice will do.
///
/// ```
/// use bytes::Bytes;
/// use zc_serde::shared::{SharedBytes, SharedStr, with_shared};
///
/// let input = Bytes::from(rmp_serde::to_vec(&("Ada", SharedBytes::from(&b"\0\xff"[..])))?);
/// let read = with_shared(input, |bytes| rmp_serde::from_slice::<(SharedStr, SharedBytes)>(bytes));
/// let pair = read.transpose()?;
/// assert_eq!((&*pair.value.0, &*pair.value.1), ("Ada", &b"\0\xff"[..]));
/// assert_eq!((pair.shared, pair.copied), (5, 0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// What borrows cannot leave `read`:
///
/// ```compile_fail
/// use zc_serde::shared::with_shared;
///
/// let words = with_shared("[]".into(), |json| zc_serde::from_slice::<Vec<&str>>(json));
/// ```
///
/// Calls nest: while an inner one reads, slices of the outer input are copied as any others are.
///
/// # Panics
///
/// If `read` does; the thread then is as it was before the call.
///
/// # Copies
///
/// Nothing by itself: what [`Shared::copied`] says, and what other types copy.
pub fn with_shared<R>(input: Bytes, read: impl FnOnce(&[u8]) -> R) -> Shared<R> {
    let scope = Entered::new(input);
    let value = read(scope.input());
    let (shared, copied) = scope.leave();
    Shared { value, shared, copied }
}
