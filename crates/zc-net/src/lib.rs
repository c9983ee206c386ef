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
#[cfg(all(feature = "io", unix))]
#[cfg_attr(docsrs, doc(cfg(feature = "io")))]
pub mod splice;
mod tasks;

pub use meter::Meter;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
