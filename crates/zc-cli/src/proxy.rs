//! `zc proxy`: passes connections on, until it is told to stop.

use std::io::{self, Write, stdout};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use anyhow::Context;
use zc_net::proxy::{Options, Server};

use crate::Verdict;
use crate::args::ProxyArgs;
use crate::flags::ConnectionsArgs;
use crate::input::plain;
use crate::ledger::{Beginning, Ledger};
use crate::report;
use crate::signals::Signals;

/// How many lines wait at most for whoever reads standard error; further ones are counted.
const LINES_WAITING: usize = 1024;

pub(crate) fn run(args: &ProxyArgs) -> anyhow::Result<Verdict> {
    let beginning = Beginning::now();
    let signals = Signals::block()?;
    let server = Server::bind(&*args.listen, &args.to, options(args))
        .map_err(plain)
        .with_context(|| format!("cannot pass {} on to {}", args.listen, args.to.join(", ")))?;
    let stopper = server.stopper();
    signals.on_first(move || stopper.stop())?;
    let mut stdout = stdout();
    writeln!(stdout, "listening on {}", server.local_addr())?;
    stdout.flush()?;
    let log = Log::start()?;
    let lines = log.lines();
    let report = server.run(move |connection| lines.add(connection.to_string()))?;
    log.finish();
    if let Some(form) = args.stats.stats {
        Ledger::of_proxy(&report).print(form, &beginning);
    }
    Ok(Verdict::AllGood)
}

fn options(args: &ProxyArgs) -> Options {
    let ProxyArgs { connect_timeout, idle_timeout, .. } = *args;
    let ConnectionsArgs { max_connections, grace } = args.connections;
    Options { max_connections, connect_timeout, idle_timeout, grace, ..Options::default() }
}

/// A thread that prints lines, so that nobody who serves waits for whoever reads them.
struct Log {
    lines: Lines,
    printer: JoinHandle<()>,
}

#[derive(Clone)]
struct Lines {
    sender: SyncSender<String>,
    lost: Arc<AtomicU64>,
}

impl Log {
    fn start() -> io::Result<Self> {
        let (sender, receiver) = sync_channel::<String>(LINES_WAITING);
        let print = move || receiver.iter().for_each(|line| report::print(&line));
        let printer = thread::Builder::new().name("zc-log".to_owned()).spawn(print)?;
        Ok(Self { lines: Lines { sender, lost: Arc::default() }, printer })
    }

    fn lines(&self) -> Lines {
        self.lines.clone()
    }

    /// Waits until all lines are printed, of which nobody adds any more.
    fn finish(self) {
        let Self { lines: Lines { sender, lost }, printer } = self;
        drop(sender);
        let _ = printer.join();
        let lost = lost.load(Ordering::Relaxed);
        if lost > 0 {
            report::message(&format!("{lost} lines were not printed: nobody read them in time"));
        }
    }
}

impl Lines {
    fn add(&self, line: String) {
        if self.sender.try_send(line).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}
