//! Many clients that each read one file several times. `wrk` counts no answer that is cut off when
//! its time is over, and of long ones there may be no other; these finish what they began.

use std::fs;
use std::io::{self, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::thread;

use anyhow::{Result, ensure};

use super::servers::{NAME, Site, Start};
use super::wrk::{LIMIT, check, read_head};
use crate::answer::Answer;
use crate::engine::Work;

/// Bytes that are read in one call, at most.
const PIECE: usize = 256 << 10;

/// What clients do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fleet {
    /// Bytes of the file.
    pub(super) len: u64,
    pub(super) connections: u64,
    /// How often each connection asks for it.
    pub(super) rounds: u64,
}

impl Fleet {
    pub(super) const fn requests(self) -> u64 {
        self.connections * self.rounds
    }
}

/// Starts a server and checks what it sends. In each run all connections get all answers.
pub(super) fn fleet(program: &Path, start: Start, fleet: Fleet) -> Result<Work<'static>> {
    let site = Site::start(program, start, fleet.len)?;
    check(site.address(), &fs::read(site.path())?, 1)?;
    Ok(Box::new(move || {
        site.measure(|address| {
            thread::scope(|scope| {
                let clients: Vec<_> =
                    (0..fleet.connections).map(|_| scope.spawn(|| ask(address, fleet))).collect();
                let outcomes = clients.into_iter().map(|it| it.join().expect("it does not panic"));
                outcomes.collect::<Result<()>>()
            })?;
            Ok(Answer { items: fleet.requests(), sum: 0 })
        })
    }))
}

/// Reads the file several times through one connection.
fn ask(address: SocketAddr, fleet: Fleet) -> Result<()> {
    let socket = TcpStream::connect(address)?;
    socket.set_read_timeout(Some(LIMIT))?;
    let mut replies = BufReader::with_capacity(PIECE, socket);
    for _ in 0..fleet.rounds {
        write!(replies.get_ref(), "GET /{NAME} HTTP/1.1\r\nHost: {address}\r\n\r\n")?;
        ensure!(read_head(&mut replies)? as u64 == fleet.len, "the file has another length");
        let count = io::copy(&mut (&mut replies).take(fleet.len), &mut io::sink())?;
        ensure!(count == fleet.len, "the answer ends after {count} bytes");
    }
    Ok(())
}
