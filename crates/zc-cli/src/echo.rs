//! `zc echo`: sends back what clients send, until it is told to stop.

use std::io::{Write, stdout};

use anyhow::Context;
use zc_net::echo::{Mode, Options, Server};

use crate::Verdict;
use crate::args::{EchoArgs, EchoMode};
use crate::flags::ConnectionsArgs;
use crate::input::plain;
use crate::ledger::{Beginning, Ledger};
use crate::signals::Signals;

pub(crate) fn run(args: &EchoArgs) -> anyhow::Result<Verdict> {
    let beginning = Beginning::now();
    let signals = Signals::block()?;
    let server = Server::bind(mode(args.mode), &*args.listen, options(args))
        .map_err(plain)
        .with_context(|| format!("cannot listen on {}", args.listen))?;
    let stopper = server.stopper();
    signals.on_first(move || stopper.stop())?;
    let mut stdout = stdout();
    writeln!(stdout, "listening on {}", server.local_addr())?;
    stdout.flush()?;
    let report = server.run()?;
    if let Some(form) = args.stats.stats {
        Ledger::of_echo(&report).print(form, &beginning);
    }
    Ok(Verdict::AllGood)
}

const fn mode(mode: EchoMode) -> Mode {
    match mode {
        EchoMode::Std => Mode::Std,
        EchoMode::Tokio => Mode::Tokio,
        EchoMode::Splice => Mode::Splice,
    }
}

fn options(args: &EchoArgs) -> Options {
    let ConnectionsArgs { max_connections, grace } = args.connections;
    Options { max_connections, grace, ..Options::default() }
}
