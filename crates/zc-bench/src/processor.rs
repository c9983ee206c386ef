//! Processor time that was used, and the cores on which it is used.

use std::time::Duration;

use anyhow::Result;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::{TimeVal, TimeValLike};
use nix::time::{ClockId, clock_gettime};
use nix::unistd::Pid;

/// Whose time is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// All threads of this process.
    Own,
    /// Child processes that have ended and were waited for.
    Children,
}

/// User and system time so far.
pub(crate) fn time(whose: Whose) -> Result<Duration> {
    let who = match whose {
        Whose::Own => UsageWho::RUSAGE_SELF,
        Whose::Children => UsageWho::RUSAGE_CHILDREN,
    };
    let usage = getrusage(who)?;
    Ok(duration(usage.user_time()) + duration(usage.system_time()))
}

/// User and system time that a process has used so far, all its threads together.
#[cfg(target_os = "linux")]
pub(crate) fn of_process(pid: Pid) -> Result<Duration> {
    Ok(ClockId::pid_cpu_clock_id(pid)?.now()?.into())
}

/// Nobody tells here what a process spends.
#[cfg(not(target_os = "linux"))]
pub(crate) fn of_process(_: Pid) -> Result<Duration> {
    anyhow::bail!("only Linux tells what a process that goes on has spent")
}

/// User and system time that the thread which asks has used so far.
pub(crate) fn of_this_thread() -> Result<Duration> {
    Ok(clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID)?.into())
}

fn duration(time: TimeVal) -> Duration {
    Duration::from_micros(time.num_microseconds().unsigned_abs())
}

/// Runs `f` on the core that is number `index` of those this thread may use; threads and
/// processes that `f` starts stay there. With fewer cores it runs anywhere.
#[cfg(target_os = "linux")]
pub(crate) fn on_core<T>(index: usize, f: impl FnOnce() -> Result<T>) -> Result<T> {
    use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};

    let this_thread = Pid::from_raw(0);
    let allowed = sched_getaffinity(this_thread)?;
    let mut cores = (0..CpuSet::count()).filter(|&core| allowed.is_set(core).unwrap_or(false));
    let Some(core) = cores.nth(index) else {
        return f();
    };
    let mut one = CpuSet::new();
    one.set(core)?;
    sched_setaffinity(this_thread, &one)?;
    let output = f();
    sched_setaffinity(this_thread, &allowed)?;
    output
}

/// Runs `f`; on which core is up to the system.
#[cfg(not(target_os = "linux"))]
pub(crate) fn on_core<T>(_: usize, f: impl FnOnce() -> Result<T>) -> Result<T> {
    f()
}
