//! A server that speaks enough of RESP for `redis-cli` and `redis-benchmark`, and keeps values as
//! they arrived.
//!
//! `cargo run --release --example resp_server --features parse -- 127.0.0.1:6380`
//!
//! A thread for each core runs a runtime of its own, accepts from the listener that all share, and
//! serves what it accepted. Commands are the frames of the connection, their words slices of what
//! was read, and a large value that is stored is such a slice as well: `store.rs` says when.

#![forbid(unsafe_code)]

#[path = "resp_server/commands.rs"]
mod commands;
#[path = "resp_server/store.rs"]
mod store;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;
use zc_net::frames::{FrameReader, FrameWriter, ReadOptions};
use zc_parse::resp::{Resp, RespFramer, Tree};

use commands::{Next, answer};
use store::{MAX_KEY, MAX_VALUE, Store};

/// Connections that are served at a time; further ones wait in the queue of the operating system.
const MAX_CONNECTIONS: usize = 4096;

/// Words of one command.
const MAX_WORDS: usize = 1024;

/// Commands that are taken together from what has arrived.
const BATCH: usize = 64;

/// Each command is an array of words.
const COMMAND: Resp = Resp::new().with_depth(1).with_nodes(1 + MAX_WORDS);

pub(crate) fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let server = Server::bind(&address, Store::DEFAULT_MEMORY)?;
    println!("listening on {}", server.local_addr()?);
    server.run()
}

/// A server that is bound to its address.
pub(crate) struct Server {
    listener: TcpListener,
    store: Arc<Store>,
}

impl Server {
    /// Binds to `address`, for values of up to `memory` bytes together.
    pub(crate) fn bind(address: &str, memory: usize) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        Ok(Self { listener, store: Arc::new(Store::new(memory)) })
    }

    pub(crate) fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until the process ends.
    pub(crate) fn run(self) -> io::Result<()> {
        let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
        let mut threads = Vec::new();
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            let runtime = Builder::new_current_thread().enable_all().build()?;
            let listener = self.listener.try_clone()?;
            let (store, slots) = (Arc::clone(&self.store), Arc::clone(&slots));
            threads.push(thread::spawn(move || accept_all(&runtime, listener, &store, &slots)));
        }
        threads.into_iter().try_for_each(|thread| thread.join().expect("a server does not panic"))
    }
}

fn accept_all(
    runtime: &Runtime,
    listener: TcpListener,
    store: &Arc<Store>,
    slots: &Arc<Semaphore>,
) -> io::Result<()> {
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        loop {
            let slot = Arc::clone(slots).acquire_owned().await.expect("nobody closes it");
            let Ok((stream, _)) = listener.accept().await else {
                // Without descriptors the next attempt would fail at once.
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            let store = Arc::clone(store);
            tokio::spawn(async move {
                // A client that is gone is nobody's concern but its own.
                let _ = serve(stream, &store).await;
                drop(slot);
            });
        }
    })
}

/// Answers commands until the client closes its side or sends something else.
async fn serve(mut stream: TcpStream, store: &Store) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let (incoming, outgoing) = stream.split();
    let longest = MAX_VALUE + MAX_KEY + (1 << 10);
    let options = ReadOptions {
        max_frame: longest,
        max_buffered: longest,
        frame_deadline: Some(Duration::from_secs(60)),
        ..ReadOptions::default()
    };
    let mut reader = FrameReader::new(incoming, RespFramer::new(&COMMAND)).with_options(options);
    let mut writer = FrameWriter::new(outgoing);
    let mut batch: Vec<(Bytes, usize)> = Vec::new();
    loop {
        match reader.next_frame().await {
            None => return writer.shutdown().await,
            Some(Ok(frame)) => batch.push((frame, reader.pinned())),
            Some(Err(error)) => {
                writer.feed(format!("-ERR Protocol error: {error}\r\n").as_bytes()).await?;
                return writer.shutdown().await;
            }
        }
        while batch.len() < BATCH
            && let Some(frame) = reader.buffered_frame()
        {
            batch.push((frame, reader.pinned()));
        }
        let mut tree = Tree::default();
        for (frame, pinned) in &batch {
            if answer(frame, *pinned, &mut tree, store, &mut writer).await? == Next::Close {
                return writer.shutdown().await;
            }
        }
        drop(tree);
        batch.clear();
        if reader.buffered() == 0 {
            writer.flush().await?;
        }
    }
}
