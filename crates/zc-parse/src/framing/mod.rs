//! Framing: where records end, asked apart from what is in them.
//!
//! Every framer here implements [`Framer`](zc_core::Framer): it says whether a whole record has
//! arrived, and remembers how far it looked.

mod newline;

pub use newline::Newline;
