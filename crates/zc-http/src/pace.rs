//! [`at_pace`]: who takes answers too slowly does not hold a connection for ever.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::sleep;
use zc_io::socket::acknowledged;

/// How often it is looked at what a client has taken.
pub(crate) const WINDOW: Duration = Duration::from_secs(10);

/// Waits for `sending`; [`TimedOut`](io::ErrorKind::TimedOut) if the client has not acknowledged
/// `rate` bytes a second over a whole [`WINDOW`] meanwhile.
///
/// What has gone into the socket says little: its buffer takes megabytes at once, and then nothing
/// for as long as a slow client needs for them. What is acknowledged, the client's side has.
pub(crate) async fn at_pace<T>(
    stream: &TcpStream,
    rate: u64,
    sending: impl Future<Output = io::Result<T>>,
) -> io::Result<T> {
    let mut sending = pin!(sending);
    // Most answers go into the socket at once, without a timer.
    if let Poll::Ready(sent) = poll_fn(|cx| Poll::Ready(sending.as_mut().poll(cx))).await {
        return sent;
    }
    let least = rate.saturating_mul(WINDOW.as_secs());
    let mut before = acknowledged(stream)?;
    loop {
        tokio::select! {
            sent = &mut sending => return sent,
            () = sleep(WINDOW) => {}
        }
        let now = acknowledged(stream)?;
        if now.saturating_sub(before) < least {
            return Err(io::ErrorKind::TimedOut.into());
        }
        before = now;
    }
}
