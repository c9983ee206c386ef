//! NDJSON: one JSON text a line, read on after a bad one.
//!
//! A line ends after `\n`, as <https://github.com/ndjson/ndjson-spec> has it; a `\r` before it
//! belongs to the ending. Lines of nothing but JSON white space are no records.
//!
//! ```
//! let input = b"{\"n\":1}\nnonsense\n\n{\"n\":2}\n";
//! let mut lines = Vec::new();
//! for record in zc_serde::ndjson::from_slice::<std::collections::HashMap<&str, u32>>(input) {
//!     match record {
//!         Ok(record) => lines.push(format!("{}: {}", record.line.position.line, record.value["n"])),
//!         Err(error) => lines.push(error.to_string()),
//!     }
//! }
//! assert_eq!(lines, ["1: 1", "line 2, column 2 (byte 9): expected ident", "4: 2"]);
//! ```
//!
//! | the input | records that borrow | records that share it |
//! | --- | --- | --- |
//! | lies in memory | [`from_slice`], [`Lines`] | [`from_bytes`] |
//! | comes window by window | [`Feed`] | [`Feed`], then [`from_bytes`] |
//! | lies in memory, and there are several threads | [`for_each_part`] | |
//!
//! [`Fields`](crate::fields::Fields) reads a few fields of each line.
//!
//! Blocks of lines are checked to be UTF-8 at once, which beats a check of each string. A line
//! with a mistake costs no other one, wherever the mistake is.
//!
//! # Limits
//!
//! [`Lines::with_limit`] and [`Feed::with_limit`] bound a line: a longer one is an error, and is
//! not read. [`MAX_DEPTH`] bounds the nesting that a type follows.

mod block;
mod feed;
mod lines;
mod parallel;
mod records;
mod shared;

use bytes::Bytes;
use serde::Deserialize;
use serde::de::DeserializeOwned;

pub(crate) use self::block::{block, line_len};
pub use self::feed::{Cut, Feed};
pub use self::lines::{Line, Lines};
pub use self::parallel::for_each_part;
pub use self::records::{Record, Records};
pub use self::shared::{SharedRecord, SharedRecords};

/// How many levels of arrays and objects a type may follow into a text: one level more is an
/// error, `recursion limit exceeded`, since each takes room on the stack of the thread.
///
/// It is the limit of `serde_json`. Values that are skipped, and [`Raw`](crate::Raw) ones, have
/// none, since skipping does not recurse.
///
/// ```
/// use zc_serde::ndjson::MAX_DEPTH;
///
/// let nested = |depth| [vec![b'['; depth], vec![b']'; depth]].concat();
/// assert!(zc_serde::from_slice::<serde_json::Value>(&nested(MAX_DEPTH)).is_ok());
/// assert!(zc_serde::from_slice::<serde_json::Value>(&nested(MAX_DEPTH + 1)).is_err());
/// ```
pub const MAX_DEPTH: usize = 127;

/// The records of `ndjson`, each read into a `T`, which may borrow from it.
///
/// ```
/// use zc_serde::ndjson;
///
/// let input = b"[1,2]\n[3\n[4]\n";
/// let sums = ndjson::from_slice::<Vec<u32>>(input)
///     .map(|record| record.map(|record| record.value.iter().sum::<u32>()));
/// assert_eq!(sums.flatten().collect::<Vec<_>>(), [3, 4]);
/// ```
///
/// # Copies
///
/// What [`from_slice`](crate::from_slice) copies for each line.
pub fn from_slice<'de, T: Deserialize<'de>>(ndjson: &'de [u8]) -> Records<'de, T> {
    Lines::new(ndjson).records()
}

/// The records of `ndjson`, each read into a `T`, whose
/// [`SharedStr`](crate::shared::SharedStr)s and [`SharedBytes`](crate::shared::SharedBytes) are
/// slices of it.
///
/// ```
/// use std::collections::BTreeMap;
/// use zc_serde::ndjson;
/// use zc_serde::shared::SharedStr;
///
/// let input = bytes::Bytes::from("{\"name\":\"Ada\"}\n{\"name\":\"Grace\"}\n");
/// let mut names = Vec::new();
/// for record in ndjson::from_bytes::<BTreeMap<SharedStr, SharedStr>>(input.clone()) {
///     names.push(record?.value["name"].clone());
/// }
/// zc_core::assert_borrows!(input, names[0], names[1]);
/// std::thread::spawn(move || assert_eq!(names, ["Ada", "Grace"])).join().unwrap();
/// # Ok::<(), zc_serde::Error>(())
/// ```
///
/// # Copies
///
/// What [`from_shared`](crate::shared::from_shared) copies for each line.
pub fn from_bytes<T: DeserializeOwned>(ndjson: Bytes) -> SharedRecords<T> {
    SharedRecords::new(ndjson)
}
