//! [`answer`]: what each command does, and what it says.

use std::io;

use bytes::{Buf, Bytes};
use tokio::io::AsyncWrite;
use zc_core::mask::{Scanner, Slice};
use zc_net::frames::FrameWriter;
use zc_parse::Grammar;
use zc_parse::resp::{Item, Items, Tree, Value};

use super::COMMAND;
use super::store::{Full, MAX_KEY, MAX_VALUE, Store};

/// What becomes of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    GoOn,
    Close,
}

/// Answers the command in `frame`, which is whole and lies in a buffer of `pinned` bytes.
pub(crate) async fn answer<'f>(
    frame: &'f Bytes,
    pinned: usize,
    tree: &mut Tree<&'f [u8]>,
    store: &Store,
    writer: &mut FrameWriter<impl AsyncWrite + Unpin>,
) -> io::Result<Next> {
    // What a framer has found is what its grammar reads.
    let is_read = COMMAND.parse(&mut Scanner::new(frame, Slice::new(&[])), tree).is_ok();
    let mut words = Words(tree.root().filter(|_| is_read).map(Item::children));
    let Some(name) = words.next() else {
        writer.feed(&b"-ERR Protocol error: expected an array of strings\r\n"[..]).await?;
        return Ok(Next::Close);
    };
    let is = |other: &str| name.eq_ignore_ascii_case(other.as_bytes());
    if is("GET") {
        return get(words, store, writer).await;
    }
    let reply = if is("SET") {
        set(words, frame, pinned, store)
    } else if is("PING") || is("ECHO") {
        match words.next() {
            Some(text) => return bulk(frame.slice_ref(text), writer).await,
            None if is("PING") => Reply::Simple(b"+PONG\r\n"),
            None => Reply::WrongNumber,
        }
    } else if is("DEL") {
        words.count_if(|key| store.remove(key))
    } else if is("EXISTS") {
        words.count_if(|key| store.has(key))
    } else if is("INFO") {
        return bulk(info(store), writer).await;
    } else if is("CONFIG") {
        config(words)
    } else if is("COMMAND") {
        Reply::Raw(b"*0\r\n".to_vec())
    } else if is("SELECT") {
        match words.next() {
            Some(b"0") => Reply::Simple(b"+OK\r\n"),
            _ => Reply::Error("ERR DB index is out of range".to_owned()),
        }
    } else if is("QUIT") {
        writer.feed(&b"+OK\r\n"[..]).await?;
        return Ok(Next::Close);
    } else {
        Reply::Error(format!("ERR unknown command '{}'", name.escape_ascii()))
    };
    reply.feed(writer).await
}

/// The words of a command, up to the first value that is none.
struct Words<'t, 'f>(Option<Items<'t, &'f [u8]>>);

impl<'f> Words<'_, 'f> {
    fn next(&mut self) -> Option<&'f [u8]> {
        match self.0.as_mut()?.next()?.value() {
            Value::Bulk(word) => Some(word),
            _ => None,
        }
    }

    /// For how many of the keys, at least one, something `holds`.
    fn count_if(mut self, holds: impl Fn(&[u8]) -> bool) -> Reply {
        let Some(first) = self.next() else { return Reply::WrongNumber };
        let mut count = u64::from(holds(first));
        while let Some(key) = self.next() {
            count += u64::from(holds(key));
        }
        Reply::Integer(count)
    }
}

async fn get(
    mut words: Words<'_, '_>,
    store: &Store,
    writer: &mut FrameWriter<impl AsyncWrite + Unpin>,
) -> io::Result<Next> {
    let (Some(key), None) = (words.next(), words.next()) else {
        return Reply::WrongNumber.feed(writer).await;
    };
    match store.find(key) {
        Some(value) if value.as_bytes().len() <= SHORT => short(value.as_bytes(), writer).await,
        Some(value) => bulk(value.into_bytes(), writer).await,
        None => {
            writer.feed(&b"$-1\r\n"[..]).await?;
            Ok(Next::GoOn)
        }
    }
}

