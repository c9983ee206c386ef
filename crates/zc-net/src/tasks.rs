//! [`Tasks`]: a runtime with a task that accepts, and one for each connection.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::accept::{BACK_OFF, concerns_one_connection};
use crate::crew::Crew;
use crate::gate::{Gate, Pass};

/// Serves a connection that was accepted.
pub(crate) trait Serve: Send + Sync + 'static {
    /// Serves `stream`, closes it, and drops `pass` after that.
    fn serve(
        self: Arc<Self>,
        stream: TcpStream,
        peer: SocketAddr,
        pass: Pass,
    ) -> impl Future<Output = ()> + Send;
}

/// A runtime with a task that accepts, and those that it started.
#[derive(Debug)]
pub(crate) struct Tasks {
    runtime: Runtime,
    acceptor: Option<JoinHandle<()>>,
}

impl Tasks {
    /// Starts to accept from `listener`, no more than `limit` connections at a time.
    pub(crate) fn start(
        name: &str,
        listener: TcpListener,
        limit: usize,
        gate: &Arc<Gate>,
        serve: Arc<impl Serve>,
    ) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let mut builder = Builder::new_multi_thread();
        let runtime = builder.thread_name(name).enable_io().enable_time().build()?;
        let listener = {
            let _context = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        let acceptor = runtime.spawn(accept_all(listener, limit, Arc::clone(gate), serve));
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

async fn accept_all(
    listener: tokio::net::TcpListener,
    limit: usize,
    gate: Arc<Gate>,
    serve: Arc<impl Serve>,
) {
    let slots = Arc::new(Semaphore::new(limit));
    loop {
        let slot = Arc::clone(&slots).acquire_owned().await.expect("nobody closes the semaphore");
        match listener.accept().await {
            Ok((stream, peer)) => {
                let Some(pass) = gate.enter() else { return };
                // Answers to short messages are not held back; where that fails they come later.
                let _ = stream.set_nodelay(true);
                let served = Arc::clone(&serve).serve(stream, peer, pass);
                tokio::spawn(async move {
                    served.await;
                    drop(slot);
                });
            }
            Err(error) if concerns_one_connection(&error) => {}
            Err(_) => {
                gate.add_accept_error();
                sleep(BACK_OFF).await;
            }
        }
    }
}
