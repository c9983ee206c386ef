//! A proxy for streams: each connection is passed on to an upstream, by the kernel where it can.
//!
//! [`Server`] accepts, connects to one of several upstreams in turn, passes over those that refuse,
//! and moves bytes both ways as [`splice::copy_bidirectional`](crate::splice::copy_bidirectional())
//! does. Each connection is reported when it has ended. It balances nothing and checks no health.
//!
//! ```
//! use std::io::{Read, Write};
//! use std::net::{TcpListener, TcpStream};
//! use zc_net::proxy::{Options, Server};
//!
//! # fn main() -> std::io::Result<()> {
//! let upstream = TcpListener::bind("127.0.0.1:0")?;
//! let to = [upstream.local_addr()?];
//! let server = Server::bind("127.0.0.1:0", &to, Options::default())?;
//! let (address, stopper) = (server.local_addr(), server.stopper());
//! let running = std::thread::spawn(|| server.run(|connection| println!("{connection}")));
//!
//! let mut client = TcpStream::connect(address)?;
//! client.write_all(b"hello")?;
//! let mut received = [0; 5];
//! upstream.accept()?.0.read_exact(&mut received)?;
//! assert_eq!(&received, b"hello");
//!
//! drop(client);
//! stopper.stop();
//! let report = running.join().expect("the server does not panic")?;
//! assert_eq!((report.connections, report.to_upstream.bytes), (1, 5));
//! # Ok(())
//! # }
//! ```

mod connection;
mod options;
mod report;
mod server;
mod upstreams;

pub use options::Options;
pub use report::{Connection, End, Report, Traffic};
pub use server::{Server, Stopper};
