//! What an input of each format holds and what is refused and where; the back ends, a naive twin of
//! each format and every cut of the input agree on it.
//!
//! One binary, since the twins run every grammar in many ways, and are slow to compile.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../framers/mod.rs"]
mod framers;
#[path = "../twins/mod.rs"]
mod twins;

mod access_log;
mod backends;
mod csv;
mod http1;
mod logfmt;
mod resp;
mod uri;
