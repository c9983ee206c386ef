//! `zc serve`: files over HTTP, until it is told to stop.

pub(crate) mod args;

use std::fs::File;
use std::io::{self, Write, stderr, stdout};
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use args::{BoundsArgs, CacheArgs, ServeArgs};
use zc_http::{AccessLog, DotFiles, Files, LogWriter, Options, Server, Symlinks};
use zc_net::server;

use crate::Verdict;
use crate::flags::ConnectionsArgs;
use crate::input::{plain, shown};
use crate::ledger::{Beginning, Ledger};
use crate::report;
use crate::signals::Signals;

pub(crate) fn run(args: &ServeArgs) -> anyhow::Result<Verdict> {
    let beginning = Beginning::now();
    let signals = Signals::block()?;
    let files = Files::open(&args.directory, options(args))
        .map_err(plain)
        .with_context(|| format!("cannot serve {}", shown(&args.directory)))?;
    let log = args.access_log.as_deref().map(open_log).transpose()?;
    let server = Server::bind(&*args.listen, Arc::new(files), connections(args.bounds.connections))
        .map_err(plain)
        .with_context(|| format!("cannot listen on {}", args.listen))?;
    let stopper = server.stopper();
    signals.on_first(move || stopper.stop())?;
    let mut stdout = stdout();
    writeln!(stdout, "listening on {}", server.local_addr())?;
    stdout.flush()?;
    let (server, writer) = match log {
        None => (server, None),
        Some((log, writer)) => (server.with_log(log), Some(writer)),
    };
    let report = server.run()?;
    writer.map_or(Ok(()), finish_log)?;
    if let Some(form) = args.stats.stats {
        Ledger::of_files(&report).print(form, &beginning);
    }
    Ok(Verdict::AllGood)
}

fn options(args: &ServeArgs) -> Options {
    let CacheArgs { cache, memory_up_to, fresh_for } = args.cache;
    let BoundsArgs { max_head, max_headers, max_body, head_timeout, .. } = args.bounds;
    Options {
        index: args.index.clone(),
        dot_files: match args.dot_files {
            args::DotFiles::Hide => DotFiles::Hidden,
            args::DotFiles::Serve => DotFiles::Served,
        },
        symlinks: match args.symlinks {
            args::Symlinks::Within => Symlinks::WithinRoot,
            args::Symlinks::Refuse => Symlinks::Refused,
        },
        headers: args.headers.clone(),
        cache_bytes: cache as u64,
        memory_up_to: memory_up_to as u64,
        fresh_for,
        max_head,
        max_headers,
        max_drained: max_body as u64,
        head_deadline: head_timeout,
        idle_deadline: args.bounds.idle_timeout,
        min_send_rate: args.bounds.min_rate as u64,
    }
}

fn connections(args: ConnectionsArgs) -> server::Options {
    let ConnectionsArgs { max_connections, grace } = args;
    server::Options { max_connections, grace }
}

/// Starts to write lines to the end of the file at `path`.
fn open_log(path: &Path) -> anyhow::Result<(AccessLog, LogWriter)> {
    let out: Box<dyn Write + Send> = match path.to_str() {
        Some("-" | "/dev/stdout") => Box::new(stdout()),
        // What is open already is not opened again: it may be a socket.
        Some("/dev/stderr") => Box::new(stderr()),
        _ => {
            let file = File::options().append(true).create(true).open(path);
            Box::new(file.map_err(plain).with_context(|| shown(path))?)
        }
    };
    AccessLog::start(out).context("cannot start the access log")
}

fn finish_log(writer: LogWriter) -> anyhow::Result<()> {
    match writer.finish() {
        Ok(0) => Ok(()),
        Ok(lost) => {
            report::message(&format!("{lost} lines of the access log were lost"));
            Ok(())
        }
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(error.into()),
        Err(error) => Err(plain(error).context("the access log was not written")),
    }
}
