//! A server that speaks enough of RESP for `redis-cli` and `redis-benchmark`, and keeps values as
//! they arrived.
//!
//! `cargo run --release --example resp_server --features parse -- 127.0.0.1:6380`
//!
//! Commands are the frames of a connection, their words slices of what was read, and a large value
//! that is stored is such a slice as well: `store.rs` says when.

#![forbid(unsafe_code)]

#[path = "resp_server/commands.rs"]
mod commands;
#[path = "resp_server/store.rs"]
mod store;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use tokio::net::TcpStream;
use zc_net::frames::{FrameReader, FrameWriter, ReadOptions};
use zc_net::server::{self, Accepted, Service};
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
    let Some(address) = std::env::args().nth(1) else {
        println!("usage: resp_server ADDRESS");
        return Ok(());
    };
    let server = Server::bind(&address, Store::DEFAULT_MEMORY)?;
    println!("listening on {}", server.local_addr());
    server.run()
}

/// A server that is bound to its address.
pub(crate) struct Server {
    server: server::Server,
    store: Store,
}

impl Server {
    /// Binds to `address`, for values of up to `memory` bytes together.
    pub(crate) fn bind(address: &str, memory: usize) -> io::Result<Self> {
        let options = server::Options { max_connections: MAX_CONNECTIONS, ..Default::default() };
        let server = server::Server::bind(address, options)?;
        Ok(Self { server, store: Store::new(memory) })
    }

    pub(crate) fn local_addr(&self) -> SocketAddr {
        self.server.local_addr()
    }

    /// Serves until the process ends.
    pub(crate) fn run(self) -> io::Result<()> {
        self.server.run(self.store).map(drop)
    }
}

impl Service for Store {
    async fn serve(&self, accepted: Accepted) -> io::Result<()> {
        serve(accepted.stream, self).await
    }
}

/// Answers commands until the client closes its side or sends something else.
async fn serve(mut stream: TcpStream, store: &Store) -> io::Result<()> {
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
