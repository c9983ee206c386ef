//! Frames, transfers within the kernel, and servers on tokio, with the copies counted.
//!
//! ```
//! use std::io::{Read, Write};
//! use std::net::{Shutdown, TcpStream};
//! use zc_net::echo::{Mode, Options, Server};
//!
//! # fn main() -> std::io::Result<()> {
//! let server = Server::bind(Mode::Tokio, "127.0.0.1:0", Options::default())?;
//! let (address, stopper) = (server.local_addr(), server.stopper());
//! let running = std::thread::spawn(|| server.run());
//!
//! let mut client = TcpStream::connect(address)?;
//! client.write_all(b"hello")?;
//! client.shutdown(Shutdown::Write)?;
//! let mut answer = String::new();
//! client.read_to_string(&mut answer)?;
//! assert_eq!(answer, "hello");
//!
//! stopper.stop();
//! let report = running.join().expect("the server does not panic")?;
//! assert_eq!((report.copies.read, report.copies.write), (5, 5));
//! # Ok(())
//! # }
//! ```
//!
//! **When:** messages are cut out of streams, bytes are passed on between sockets, files are sent.
//! **When not:** frames are kept for long, each of which keeps its buffer; or the bytes that a proxy
//! passes on must be seen, as with TLS: there is nothing to splice.
//!
//! | item | what it is | copies |
//! | --- | --- | --- |
//! | [`frames::FrameReader`] | messages of a stream as counted slices of one buffer | out of the kernel; what a full buffer cuts |
//! | [`frames::FrameWriter`] | small messages joined, large ones by reference | small ones, and into the kernel |
//! | [`echo`] | servers that echo, on threads, on tokio, by splice | twice; never what is spliced |
//! | [`server`] | a bounded server that others build on | – |
//! | `splice` | bytes between two sockets | small messages twice, bulk never |
//! | `proxy` | connections passed on to upstreams | as `splice` |
//! | `send_file` | a range of a file behind a header | the header; `send_mapped` each byte once |
//! | [`Meter`] | what was copied and what was not, while it goes on | – |
//!
//! # Features
//!
//! | feature | what it adds | brings |
//! | --- | --- | --- |
//! | `io` | `splice`, `proxy`, `send_file`, and echo by splice | zc-io, `rustix` |
//! | `parse` | readers of lines, lengths, heads of HTTP and RESP | zc-parse |
//! | `codec` | `Stream` and `Sink`, and the codecs of tokio-util | `futures-core`, `futures-sink`, `tokio-util` |
//!
//! **Invariant:** this crate knows nothing of serde or HTTP, without its features nothing of files or
//! grammars either, and has no `unsafe`.

#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod accept;
mod crew;
pub mod echo;
pub mod frames;
mod gate;
mod meter;
#[cfg(all(feature = "io", unix))]
#[cfg_attr(docsrs, doc(cfg(feature = "io")))]
pub mod proxy;
#[cfg(all(feature = "io", target_os = "linux"))]
#[cfg_attr(docsrs, doc(cfg(feature = "io")))]
pub mod send_file;
pub mod server;
mod shelf;
#[cfg(all(feature = "io", unix))]
#[cfg_attr(docsrs, doc(cfg(feature = "io")))]
pub mod splice;
mod tasks;

pub use meter::Meter;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
