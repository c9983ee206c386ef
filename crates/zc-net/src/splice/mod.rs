//! Bytes from one socket to another, moved by the kernel where they are many.
//!
//! [`copy`] and [`copy_bidirectional`] take TCP and Unix sockets of tokio. While messages are small
//! they are copied through a small buffer, which is the cheaper way. When a read comes full, what
//! follows is moved by `splice(2)` through a pipe, until little arrives at a time. While output is
//! blocked the pipe goes on being filled, so what is ahead is bounded: a buffer and a pipe for each
//! direction. A direction that waits for bytes holds neither.
//!
//! ```
//! use tokio::io::{AsyncReadExt, AsyncWriteExt};
//! use tokio::net::UnixStream;
//! use zc_net::splice::{HalfClose, Meters, Resources, copy_bidirectional};
//!
//! # let runtime = tokio::runtime::Builder::new_multi_thread().enable_io().build().unwrap();
//! # runtime.block_on(async {
//! let ((mut client, near), (far, mut server)) = (UnixStream::pair()?, UnixStream::pair()?);
//! let (resources, meters) = (Resources::default(), Meters::default());
//! client.write_all(b"hello").await?;
//! client.shutdown().await?;
//! server.shutdown().await?;
//! copy_bidirectional(&near, &far, HalfClose::Propagate, &resources, &meters).await?;
//! let mut received = String::new();
//! server.read_to_string(&mut received).await?;
//! assert_eq!((received.as_str(), meters.a_to_b.bytes_out()), ("hello", 5));
//! # Ok::<(), std::io::Error>(())
//! # }).unwrap();
//! ```
//!
//! Where the kernel refuses, where all pipes are lent or cannot be made, and on systems other than
//! Linux, bytes are copied.

mod bidirectional;
mod buffers;
mod error;
mod flow;
mod pipe;
mod resources;
mod socket;

use std::future::poll_fn;

pub use bidirectional::{HalfClose, Meters, copy_bidirectional};
pub use error::{Error, Party};
use flow::Flow;
pub use resources::{Options, Resources};
pub use socket::Socket;

use crate::Meter;

/// Moves what `from` receives to `to`, until `from` ends and all was delivered.
///
/// Neither is closed. Both may be one socket, whose other side then gets back what it sends.
///
/// A future that is dropped loses what was taken and not delivered, which
/// [`bytes`](Meter::bytes) and [`bytes_out`](Meter::bytes_out) of `meter` tell.
///
/// ```
/// use tokio::io::{AsyncReadExt, AsyncWriteExt};
/// use tokio::net::UnixStream;
/// use zc_net::Meter;
/// use zc_net::splice::{Resources, copy};
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
/// # runtime.block_on(async {
/// let ((mut sender, from), (to, mut receiver)) = (UnixStream::pair()?, UnixStream::pair()?);
/// sender.write_all(b"hello").await?;
/// drop(sender);
/// let meter = Meter::default();
/// copy(&from, &to, &Resources::default(), &meter).await?;
/// drop(to);
/// let mut received = String::new();
/// receiver.read_to_string(&mut received).await?;
/// assert_eq!((received.as_str(), meter.copies().total()), ("hello", 10));
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
///
/// # Errors
///
/// What a call returned, and for which of the two. `meter` has counted until then.
///
/// # Copies
///
/// Each byte twice, through a buffer, or never, through a pipe: `meter` says how many went which way.
pub async fn copy(
    from: &impl Socket,
    to: &impl Socket,
    resources: &Resources,
    meter: &Meter,
) -> Result<(), Error> {
    let mut flow = Flow::new(from, to, resources, meter);
    poll_fn(|context| flow.poll(context)).await.map_err(|failure| failure.of(Party::First))
}
