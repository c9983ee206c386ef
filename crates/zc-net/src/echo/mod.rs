//! An echo server: whatever a client sends comes back, until the client closes its side.
//!
//! [`Server`] runs in one of several modes behind one interface. [`echo_std`], [`echo_tokio`]
//! and, with the feature `io`, `echo_splice` are the loops inside, for those who accept connections themselves.

mod buffers;
mod server;
mod shared;
#[cfg(all(feature = "io", unix))]
mod splicing;
mod streams;
mod tasks;
mod threads;
mod wake;

pub use buffers::Buffers;
pub use server::{Mode, Server, Stopper};
pub use shared::{Options, Report};
#[cfg(all(feature = "io", unix))]
pub use splicing::echo_splice;
pub use tasks::echo_tokio;
pub use threads::echo_std;
