//! Grammars written once that borrow every field, as nom parsers and at the speed of masks.
//!
//! ```
//! use zc_parse::{CombinedLog, Grammar, Kv, Records};
//!
//! let log = b"::1 - - [01/May/2025:10:00:00 +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"curl/8\"\n";
//! let record = Records::new(CombinedLog, log).next().unwrap()?;
//! assert_eq!(record.common.status, Some(200));
//! zc_core::assert_borrows!(&log[..], record.common.host.unwrap(), record.user_agent.unwrap());
//!
//! let (pair, rest) = Kv.parse_one(b"key=value")?;
//! assert_eq!((pair.key, pair.value, rest), (&b"key"[..], &b"value"[..], &b""[..]));
//! # Ok::<(), zc_parse::Error>(())
//! ```
//!
//! | what you have | what you call |
//! | --- | --- |
//! | one record | [`Grammar::parse_one`] |
//! | many single ones, each framed | [`Single`], by the faster back end |
//! | a nom parser around it | [`nom::parser`] |
//! | a slice full of records | [`Records`], an iterator |
//! | a file or stream, window by window | [`Bulk`], which is also the fastest |
//!
//! Records are generic over their slice: [`Record`] turns them into what outlives the input.
//!
//! **Invariant:** this crate knows nothing of files and sockets, has no `unsafe`, and [`Bulk`]
//! allocates nothing per record.

#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

pub mod access_log;
mod bulk;
mod command;
pub mod csv;
mod error;
mod fields;
pub mod framing;
mod grammar;
pub mod http1;
mod kv;
mod lines;
mod list;
pub mod logfmt;
pub mod nom;
mod record;
mod records;
pub mod resp;
#[cfg(feature = "serde")]
mod serialize;
mod single;
pub mod uri;

pub use access_log::{CombinedLog, CommonLog};
pub use bulk::{Bad, Bulk, Outcome, Parsed};
pub use command::{Command, CommandLine};
pub use csv::Csv;
pub use error::{Error, ErrorKind};
pub use fields::{Fields, Value};
pub use grammar::Grammar;
pub use kv::{Kv, Pair};
pub use lines::Lines;
pub use list::List;
pub use logfmt::Logfmt;
pub use record::Record;
pub use records::Records;
pub use resp::Resp;
pub use single::Single;
pub use uri::UriReference;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
