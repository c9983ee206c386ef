//! [`Progress`]: how far a run is, shown on a terminal once it takes longer than a second.

use std::fmt;
use std::io::{IsTerminal, Write, stderr, stdout};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{
    HumanBytes, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle,
};

/// Runs that are over by then show nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// The bar on the terminal, which lines of messages must not run into.
static SHOWN: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// How many bytes of a run are done.
#[derive(Debug)]
pub(crate) struct Progress {
    /// Whether standard error is a terminal, where somebody may look.
    is_watched: bool,
    total: Option<u64>,
    begun: Instant,
    /// Bytes of the inputs before this one.
    before: u64,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// For a run over `total` bytes, if that is known.
    pub(crate) fn new(total: Option<u64>) -> Self {
        Self::watched(stderr().is_terminal(), total)
    }

    /// The same for a run that writes to standard output: where that is a terminal too, what is
    /// written shows how far the run is.
    pub(crate) fn beside_output(total: Option<u64>) -> Self {
        Self::watched(stderr().is_terminal() && !stdout().is_terminal(), total)
    }

    fn watched(is_watched: bool, total: Option<u64>) -> Self {
        Self { is_watched, total, begun: Instant::now(), before: 0, bar: None }
    }

    /// So many bytes of the present input are done.
    #[inline]
    pub(crate) fn at(&mut self, bytes: u64) {
        if self.is_watched {
            self.show(bytes);
        }
    }

    /// The present input is done, at so many bytes.
    pub(crate) const fn end_input(&mut self, bytes: u64) {
        self.before += bytes;
    }

    #[cold]
    fn show(&mut self, bytes: u64) {
        let elapsed = self.begun.elapsed();
        if self.bar.is_none() && elapsed >= PATIENCE {
            let bar = ProgressBar::with_draw_target(self.total, ProgressDrawTarget::stderr())
                .with_style(style(self.total.is_some()))
                .with_elapsed(elapsed);
            *shown() = Some(bar.clone());
            self.bar = Some(bar);
        }
        if let Some(bar) = &self.bar {
            bar.set_position(self.before + bytes);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            *shown() = None;
            bar.finish_and_clear();
        }
    }
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

/// Bytes a second since the run began: what was done before the bar was shown counts as well.
fn rate(state: &ProgressState) -> u64 {
    let bytes = u128::from(state.pos()) * 1000 / state.elapsed().as_millis().max(1);
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::style;

    #[test]
    fn both_templates_are_right() {
        let _ = (style(true), style(false));
    }
}
