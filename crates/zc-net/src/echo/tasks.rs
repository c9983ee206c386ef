//! [`echo_tokio`], and the tasks that run it: one accepts, and one serves each connection.

use std::future::{Future, poll_fn};
use std::io::{self, ErrorKind};
use std::net::TcpListener;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::crew::Crew;
use super::gate::Pass;
use super::shared::Shared;
use super::{Buffers, Meter};
use crate::accept::{BACK_OFF, concerns_one_connection};

/// Sends back what `stream` receives until the other side closes its own, then closes ours.
///
/// Nothing is read while a write waits for the other side, so at most one buffer is held; while
/// nothing has arrived, none is. Calls that were interrupted are made again.
///
/// ```
/// use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
/// use zc_net::echo::{Buffers, Meter, echo_tokio};
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

/// A runtime with a task that accepts, and those that it started.
#[derive(Debug)]
pub(super) struct Tasks {
    runtime: Runtime,
    acceptor: Option<JoinHandle<()>>,
}

impl Tasks {
    pub(super) fn start(listener: TcpListener, shared: &Arc<Shared>) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let mut builder = Builder::new_multi_thread();
        let runtime = builder.thread_name("zc-echo").enable_io().enable_time().build()?;
        let listener = {
            let _context = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        let acceptor = runtime.spawn(accept_all(listener, Arc::clone(shared)));
        Ok(Self { runtime, acceptor: Some(acceptor) })
    }
}

impl Crew for Tasks {
    fn stop_accepting(&mut self) {
        if let Some(acceptor) = self.acceptor.take() {
            acceptor.abort();
            // It ends by being cancelled, which drops the listener.
            let _ = self.runtime.block_on(acceptor);
        }
    }

    fn end(self) {
        // Waits until every task is dropped, each at the place where it waits.
        drop(self.runtime);
    }
}

async fn accept_all(listener: tokio::net::TcpListener, shared: Arc<Shared>) {
    let buffers = Arc::new(Buffers::new(shared.options.buffer_len));
    let slots = Arc::new(Semaphore::new(shared.options.max_connections));
    loop {
        let slot = Arc::clone(&slots).acquire_owned().await.expect("nobody closes the semaphore");
        match listener.accept().await {
            Ok((stream, _)) => {
                let Some(pass) = shared.gate.enter() else { return };
                let connection = Connection { stream, pass, _slot: slot };
                let (shared, buffers) = (Arc::clone(&shared), Arc::clone(&buffers));
                tokio::spawn(async move { connection.serve(&buffers, &shared.meter).await });
            }
            Err(error) if concerns_one_connection(&error) => {}
            Err(_) => {
                shared.gate.add_accept_error();
                sleep(BACK_OFF).await;
            }
        }
    }
}

/// What a task owns of its connection: the stream is closed before others are told.
#[derive(Debug)]
struct Connection {
    stream: TcpStream,
    pass: Pass,
    _slot: OwnedSemaphorePermit,
}

impl Connection {
    async fn serve(mut self, buffers: &Buffers, meter: &Meter) {
        // Answers to short messages are not held back; where that fails they only come later.
        let _ = self.stream.set_nodelay(true);
        if echo_tokio(&mut self.stream, buffers, meter).await.is_err() {
            self.pass.fail();
        }
    }
}
