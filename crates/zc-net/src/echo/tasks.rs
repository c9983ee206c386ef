//! [`echo_tokio`], and the server of tasks that run it.

use std::future::{Future, poll_fn};
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Buffers;
use super::shared::Shared;
use crate::Meter;
use crate::gate::Pass;
use crate::tasks::Serve;

/// Sends back what `stream` receives until the other side closes its own, then closes ours.
///
/// Nothing is read while a write waits for the other side, so at most one buffer is held; while
/// nothing has arrived, none is. Calls that were interrupted are made again.
///
/// ```
/// use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
/// use zc_net::Meter;
/// use zc_net::echo::{Buffers, echo_tokio};
///
/// # let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
/// # runtime.block_on(async {
/// let (mut client, mut server) = duplex(1024);
/// client.write_all(b"hello").await?;
/// client.shutdown().await?;
/// let meter = Meter::default();
/// echo_tokio(&mut server, &Buffers::new(64 << 10), &meter).await?;
/// let mut answer = String::new();
/// client.read_to_string(&mut answer).await?;
/// assert_eq!((answer.as_str(), meter.copies().total()), ("hello", 10));
/// # Ok::<(), std::io::Error>(())
/// # }).unwrap();
/// ```
///
/// # Errors
///
/// What a read or a write returned. `meter` has counted what was copied until then.
///
/// # Copies
///
/// Each byte twice: out of the kernel into a buffer, and back from there.
pub async fn echo_tokio<S>(stream: &mut S, buffers: &Buffers, meter: &Meter) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    while let Some(buffer) = read(stream, buffers).await? {
        meter.add_read(buffer.len());
        write_all(stream, &buffer, meter).await?;
        buffers.put(buffer);
    }
    stream.shutdown().await
}

/// What has arrived, in a buffer that was taken only then; `None` at the end.
async fn read<S>(stream: &mut S, buffers: &Buffers) -> io::Result<Option<BytesMut>>
where
    S: AsyncRead + Unpin,
{
    poll_fn(|context| {
        let mut buffer = buffers.take();
        loop {
            // Dropping this future loses nothing: it keeps no bytes of its own.
            match pin!(stream.read_buf(&mut buffer)).poll(context) {
                Poll::Ready(Err(error)) if error.kind() == ErrorKind::Interrupted => {}
                Poll::Ready(Ok(count)) if count > 0 => return Poll::Ready(Ok(Some(buffer))),
                outcome => {
                    buffers.put(buffer);
                    return outcome.map_ok(|_| None);
                }
            }
        }
    })
    .await
}

async fn write_all<S>(stream: &mut S, bytes: &[u8], meter: &Meter) -> io::Result<()>
where
    S: AsyncWrite + Unpin,
{
    let mut rest = bytes;
    while !rest.is_empty() {
        match stream.write(rest).await {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(count) => {
                meter.add_written(count);
                rest = &rest[count..];
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Serves connections by [`echo_tokio`].
#[derive(Debug)]
pub(super) struct Copying {
    shared: Arc<Shared>,
    buffers: Buffers,
}

impl Copying {
    pub(super) fn new(shared: &Arc<Shared>) -> Arc<Self> {
        let buffers = Buffers::new(shared.options.buffer_len);
        Arc::new(Self { shared: Arc::clone(shared), buffers })
    }
}

impl Serve for Copying {
    async fn serve(self: Arc<Self>, stream: TcpStream, _peer: SocketAddr, pass: Pass) {
        let mut connection = Connection { stream, pass };
        let echoed = echo_tokio(&mut connection.stream, &self.buffers, &self.shared.meter);
        if echoed.await.is_err() {
            connection.pass.fail();
        }
    }
}

/// What a task owns of its connection: the stream is closed before the gate is told.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) stream: TcpStream,
    pub(super) pass: Pass,
}
