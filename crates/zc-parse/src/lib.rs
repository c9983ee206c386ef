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
//! **When:** you read many records of a known format and want them as slices of what you read, with
//! errors that say where, and the next record after a bad one. **When not:** you parse one short
//! string now and then (nom or `split` will do), or the records must own their bytes anyway.
//!
//! | grammar | record | a record is | copies |
//! | --- | --- | --- | --- |
//! | [`Kv`] | [`Pair`] | a line `key=value` | never |
//! | [`Logfmt`] | [`logfmt::Entries`] | a line of `key=value` entries | never; [`logfmt::Entry::text`] where there are escapes |
//! | [`CommandLine`] | [`Command`] | a line `GET /index.html` | never |
//! | [`UriReference`] | [`uri::Uri`] | a line with a URI reference (RFC 3986) | never; [`uri`] says where decoding does |
//! | [`CommonLog`], [`CombinedLog`] | [`access_log::Common`], [`access_log::Combined`] | a line of an access log | never; [`unescaped`](access_log::Common::unescaped) where there are escapes |
//! | [`Csv`] | [`csv::Row`] | a row (RFC 4180 and its dialects) | never; [`csv::Field::text`] where quotes are doubled |
//! | [`http1::RequestHead`], [`http1::ResponseHead`], [`http1::Head`] | [`http1::Request`], [`http1::Response`], [`http1::Message`] | a head of HTTP/1.1 (RFC 9112) | never |
//! | [`Resp`] | [`resp::Tree`] | a value of RESP2 or RESP3 | never |
//! | [`Lines`] | `&[u8]` | a line | never |
//!
//! [`framing`] ends records that are still arriving, and copies nothing. [`Bulk`] copies at most 63
//! bytes a piece, for the masks.
//!
//! # Features
//!
//! | feature | what it adds | brings |
//! | --- | --- | --- |
//! | `std` (default) | run-time detection of vector instructions | |
//! | `bytes` | `Record::to_shared`: records as reference-counted parts of a buffer | `bytes` |
//! | `serde` | `Serialize` for records | `serde` |
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
