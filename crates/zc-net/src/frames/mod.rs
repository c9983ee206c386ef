//! Frames of a stream, in and out, as reference-counted slices of few buffers.
//!
//! [`FrameReader`] cuts what arrives into frames, as a [`Framer`](zc_core::Framer) finds them.
//! [`FrameWriter`] sends frames, small ones joined in one buffer and large ones by reference.
//! Buffers come from a [`Pool`] and go back when a connection idles.
//!
//! ```
//! use zc_core::{Frame, FrameError, Framer, Incomplete};
//! use zc_net::frames::{FrameReader, FrameWriter, LengthPrefix};
//!
//! /// A byte that says how long the payload behind it is.
//! struct Short;
//!
//! impl Framer for Short {
//!     fn frame(&mut self, buffer: &[u8]) -> Result<Frame, FrameError> {
//!         let Some(&len) = buffer.first() else { return Err(Incomplete { needed: 1 }.into()) };
//!         let len = 1 + usize::from(len);
//!         match len.checked_sub(buffer.len()) {
//!             None | Some(0) => Ok(Frame { len, payload: 1..len }),
//!             Some(needed) => Err(Incomplete { needed }.into()),
//!         }
//!     }
//!
//!     fn discard(&mut self, _count: usize) {}
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! let (here, there) = tokio::io::duplex(64);
//! let mut writer = FrameWriter::new(here).with_envelope(LengthPrefix::U8);
//! writer.feed(&b"hello"[..]).await?;
//! writer.send(&b"world"[..]).await?;
//! drop(writer);
//!
//! let mut reader = FrameReader::new(there, Short);
//! assert_eq!(reader.next_frame().await.unwrap()?, "hello");
//! assert_eq!(reader.next_frame().await.unwrap()?, "world");
//! assert!(reader.next_frame().await.is_none());
//! # Ok::<(), std::io::Error>(())
//! # })?;
//! # Ok::<(), std::io::Error>(())
//! ```

#[cfg(feature = "codec")]
mod codec;
mod deadlines;
mod envelope;
mod error;
#[cfg(feature = "parse")]
mod formats;
mod options;
mod outgoing;
mod pool;
mod reader;
#[cfg(feature = "codec")]
mod stream;
mod writer;

#[cfg(feature = "codec")]
pub use codec::FramerCodec;
pub use envelope::{Affixes, Bare, Envelope, LengthPrefix, LineEnding};
pub use error::{FrameReadError, FrameReadErrorKind};
pub use options::{Ending, ReadOptions, WriteOptions};
pub use pool::Pool;
pub use reader::FrameReader;
pub use writer::FrameWriter;
