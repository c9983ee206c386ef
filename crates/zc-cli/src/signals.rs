//! [`Signals`]: those that tell a server to stop.

use std::io;
use std::thread;

use anyhow::Context;
use nix::sys::signal::{SigSet, Signal};

/// SIGINT and SIGTERM, blocked in this thread and those that it starts later.
#[derive(Debug)]
pub(crate) struct Signals(SigSet);

impl Signals {
    /// Blocks them before there is any other thread, so that they stay for the one that waits.
    pub(crate) fn block() -> anyhow::Result<Self> {
        let signals = SigSet::from_iter([Signal::SIGINT, Signal::SIGTERM]);
        signals.thread_block().context("cannot block signals")?;
        Ok(Self(signals))
    }

    /// Calls `stop` at the first of the signals; a second one ends the process, as it does where
    /// nobody waits for it.
    pub(crate) fn on_first(self, stop: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let wait = move || {
            if self.0.wait().is_ok() {
                stop();
            }
            let _ = self.0.thread_unblock();
            loop {
                thread::park();
            }
        };
        thread::Builder::new().name("zc-signals".to_owned()).spawn(wait).map(drop)
    }
}
