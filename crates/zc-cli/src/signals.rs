//! [`Signals`]: those that tell a server to stop, and a run to end where a line ends.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use nix::sys::signal::{SigSet, Signal, raise};

/// How long an interrupt waits for lines that are being written: whoever reads them may be waiting
/// for something else.
const PATIENCE: Duration = Duration::from_millis(200);

/// How often it looks.
const TICK: Duration = Duration::from_millis(1);

/// Held while lines are written.
static LINES: Mutex<()> = Mutex::new(());

/// Whether a signal came, so that no further lines are begun.
static IS_ENDING: AtomicBool = AtomicBool::new(false);

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

/// Has SIGINT and SIGTERM end the process when no lines are being written, or a little later.
pub(crate) fn end_between_lines() -> anyhow::Result<()> {
    let Signals(signals) = Signals::block()?;
    let wait = move || {
        while let Ok(signal) = signals.wait() {
            IS_ENDING.store(true, Ordering::SeqCst);
            let lines = last_lines(Instant::now() + PATIENCE);
            let _ = signals.thread_unblock();
            let _ = raise(signal);
            // It goes on where the signal is ignored, as in the background of a script; the other
            // one may follow.
            let _ = signals.thread_block();
            drop(lines);
            IS_ENDING.store(false, Ordering::SeqCst);
        }
    };
    let started = thread::Builder::new().name("zc-signals".to_owned()).spawn(wait);
    started.map(drop).context("cannot wait for signals")
}

/// Waits until no lines are being written, for as long as that may take.
fn last_lines(until: Instant) -> Option<MutexGuard<'static, ()>> {
    loop {
        match LINES.try_lock() {
            Ok(lines) => return Some(lines),
            Err(TryLockError::Poisoned(poisoned)) => return Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) if Instant::now() < until => thread::sleep(TICK),
            Err(TryLockError::WouldBlock) => return None,
        }
    }
}

/// Says that lines are being written, until it is dropped; waits for the end of the process if that
/// has come.
pub(crate) fn writing_lines() -> MutexGuard<'static, ()> {
    while IS_ENDING.load(Ordering::SeqCst) {
        thread::sleep(TICK);
    }
    LINES.lock().unwrap_or_else(PoisonError::into_inner)
}
