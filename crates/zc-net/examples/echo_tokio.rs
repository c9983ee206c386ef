//! An echo server with a task for each connection, and a client that says hello to it.
//!
//! `cargo run --example echo_tokio`

#![forbid(unsafe_code)]

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use zc_net::Meter;
use zc_net::echo::{Buffers, echo_tokio};

pub(crate) fn main() -> io::Result<()> {
    println!("{}", Runtime::new()?.block_on(run())?);
    Ok(())
}

pub(crate) async fn run() -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let client = tokio::spawn(say(listener.local_addr()?, "hello"));

    let (mut stream, _) = listener.accept().await?;
    let meter = Meter::default();
    // One pool serves any number of connections; those that wait for bytes hold none of it.
    echo_tokio(&mut stream, &Buffers::new(64 << 10), &meter).await?;

    let answer = client.await.expect("the client does not panic")?;
    Ok(format!("{answer}: {}", meter.copies()))
}

/// Sends `text`, closes that side, and reads what comes back.
async fn say(address: SocketAddr, text: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(text.as_bytes()).await?;
    stream.shutdown().await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}
