//! [`Progress`]: how far a run is, shown on a terminal once it takes longer than a second.

use std::fmt;
use std::io::{IsTerminal, Write, stderr, stdout};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use indicatif::{
    HumanBytes, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle,
};

/// Runs that are over by then show nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often what is shown is brought up to date.
const TICK: Duration = Duration::from_millis(100);

/// The bar on the terminal, which lines of messages must not run into.
static SHOWN: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// How much of a run is done.
#[derive(Debug)]
pub(crate) struct Progress {
    /// Absent where standard error is no terminal, and nobody looks.
    watch: Option<Watch>,
    /// Bytes of the inputs before this one.
    before: u64,
}

/// A thread that shows how far a run is, also while the run waits for its input.
#[derive(Debug)]
struct Watch {
    done: Arc<AtomicU64>,
    /// Dropped to end the thread.
    running: Option<Sender<()>>,
    shower: Option<JoinHandle<()>>,
}

impl Progress {
    /// For a run over `total` bytes, if that is known.
    pub(crate) fn new(total: Option<u64>) -> Self {
        Self::watched(stderr().is_terminal(), total, style(total.is_some()))
    }

    /// The same for a run that writes to standard output: where that is a terminal too, what is
    /// written shows how far the run is.
    pub(crate) fn beside_output(total: Option<u64>) -> Self {
        let is_watched = stderr().is_terminal() && !stdout().is_terminal();
        Self::watched(is_watched, total, style(total.is_some()))
    }

    /// For a run of so many steps, which take about as long.
    pub(crate) fn of_steps(total: u64) -> Self {
        Self::watched(stderr().is_terminal(), Some(total), style_of_steps())
    }

    fn watched(is_watched: bool, total: Option<u64>, style: ProgressStyle) -> Self {
        Self { watch: is_watched.then(|| Watch::start(total, style)), before: 0 }
    }

    /// So many bytes of the present input are done.
    #[inline]
    pub(crate) fn at(&mut self, bytes: u64) {
        if let Some(watch) = &self.watch {
            watch.done.store(self.before + bytes, Ordering::Relaxed);
        }
    }

    /// The present input is done, at so many bytes.
    pub(crate) const fn end_input(&mut self, bytes: u64) {
        self.before += bytes;
    }
}

impl Watch {
    fn start(total: Option<u64>, style: ProgressStyle) -> Self {
        let done = Arc::new(AtomicU64::new(0));
        let (running, ended) = channel();
        let shown = Arc::clone(&done);
        let show = move || show(total, style, &shown, &ended);
        // Where there is no thread for it, there is no progress.
        let shower = thread::Builder::new().name("zc-progress".to_owned()).spawn(show).ok();
        Self { done, running: Some(running), shower }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        drop(self.running.take());
        if let Some(shower) = self.shower.take() {
            let _ = shower.join();
        }
    }
}

/// Shows a bar once the run has taken a while, until it has `ended`.
fn show(total: Option<u64>, style: ProgressStyle, done: &AtomicU64, ended: &Receiver<()>) {
    let begun = Instant::now();
    if has_ended(ended, PATIENCE) {
        return;
    }
    let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr())
        .with_style(style)
        .with_elapsed(begun.elapsed());
    *shown() = Some(bar.clone());
    loop {
        bar.set_position(done.load(Ordering::Relaxed));
        bar.tick();
        if has_ended(ended, TICK) {
            break;
        }
    }
    let mut shown = shown();
    bar.finish_and_clear();
    *shown = None;
}

/// Waits for the end of a run, for so long.
fn has_ended(ended: &Receiver<()>, wait: Duration) -> bool {
    !matches!(ended.recv_timeout(wait), Err(RecvTimeoutError::Timeout))
}

/// Prints a line to standard error, above the bar if there is one; where nobody reads it, there is
/// nobody to tell.
pub(crate) fn print_above(text: &str) {
    let print = || {
        let _ = writeln!(stderr(), "{text}");
    };
    match &*shown() {
        Some(bar) => bar.suspend(print),
        None => print(),
    }
}

fn shown() -> MutexGuard<'static, Option<ProgressBar>> {
    SHOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn style(has_total: bool) -> ProgressStyle {
    let template = if has_total {
        "{bar:24} {percent:>3} %  {bytes} of {total_bytes}  {rate}  {left} left"
    } else {
        "{bytes}  {rate}  {elapsed}"
    };
    ProgressStyle::with_template(template)
        .expect("the template is right")
        .with_key("rate", |state: &ProgressState, f: &mut dyn fmt::Write| {
            let _ = write!(f, "{}/s", HumanBytes(rate(state)));
        })
        .with_key("left", |state: &ProgressState, f: &mut dyn fmt::Write| {
            let rest = state.len().unwrap_or(0).saturating_sub(state.pos());
            let left = Duration::from_secs(rest / rate(state).max(1));
            let _ = write!(f, "{}", HumanDuration(left));
        })
}

fn style_of_steps() -> ProgressStyle {
    let template = "{bar:24} {pos} of {len} steps  {elapsed}";
    ProgressStyle::with_template(template).expect("the template is right")
}

/// Bytes a second since the run began: what was done before the bar was shown counts as well.
fn rate(state: &ProgressState) -> u64 {
    let bytes = u128::from(state.pos()) * 1000 / state.elapsed().as_millis().max(1);
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{style, style_of_steps};

    #[test]
    fn all_templates_are_right() {
        let _ = (style(true), style(false), style_of_steps());
    }
}
