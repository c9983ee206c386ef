//! `zc echo`: sends back what clients send, until it is told to stop.

use std::io::{self, Write, stdout};
use std::thread;

use anyhow::Context;
use nix::sys::signal::{SigSet, Signal};
use zc_net::echo::{Mode, Options, Server, Stopper};

use crate::Verdict;
use crate::args::{EchoArgs, EchoMode};
use crate::input::plain;
use crate::ledger::{Beginning, Ledger};

pub(crate) fn run(args: &EchoArgs) -> anyhow::Result<Verdict> {
    let beginning = Beginning::now();
    // Blocked before there is any other thread, signals stay for the one that waits for them.
    let signals = SigSet::from_iter([Signal::SIGINT, Signal::SIGTERM]);
    signals.thread_block().context("cannot block signals")?;
    let server = Server::bind(mode(args.mode), &*args.listen, options(args))
        .map_err(plain)
        .with_context(|| format!("cannot listen on {}", args.listen))?;
    stop_on(signals, server.stopper())?;
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
    }
}

fn options(args: &EchoArgs) -> Options {
    let EchoArgs { max_connections, grace, .. } = *args;
    Options { max_connections, grace, ..Options::default() }
}

/// Stops the server at the first of the signals; a second one ends the process, as it does where
/// nobody waits for it.
fn stop_on(signals: SigSet, stopper: Stopper) -> io::Result<()> {
    let wait = move || {
        if signals.wait().is_ok() {
            stopper.stop();
        }
        let _ = signals.thread_unblock();
        loop {
            thread::park();
        }
    };
    thread::Builder::new().name("zc-signals".to_owned()).spawn(wait).map(drop)
}
