//! An echo server: whatever a client sends comes back, until the client closes its side.
//!
//! [`Server`] runs in one of several modes behind one interface. [`echo_std`] and [`echo_tokio`]
//! are the loops inside, for those who accept connections themselves.

mod buffers;
mod gate;
mod meter;
mod server;
mod streams;
mod tasks;
mod threads;
mod wake;

pub use buffers::Buffers;
pub use meter::Meter;
pub use server::{Mode, Options, Report, Server, Stopper};
pub use tasks::echo_tokio;
pub use threads::echo_std;
