//! [`linger`]: the end of a connection on which the client may still be sending.

use std::io::ErrorKind;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::net::tcp::WriteHalf;
use tokio::time::timeout;
use zc_net::frames::FrameWriter;

/// How long, and for how many bytes, a connection is read from that has got its last answer, so
/// that the client gets to see that: closing it with bytes unread would reset it (RFC 9112, section
/// 9.6).
const LINGER: (Duration, usize) = (Duration::from_secs(2), 1 << 20);

/// Closes one direction, and reads the other one for a while.
pub(crate) async fn linger(stream: &TcpStream, writer: &mut FrameWriter<WriteHalf<'_>>) {
    if writer.shutdown().await.is_err() {
        return;
    }
    let (patience, mut left) = LINGER;
    let mut waste = vec![0; 16 << 10];
    let drain = async {
        while left > 0 && stream.readable().await.is_ok() {
            match stream.try_read(&mut waste) {
                Ok(0) => return,
                Ok(count) => left = left.saturating_sub(count),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(_) => return,
            }
        }
    };
    let _ = timeout(patience, drain).await;
}
