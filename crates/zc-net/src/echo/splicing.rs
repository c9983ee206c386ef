//! [`echo_splice`], and the server of tasks that run it.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpStream;

use super::shared::Shared;
use super::tasks::Connection;
use crate::Meter;
use crate::gate::Pass;
use crate::splice::{Options, Resources, Socket, copy};
use crate::tasks::Serve;

/// Sends back what `stream` receives until the other side closes its own.
///
/// Ours is left open, to be closed by dropping the stream.
///
/// ```
/// use tokio::io::{AsyncReadExt, AsyncWriteExt};
/// use tokio::net::UnixStream;
/// use zc_net::Meter;
/// use zc_net::echo::echo_splice;
/// use zc_net::splice::Resources;
///
/// # tokio::runtime::Builder::new_current_thread().enable_io().build()?.block_on(async {
/// let (mut client, server) = UnixStream::pair()?;
/// client.write_all(b"hello").await?;
/// client.shutdown().await?;
/// let meter = Meter::default();
/// echo_splice(&server, &Resources::default(), &meter).await?;
/// drop(server);
/// let mut answer = String::new();
/// client.read_to_string(&mut answer).await?;
/// assert_eq!((answer.as_str(), meter.copies().total()), ("hello", 10));
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// What a call returned. `meter` has counted what was moved until then.
///
/// # Copies
///
/// Each byte twice while messages are small, and never while they are large, as in
/// [`splice::copy`](crate::splice::copy()).
pub async fn echo_splice(
    stream: &impl Socket,
    resources: &Resources,
    meter: &Meter,
) -> io::Result<()> {
    Ok(copy(stream, stream, resources, meter).await?)
}

/// Serves connections by [`echo_splice`].
#[derive(Debug)]
pub(super) struct Splicing {
    shared: Arc<Shared>,
    resources: Resources,
}

impl Splicing {
    pub(super) fn new(shared: &Arc<Shared>) -> Arc<Self> {
        let (max_pipes, buffer_len) = (shared.options.max_pipes, shared.options.buffer_len);
        let resources = Resources::new(Options { max_pipes, buffer_len });
        Arc::new(Self { shared: Arc::clone(shared), resources })
    }
}

impl Serve for Splicing {
    async fn serve(self: Arc<Self>, stream: TcpStream, _peer: SocketAddr, pass: Pass) {
        let mut connection = Connection { stream, pass };
        let echoed = echo_splice(&connection.stream, &self.resources, &self.shared.meter);
        if echoed.await.is_err() {
            connection.pass.fail();
        }
    }
}
