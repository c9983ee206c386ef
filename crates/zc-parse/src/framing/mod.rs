//! Framing: where records end, asked apart from what is in them.
//!
//! Every framer here implements [`Framer`](zc_core::Framer): it says whether a whole record has
//! arrived, and remembers how far it looked.

mod blank_line;
mod frames;
mod integer;
mod length_field;
mod netstring;
mod newline;
mod prefix;
mod tlv;
mod varint;

pub use blank_line::BlankLine;
pub use frames::Frames;
pub use integer::Integer;
pub use length_field::LengthField;
pub use netstring::Netstring;
pub use newline::Newline;
pub use tlv::Tlv;
pub use varint::Varint;
