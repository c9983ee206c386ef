//! One client that reads one long file.

use std::io::{BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};

use super::servers::{NAME, Site, Start};
use super::wrk::read_head;
use crate::answer::{Answer, Done, Input};
use crate::engine::Work;
use crate::processor;
use crate::stream::{pattern, piece};

/// Bytes that are read in one call, at most.
const PIECE: usize = 256 << 10;

/// Starts a server and compares what it sends. In each run the file is read once more, and the
/// processor time is that of both sides.
pub(super) fn download<'i>(program: &Path, start: Start, input: &'i Input) -> Result<Work<'i>> {
    let site = Site::start(program, start, input.len)?;
    let pattern = pattern();
    let mut offset = 0;
    read(site.address(), input.len, |mut bytes| {
        while !bytes.is_empty() {
            let expected = piece(&pattern, offset, input.len);
            let (part, rest) = bytes.split_at(expected.len().min(bytes.len()));
            ensure!(expected.starts_with(part), "other bytes came back after {offset} bytes");
            offset += part.len() as u64;
            bytes = rest;
        }
        Ok(())
    })?;
    Ok(Box::new(move || {
        let mut client = Duration::ZERO;
        let done = site.measure(|address| {
            let before = processor::of_this_thread()?;
            read(address, input.len, |_| Ok(()))?;
            client = processor::of_this_thread()?.saturating_sub(before);
            Ok(Answer { items: input.len, sum: 0 })
        })?;
        Ok(Done { cpu: done.cpu.map(|server| server + client), ..done })
    }))
}

/// Reads the file once, which shall have `len` bytes.
fn read(address: SocketAddr, len: u64, mut look: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
    let mut socket = TcpStream::connect(address)?;
    write!(socket, "GET /{NAME} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut replies = BufReader::new(socket);
    ensure!(read_head(&mut replies)? as u64 == len, "the file has another length");
    look(replies.buffer())?;
    let mut left = len - replies.buffer().len() as u64;
    let mut socket = replies.into_inner();
    let mut buffer = vec![0; PIECE];
    while left > 0 {
        let count = socket.read(&mut buffer)?;
        ensure!(count > 0, "{left} bytes are missing");
        look(&buffer[..count])?;
        left -= count as u64;
    }
    ensure!(socket.read(&mut buffer)? == 0, "more came back than the file has");
    Ok(())
}
