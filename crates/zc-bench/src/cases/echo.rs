//! Echoing one stream in bulk: the processor time of the server, which is a process of its own.

use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::answer::{Answer, Input};
use crate::case::{Case, Figure};
use crate::child::Server;
use crate::corpus::Corpus;
use crate::engine::{Engine, Program, Run, Serve, Work};
use crate::processor::on_core;
use crate::stream::{Stream, pattern};
use crate::target::Target;

const WHY_NO_LESS: &str = "nearly all that splicing spends is the kernel's, which in a profile \
                           copies nothing and delivers each segment within the call that sends it; \
                           a call a KiB costs less here than when the target was set";

pub(super) const CASES: &[Case] = &[Case {
    row: Some(24),
    name: "echo",
    what: "echo a stream, processor time of the server",
    corpus: Corpus::Stream { len: 1 << 30 },
    item: "byte",
    figure: Figure::Cpu,
    engines: &[
        server("zc echo splice", Program::Zc, |path, input| zc(path, "splice", input)),
        server("zc echo tokio", Program::Zc, |path, input| zc(path, "tokio", input)),
        server("zc echo std", Program::Zc, |path, input| zc(path, "std", input)),
        server("article, 1 KiB", Program::Bench, |path, input| {
            work(path, &["serve-article-echo"], input)
        }),
        server("article, 64 KiB", Program::Bench, |path, input| {
            work(path, &["serve-echo-64k"], input)
        }),
    ],
    expected: |input| Answer { items: input.len, sum: 0 },
    targets: &[
        Target::at_most(0.05, "article, 1 KiB").why_missed(WHY_NO_LESS),
        Target::at_most(0.95, "article, 64 KiB"),
    ],
}];

pub(super) const fn server(name: &'static str, program: Program, serve: Serve) -> Engine {
    Engine { name, run: Run::Served { program, serve } }
}

pub(super) fn zc<'i>(path: &Path, mode: &str, input: &'i Input) -> Result<Work<'i>> {
    work(path, &["echo", "--listen", "127.0.0.1:0", "--mode", mode], input)
}

/// Streams a corpus through a server that is started with `args`.
pub(super) fn work<'i>(path: &Path, args: &[&str], input: &'i Input) -> Result<Work<'i>> {
    let mut command = Command::new(path);
    command.args(args);
    let mut stream = Stream::new(pattern(), input.len);
    Ok(Box::new(move || {
        let server = on_core(0, || Server::start(&mut command))?;
        let done = server.measure(|address| {
            let socket = TcpStream::connect(address)?;
            stream.pass(&socket, &socket)?;
            Ok(Answer { items: input.len, sum: 0 })
        })?;
        server.stop()?;
        Ok(done)
    }))
}
