//! Many connections of one thread: it writes to all of them, then reads from all of them.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};

/// How long a connection may take to arrive, and an answer to come.
const LIMIT: Duration = Duration::from_secs(30);

/// Bytes of a message.
pub(crate) const MESSAGE_LEN: usize = 64;

/// Connects to `address` so many times.
pub(crate) fn connect(address: SocketAddr, count: usize) -> Result<Vec<TcpStream>> {
    (0..count).map(|_| Ok(ready(TcpStream::connect(address)?)?)).collect()
}

/// Takes so many connections of `listener`.
pub(crate) fn accept(listener: &TcpListener, count: usize) -> Result<Vec<TcpStream>> {
    listener.set_nonblocking(true)?;
    let until = Instant::now() + LIMIT;
    let mut sockets = Vec::new();
    while sockets.len() < count {
        match listener.accept() {
            Ok((socket, _)) => sockets.push(ready(socket)?),
            Err(error) if error.kind() != ErrorKind::WouldBlock => return Err(error.into()),
            Err(_) if Instant::now() > until => bail!("only {} connections came", sockets.len()),
            Err(_) => thread::sleep(Duration::from_millis(1)),
        }
    }
    Ok(sockets)
}

/// A socket that waits for answers, but not for ever, and never for more to send.
fn ready(socket: TcpStream) -> io::Result<TcpStream> {
    socket.set_nonblocking(false)?;
    socket.set_nodelay(true)?;
    socket.set_read_timeout(Some(LIMIT))?;
    Ok(socket)
}

/// Sends a message on each connection, a different one on each and in each round.
pub(crate) fn send_to_all(connections: &[TcpStream], round: usize) -> io::Result<()> {
    for (number, mut connection) in connections.iter().enumerate() {
        connection.write_all(&message(connections, round, number))?;
    }
    Ok(())
}

/// Reads the messages of a round that come back.
pub(crate) fn receive_from_all(connections: &[TcpStream], round: usize) -> Result<()> {
    let mut bytes = [0; MESSAGE_LEN];
    for (number, mut connection) in connections.iter().enumerate() {
        connection.read_exact(&mut bytes)?;
        ensure!(bytes == message(connections, round, number), "another message came back");
    }
    Ok(())
}

fn message(connections: &[TcpStream], round: usize, number: usize) -> [u8; MESSAGE_LEN] {
    let word = ((round * connections.len() + number) as u64).to_le_bytes();
    std::array::from_fn(|place| word[place % word.len()])
}
