//! Static files over HTTP/1.1, sent by the kernel, with the copies counted.
//!
//! ```
//! use std::io::{Read, Write};
//! use std::net::TcpStream;
//! use std::sync::Arc;
//! use zc_http::{Files, Options, Server};
//! use zc_net::server;
//!
//! let files = Arc::new(Files::open(env!("CARGO_MANIFEST_DIR"), Options::default())?);
//! let server = Server::bind("127.0.0.1:0", files, server::Options::default())?;
//! let (address, stopper) = (server.local_addr(), server.stopper());
//! let running = std::thread::spawn(|| server.run());
//!
//! let mut client = TcpStream::connect(address)?;
//! client.write_all(b"GET /src/lib.rs HTTP/1.0\r\n\r\n")?;
//! let mut answer = String::new();
//! client.read_to_string(&mut answer)?;
//! assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"));
//!
//! stopper.stop();
//! let report = running.join().expect("the server does not panic")?;
//! assert_eq!((report.served.requests, report.connections.failed), (1, 0));
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! **When:** a directory is served to clients that are near, or behind a proxy that speaks TLS.
//! **When not:** bodies are made by a program, compressed on the way or encrypted here: nothing of what
//! makes this fast is left then.
//!
//! | item | what it is | copies |
//! | --- | --- | --- |
//! | [`Files`] | the files of a directory, found, checked and cached | small files once, into the cache |
//! | [`Connection`] | one connection, from its first request to its last | heads, and small bodies once into the kernel |
//! | [`Server`] | the server around it, bounded and stoppable | – |
//! | [`AccessLog`], [`LogWriter`] | a line for each request | the line |
//!
//! It has no features.
//!
//! **Invariant:** this crate knows nothing of serde, TLS or the names of hosts, and has no `unsafe`.
//! Linux only: elsewhere it is empty.

#![forbid(unsafe_code)]
#![cfg(target_os = "linux")]

mod answer;
mod clock;
mod conditions;
mod connection;
mod files;
mod framer;
mod heads;
mod linger;
mod log;
mod options;
mod outgoing;
mod pace;
mod part;
mod range;
mod representation;
mod request;
mod root;
mod served;
mod server;
mod session;
mod site;
mod status;
mod target;
mod validators;
mod walk;
mod whole;

pub use connection::{Connection, Outcome};
pub use files::Files;
pub use log::{AccessLog, LogWriter};
pub use options::{DotFiles, Options, Symlinks};
pub use served::Served;
pub use server::{Report, Server};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
