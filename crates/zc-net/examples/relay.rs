//! A message of MessagePack with a payload of 1 MiB passes through a relay: it is read from one
//! socket, one of its fields is changed, and it is sent on to another. The kernel copies the payload
//! in and out again; in between nobody does, and the ledger says so.
//!
//! `cargo run -p zc-net --features parse --example relay`

#![forbid(unsafe_code)]

use std::error::Error;

use serde::{Deserialize, Serialize};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use zc_core::Copies;
use zc_core::rope::RopeWriter;
use zc_net::frames::{FrameReader, FrameWriter, LengthPrefix, Pool, ReadOptions};
use zc_parse::framing::{Integer, LengthField};
use zc_serde::msgpack;
use zc_serde::shared::{SharedBytes, with_shared};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) id: u64,
    /// How many relays it has passed.
    pub(crate) hops: u32,
    pub(crate) payload: SharedBytes,
}

/// The longest message that is let through, in bytes.
const MOST: usize = 2 << 20;

/// What a relay did.
#[derive(Debug)]
pub(crate) struct Ledger {
    pub(crate) copies: Copies,
    /// Bytes of payloads that went out from where they had come in.
    pub(crate) referenced: u64,
}

/// Passes on what comes `from` a socket `to` another, until it ends.
pub(crate) async fn relay(from: TcpStream, to: TcpStream) -> Outcome<Ledger> {
    let mut frames = messages(from);
    let mut out = FrameWriter::new(to).with_envelope(LengthPrefix::U32Be);
    let mut writer = RopeWriter::new([]);
    let mut parsed = Copies::default();
    while let Some(frame) = frames.next_frame().await {
        let frame = frame?;
        let read = with_shared(frame.clone(), |bytes| rmp_serde::from_slice::<Message>(bytes));
        let mut read = read.transpose()?;
        parsed += read.copies();
        zc_core::assert_borrows!(frame, read.value.payload);

        read.value.hops += 1;
        writer.set_sources([frame]);
        out.send(msgpack::to_rope_with(&read.value, &mut writer)?).await?;
    }
    out.shutdown().await?;
    let copies = frames.copies() + parsed + writer.copies() + out.copies();
    Ok(Ledger { copies, referenced: writer.referenced() })
}

/// Frames with a length in front, in buffers that have room for a whole one: its beginning need not
/// be moved to where there is.
fn messages(from: TcpStream) -> FrameReader<TcpStream, LengthField> {
    let options = ReadOptions { max_frame: MOST, max_buffered: MOST, ..ReadOptions::default() };
    FrameReader::length_prefixed(from, Integer::U32Be)
        .with_options(options)
        .with_pool(Pool::new(MOST, 1).into())
}

/// Sends `message`, as one frame, and closes that side.
async fn send(to: TcpStream, message: Message) -> Outcome<()> {
    let mut out = FrameWriter::new(to).with_envelope(LengthPrefix::U32Be);
    out.send(rmp_serde::to_vec(&message)?.as_slice()).await?;
    Ok(out.shutdown().await?)
}

/// Reads the one message that arrives.
async fn receive(from: TcpStream) -> Outcome<Message> {
    let frame = messages(from).next_frame().await.ok_or("nothing has arrived")??;
    Ok(rmp_serde::from_slice(&frame)?)
}

/// Two ends of a connection.
async fn connection() -> Outcome<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let one = TcpStream::connect(listener.local_addr()?).await?;
    Ok((one, listener.accept().await?.0))
}

/// Sends a message through a relay; returns what arrives, and the relay's ledger.
pub(crate) async fn run(message: Message) -> Outcome<(Message, Ledger)> {
    let ((sender, from), (to, receiver)) = (connection().await?, connection().await?);
    let sent = tokio::spawn(send(sender, message));
    let received = tokio::spawn(receive(receiver));
    let ledger = relay(from, to).await?;
    sent.await??;
    Ok((received.await??, ledger))
}

pub(crate) fn report(message: &Message, ledger: &Ledger) -> String {
    let Ledger { copies, referenced } = ledger;
    let (hops, len) = (message.hops, message.payload.len());
    format!(
        "{len} bytes of payload arrived after {hops} relay\n\
         {copies}\n\
         in user space {} bytes were copied; {referenced} of the payload were not",
        copies.decode + copies.encode,
    )
}

pub(crate) fn main() -> Outcome<()> {
    let message = Message { id: 7, hops: 0, payload: vec![b'x'; 1 << 20].into() };
    let (arrived, ledger) = Runtime::new()?.block_on(run(message))?;
    println!("{}", report(&arrived, &ledger));
    Ok(())
}
