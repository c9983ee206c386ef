//! Messages echoed by the two shapes that a server on tokio can have: one runtime whose scheduler
//! spreads tasks over threads, and a runtime of one thread for each core.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::answer::{Answer, Input};
use crate::case::{Case, Figure};
use crate::child::Server;
use crate::corpus::Corpus;
use crate::engine::{Engine, Program, Run, Serve, Work};
use crate::lockstep::{MESSAGE_LEN, connect, receive_from_all, send_to_all};

/// Connections that exchange messages.
const CONNECTIONS: usize = 64;

pub(super) const CASES: &[Case] = &[Case {
    row: None,
    name: "runtimes",
    what: "echo messages of 64 bytes on 64 connections, processor time of the server",
    corpus: Corpus::Stream { len: 4 << 20 },
    item: "message",
    figure: Figure::Cpu,
    engines: &[
        engine("tokio's scheduler", |path, input| work(path, "serve-scheduled", input)),
        engine("a runtime a core", |path, input| work(path, "serve-by-core", input)),
    ],
    expected: |input| Answer { items: (rounds(input) * CONNECTIONS) as u64, sum: 0 },
    targets: &[],
}];

const fn engine(name: &'static str, serve: Serve) -> Engine {
    Engine { name, run: Run::Served { program: Program::Bench, serve } }
}

/// How often each connection of a corpus sends a message.
fn rounds(input: &Input) -> usize {
    usize::try_from(input.len).expect("it fits into memory") / (CONNECTIONS * MESSAGE_LEN)
}

/// Sends a message on each connection, reads what comes back, and so on. The server may use all
/// cores: on one alone the two shapes would hardly differ.
fn work<'i>(path: &Path, serve: &'static str, input: &'i Input) -> Result<Work<'i>> {
    let mut command = Command::new(path);
    command.arg(serve);
    Ok(Box::new(move || {
        let server = Server::start(&mut command)?;
        let clients = connect(server.address, CONNECTIONS)?;
        let done = server.measure(|_| {
            for round in 0..rounds(input) {
                send_to_all(&clients, round)?;
                receive_from_all(&clients, round)?;
            }
            Ok(Answer { items: (rounds(input) * CONNECTIONS) as u64, sum: 0 })
        })?;
        drop(clients);
        server.stop()?;
        Ok(done)
    }))
}
