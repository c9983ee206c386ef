//! [`at_pace`]: who takes answers too slowly does not hold a connection for ever.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::sleep;
use zc_io::socket::{acknowledged, unacknowledged};

/// How often it is looked at what a client has taken.
pub(crate) const WINDOW: Duration = Duration::from_secs(10);

/// Waits for `sending`; [`TimedOut`](io::ErrorKind::TimedOut) if the client has not acknowledged
/// `rate` bytes a second over a whole [`WINDOW`] meanwhile, though there were bytes for it to take:
/// who waits for a disk of ours is not slow.
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
        if now.saturating_sub(before) < least && unacknowledged(stream)? > 0 {
            return Err(io::ErrorKind::TimedOut.into());
        }
        before = now;
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::net::TcpListener;
    use std::time::Duration;

    use tokio::io::AsyncWriteExt;
    use tokio::net::TcpStream;
    use tokio::time::sleep;
    use zc_io::socket::unacknowledged;

    use super::{WINDOW, at_pace};

    /// What becomes of a future that takes three windows while a client has taken all that went
    /// into the socket, or while some of it is left.
    #[track_caller]
    fn check(is_left: bool, expected: Result<(), io::ErrorKind>) {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_all().start_paused(true).build().unwrap();
        let outcome = runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let mut stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
            let _client = listener.accept().unwrap();
            stream.write_all(b"hello").await.unwrap();
            while is_left && stream.try_write(&[0; 1 << 20]).is_ok() {}
            while !is_left && unacknowledged(&stream).unwrap() > 0 {
                std::thread::sleep(Duration::from_millis(1));
            }
            let sending = async {
                sleep(3 * WINDOW).await;
                Ok(())
            };
            at_pace(&stream, 1, sending).await
        });
        assert_eq!(outcome.map_err(|error| error.kind()), expected);
    }

    #[test]
    fn a_client_that_leaves_bytes_is_too_slow_and_one_without_bytes_is_not() {
        check(true, Err(io::ErrorKind::TimedOut));
        check(false, Ok(()));
    }
}