fn set(mut words: Words<'_, '_>, frame: &Bytes, pinned: usize, store: &Store) -> Reply {
    let (Some(key), Some(value)) = (words.next(), words.next()) else { return Reply::WrongNumber };
    if words.next().is_some() {
        return Reply::Error("ERR syntax error".to_owned());
    }
    if key.len() > MAX_KEY || value.len() > MAX_VALUE {
        return Reply::Error("ERR key or value is too long".to_owned());
    }
    match store.put(key, frame.slice_ref(value), pinned) {
        Ok(()) => Reply::Simple(b"+OK\r\n"),
        Err(Full) => Reply::Error("OOM command not allowed when used memory > limit".to_owned()),
    }
}

/// Says of any parameter that it is there and empty, which is what benchmarks ask for.
fn config(mut words: Words<'_, '_>) -> Reply {
    match (words.next(), words.next(), words.next()) {
        (Some(get), Some(name), None) if get.eq_ignore_ascii_case(b"GET") => {
            let length = format!("*2\r\n${}\r\n", name.len());
            Reply::Raw([length.as_bytes(), name, b"\r\n$0\r\n\r\n"].concat())
        }
        _ => Reply::Error("ERR only CONFIG GET is known".to_owned()),
    }
}

fn info(store: &Store) -> Bytes {
    let (used, limit) = store.memory();
    let server =
        format!("# Server\r\nredis_version:7.0.0\r\nprocess_id:{}\r\n", std::process::id());
    format!("{server}# Memory\r\nused_memory:{used}\r\nmaxmemory:{limit}\r\n").into()
}

/// Bytes of a string whose answer is put together before it is queued.
const SHORT: usize = 64;

/// Bytes of a length in front of a string: `$`, the digits of any `usize`, and the line's end.
const HEADER: usize = 23;

/// Queues a short string in one piece.
async fn short(
    value: &[u8],
    writer: &mut FrameWriter<impl AsyncWrite + Unpin>,
) -> io::Result<Next> {
    let (header, at) = header(value.len());
    let mut reply = [0; HEADER + SHORT + 2];
    let value_at = HEADER - at;
    let end = value_at + value.len();
    reply[..value_at].copy_from_slice(&header[at..]);
    reply[value_at..end].copy_from_slice(value);
    reply[end..end + 2].copy_from_slice(b"\r\n");
    writer.feed(&reply[..end + 2]).await?;
    Ok(Next::GoOn)
}

/// Queues a string of any bytes: small ones are copied into the buffer, large ones referenced.
async fn bulk(value: Bytes, writer: &mut FrameWriter<impl AsyncWrite + Unpin>) -> io::Result<Next> {
    let (header, at) = header(value.len());
    writer.feed(header[at..].chain(value).chain(&b"\r\n"[..])).await?;
    Ok(Next::GoOn)
}

/// What stands before a string of so many bytes, and where in the array it begins.
fn header(len: usize) -> ([u8; HEADER], usize) {
    let (mut header, mut at) = (*b"$00000000000000000000\r\n", HEADER - 2);
    let mut rest = len;
    loop {
        at -= 1;
        header[at] = b'0' + u8::try_from(rest % 10).expect("a digit");
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    at -= 1;
    header[at] = b'$';
    (header, at)
}

/// A short answer.
enum Reply {
    /// A whole line.
    Simple(&'static [u8]),
    Integer(u64),
    /// What is wrong, in one line.
    Error(String),
    WrongNumber,
    /// As it is sent.
    Raw(Vec<u8>),
}

impl Reply {
    async fn feed(self, writer: &mut FrameWriter<impl AsyncWrite + Unpin>) -> io::Result<Next> {
        match self {
            Self::Simple(line) => writer.feed(line).await?,
            Self::Integer(number) => writer.feed(format!(":{number}\r\n").as_bytes()).await?,
            Self::Error(text) => writer.feed(format!("-{text}\r\n").as_bytes()).await?,
            Self::WrongNumber => writer.feed(&b"-ERR wrong number of arguments\r\n"[..]).await?,
            Self::Raw(raw) => writer.feed(&raw[..]).await?,
        }
        Ok(Next::GoOn)
    }
}
