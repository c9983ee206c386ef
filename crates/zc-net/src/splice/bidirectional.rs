//! [`copy_bidirectional`]: both directions of a connection.

use std::future::poll_fn;
use std::task::{Context, Poll, ready};

use super::error::{Error, Failure, Party};
use super::flow::Flow;
use super::resources::Resources;
use super::socket::{Socket, Stream};
use crate::Meter;

/// What becomes of one direction when the other one has ended.
///
/// ```
/// use tokio::io::{AsyncReadExt, AsyncWriteExt};
/// use tokio::net::UnixStream;
/// use zc_net::splice::{HalfClose, Meters, Resources, copy_bidirectional};
///
/// # tokio::runtime::Builder::new_current_thread().enable_io().build()?.block_on(async {
/// let ((mut client, near), (far, mut server)) = (UnixStream::pair()?, UnixStream::pair()?);
/// client.shutdown().await?;
/// let (resources, meters) = (Resources::default(), Meters::default());
/// // The server has closed nothing, and yet both directions end.
/// copy_bidirectional(&near, &far, HalfClose::CloseBoth, &resources, &meters).await?;
/// assert_eq!(server.read(&mut [0]).await?, 0);
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HalfClose {
    /// It goes on: each end is passed on by itself, as the two sides would see it without us.
    Propagate,
    /// It ends as well, and what it has not delivered is lost.
    CloseBoth,
}

/// What each direction moved.
///
/// ```
/// use zc_net::splice::Meters;
///
/// let meters = Meters::default();
/// assert_eq!((meters.a_to_b.bytes(), meters.activity()), (0, 0));
/// ```
#[derive(Debug, Default)]
pub struct Meters {
    /// From the first socket to the second.
    pub a_to_b: Meter,
    /// From the second socket to the first.
    pub b_to_a: Meter,
}

impl Meters {
    /// Bytes that came in or went out, both directions together: it grows while anything moves.
    #[must_use]
    pub fn activity(&self) -> u64 {
        [&self.a_to_b, &self.b_to_a].iter().map(|meter| meter.bytes() + meter.bytes_out()).sum()
    }
}

/// Moves what each of two sockets receives to the other, until both directions have ended.
///
/// A direction ends when its source has ended and all of it was delivered. Then the other socket
/// is told so (`shutdown(2)`), at once with [`HalfClose::Propagate`] and, with
/// [`HalfClose::CloseBoth`], both are. An error of either socket ends both directions.
///
/// A future that is dropped loses what was taken and not delivered.
///
/// ```
/// use tokio::io::{AsyncReadExt, AsyncWriteExt};
/// use tokio::net::UnixStream;
/// use zc_net::splice::{HalfClose, Meters, Resources, copy_bidirectional};
///
/// # tokio::runtime::Builder::new_current_thread().enable_io().build()?.block_on(async {
/// let ((mut client, near), (far, mut server)) = (UnixStream::pair()?, UnixStream::pair()?);
/// server.write_all(b"first").await?;
/// server.shutdown().await?;
/// client.shutdown().await?;
/// let (resources, meters) = (Resources::default(), Meters::default());
/// copy_bidirectional(&near, &far, HalfClose::Propagate, &resources, &meters).await?;
/// let mut received = String::new();
/// client.read_to_string(&mut received).await?;
/// assert_eq!((received.as_str(), meters.b_to_a.bytes_out(), meters.activity()), ("first", 5, 10));
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// What a call returned, and for which of the two. `meters` have counted until then.
///
/// # Copies
///
/// As [`copy`](super::copy()), in each direction by itself.
pub async fn copy_bidirectional(
    a: &impl Socket,
    b: &impl Socket,
    half_close: HalfClose,
    resources: &Resources,
    meters: &Meters,
) -> Result<(), Error> {
    let mut up = Half::new(a, b, resources, &meters.a_to_b);
    let mut down = Half::new(b, a, resources, &meters.b_to_a);
    poll_fn(|context| {
        let up = up.poll(context).map_err(|failure| failure.of(Party::First))?;
        let down = down.poll(context).map_err(|failure| failure.of(Party::Second))?;
        match (up, down) {
            (Poll::Ready(()), Poll::Ready(())) => Poll::Ready(Ok::<(), Error>(())),
            (Poll::Pending, Poll::Pending) => Poll::Pending,
            _ if half_close == HalfClose::CloseBoth => Poll::Ready(Ok(())),
            _ => Poll::Pending,
        }
    })
    .await?;
    if half_close == HalfClose::CloseBoth {
        a.end_sending().map_err(|error| Error { party: Party::First, error })?;
        b.end_sending().map_err(|error| Error { party: Party::Second, error })?;
    }
    Ok(())
}

/// One direction, whose end is passed on.
struct Half<'c, F, T> {
    flow: Flow<'c, F, T>,
    to: &'c T,
    has_ended: bool,
}

impl<'c, F: Stream, T: Stream> Half<'c, F, T> {
    fn new(from: &'c F, to: &'c T, resources: &'c Resources, meter: &'c Meter) -> Self {
        Self { flow: Flow::new(from, to, resources, meter), to, has_ended: false }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        if !self.has_ended {
            ready!(self.flow.poll(context))?;
            self.to.end_sending().map_err(Failure::Send)?;
            self.has_ended = true;
        }
        Poll::Ready(Ok(()))
    }
}
