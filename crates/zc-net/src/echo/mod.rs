//! An echo server: whatever a client sends comes back, until the client closes its side.
//!
//! [`Server`] runs in one of several modes behind one interface. [`echo_std`] and [`echo_tokio`]
//! are the loops inside, for those who accept connections themselves.

mod buffers;
mod crew;
mod gate;
mod meter;
mod server;
mod shared;
mod streams;
mod tasks;
mod threads;
mod wake;

pub use buffers::Buffers;
pub use meter::Meter;
pub use server::{Mode, Server, Stopper};
pub use shared::{Options, Report};
pub use tasks::echo_tokio;
pub use threads::echo_std;
