//! [`Signals`]: those that tell a server to stop, and a run to end where a record ends.

use std::fs::File;
use std::io::{self, Write, stdout};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use nix::sys::signal::{SigSet, Signal, raise};

/// How long an interrupt waits while nothing is read of the lines that are being written: whoever
/// should read them may be waiting for something else.
const PATIENCE: Duration = Duration::from_millis(200);

/// How often it looks.
const TICK: Duration = Duration::from_millis(1);

/// How many bytes are written at a time, so that it shows that they are read.
const PIECE: usize = 128 << 10;

/// Held while lines are written.
static LINES: Mutex<()> = Mutex::new(());

/// Whether a signal came, so that no further lines are begun.
static IS_ENDING: AtomicBool = AtomicBool::new(false);

/// Whether whoever writes lines has come to the end of one, and waits for the end of the process.
static IS_BETWEEN: AtomicBool = AtomicBool::new(false);

/// How many pieces were written.
static PIECES: AtomicU64 = AtomicU64::new(0);

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

/// Has SIGINT and SIGTERM end the process when no lines are being written, or soon if nobody reads
/// them; a second one ends it at once.
pub(crate) fn end_between_lines() -> anyhow::Result<()> {
    let Signals(signals) = Signals::block()?;
    let wait = move || {
        while let Ok(signal) = signals.wait() {
            IS_ENDING.store(true, Ordering::SeqCst);
            let _ = signals.thread_unblock();
            let lines = last_lines();
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

/// Waits until no lines are being written, for as long as those are read.
fn last_lines() -> Option<MutexGuard<'static, ()>> {
    let (mut pieces, mut until) = (0, Instant::now());
    while !IS_BETWEEN.load(Ordering::SeqCst) {
        match LINES.try_lock() {
            Ok(lines) => return Some(lines),
            Err(TryLockError::Poisoned(poisoned)) => return Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => {}
        }
        let written = PIECES.load(Ordering::SeqCst) + 1;
        if written > pieces {
            (pieces, until) = (written, Instant::now() + PATIENCE);
        }
        if Instant::now() >= until {
            break;
        }
        thread::sleep(TICK);
    }
    None
}

/// Says that lines are being written, until it is dropped; waits for the end of the process if that
/// has come.
pub(crate) fn writing_lines() -> MutexGuard<'static, ()> {
    wait_for_end();
    LINES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a signal came.
#[inline]
pub(crate) fn is_ending() -> bool {
    IS_ENDING.load(Ordering::Relaxed)
}

/// Waits for the end of the process where a signal came and whole lines were written.
#[cold]
pub(crate) fn end_here() {
    IS_BETWEEN.store(true, Ordering::SeqCst);
    wait_for_end();
    IS_BETWEEN.store(false, Ordering::SeqCst);
}

/// Waits until the process ends, or goes on since the signal is ignored.
fn wait_for_end() {
    while IS_ENDING.load(Ordering::SeqCst) {
        thread::sleep(TICK);
    }
}

/// Standard output, written in pieces that are counted.
#[derive(Debug)]
pub(crate) struct InPieces(File);

impl InPieces {
    /// Without the line buffer of [`std::io::stdout`].
    pub(crate) fn stdout() -> io::Result<Self> {
        Ok(Self(stdout().as_fd().try_clone_to_owned()?.into()))
    }
}

impl Write for InPieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let accepted = self.0.write(&bytes[..bytes.len().min(PIECE)])?;
        PIECES.fetch_add(1, Ordering::SeqCst);
        Ok(accepted)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
