//! [`Gate`]: who counts the connections, makes new ones wait, and knows when to stop.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Lets in no more connections than the limit at a time, and none once the server stops.
#[derive(Debug)]
pub(crate) struct Gate {
    limit: usize,
    state: Mutex<State>,
    /// Notified when the phase changes, and when somebody may wait for a connection to end.
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    phase: Phase,
    /// `tally.connections` counts these, and those that are gone.
    open: usize,
    /// Since when there has been one of them.
    busy_since: Option<Instant>,
    tally: Tally,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Phase {
    #[default]
    Open,
    /// Nobody is let in; those inside go on.
    Stopping,
    /// Those inside are ended.
    Ending,
}

impl State {
    fn busy(&self) -> Duration {
        self.tally.busy + self.busy_since.map_or(Duration::ZERO, |since| since.elapsed())
    }
}

/// What became of connections.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Tally {
    pub(crate) connections: u64,
    pub(crate) most_at_once: usize,
    pub(crate) failed: u64,
    pub(crate) ended: u64,
    pub(crate) accept_errors: u64,
    /// How long there was a connection, or several.
    pub(crate) busy: Duration,
}

impl Gate {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, state: Mutex::default(), changed: Condvar::new() }
    }

    pub(crate) fn tally(&self) -> Tally {
        let state = self.state();
        Tally { busy: state.busy(), ..state.tally }
    }

    pub(crate) fn stop(&self) {
        let mut state = self.state();
        if state.phase == Phase::Open {
            state.phase = Phase::Stopping;
            self.changed.notify_all();
        }
    }

    pub(crate) fn wait_until_stopped(&self) {
        let state = self.state();
        let is_open = |state: &mut State| state.phase == Phase::Open;
        drop(self.changed.wait_while(state, is_open).unwrap_or_else(PoisonError::into_inner));
    }

    /// Waits until another connection may be accepted; `false` once the server stops.
    pub(crate) fn wait_for_room(&self) -> bool {
        let is_full = |it: &mut State| it.phase == Phase::Open && it.open >= self.limit;
        let state = self.changed.wait_while(self.state(), is_full);
        state.unwrap_or_else(PoisonError::into_inner).phase == Phase::Open
    }

    /// Waits for as long as `pause`, or until the server stops.
    pub(crate) fn wait_a_while(&self, pause: Duration) {
        let is_open = |it: &mut State| it.phase == Phase::Open;
        drop(self.changed.wait_timeout_while(self.state(), pause, is_open));
    }

    /// Lets a connection in; nothing once the server stops.
    pub(crate) fn enter(self: &Arc<Self>) -> Option<Pass> {
        let mut state = self.state();
        if state.phase != Phase::Open {
            return None;
        }
        if state.open == 0 {
            state.busy_since = Some(Instant::now());
        }
        state.open += 1;
        state.tally.connections += 1;
        state.tally.most_at_once = state.tally.most_at_once.max(state.open);
        Some(Pass { gate: Arc::clone(self), has_failed: false })
    }

    /// Counts a failed attempt to accept, unless it failed because the server stops.
    pub(crate) fn add_accept_error(&self) {
        let mut state = self.state();
        state.tally.accept_errors += u64::from(state.phase == Phase::Open);
    }

    /// Counts a connection as failed that was let in and is gone.
    pub(crate) fn add_failure(&self) {
        self.state().tally.failed += 1;
    }

    /// Waits until no connection is open, but no longer than `patience`; says whether none is.
    pub(crate) fn wait_until_empty(&self, patience: Duration) -> bool {
        let is_occupied = |it: &mut State| it.open > 0;
        let waited = self.changed.wait_timeout_while(self.state(), patience, is_occupied);
        waited.unwrap_or_else(PoisonError::into_inner).0.open == 0
    }

    /// Counts every connection that is still open as one that the server ended.
    pub(crate) fn end(&self) {
        let mut state = self.state();
        state.phase = Phase::Ending;
        state.tally.ended += state.open as u64;
    }

    /// Nothing panics while it holds the lock, so the state is whole whatever a lock says.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that was let in, until this is dropped.
#[derive(Debug)]
pub(crate) struct Pass {
    gate: Arc<Gate>,
    has_failed: bool,
}

impl Pass {
    /// The connection counts as failed, unless the server itself ends it.
    pub(crate) fn fail(&mut self) {
        self.has_failed = true;
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let mut state = self.gate.state();
        state.open -= 1;
        if state.open == 0 {
            state.tally.busy = state.busy();
            state.busy_since = None;
        }
        if self.has_failed && state.phase != Phase::Ending {
            state.tally.failed += 1;
        }
        let has_room_again = state.open + 1 == self.gate.limit;
        if has_room_again || state.phase != Phase::Open {
            self.gate.changed.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::Gate;

    #[test]
    fn nobody_enters_once_the_server_stops() {
        let gate = Arc::new(Gate::new(2));
        let pass = gate.enter().unwrap();
        assert!(gate.wait_for_room());
        gate.stop();
        assert!(!gate.wait_for_room());
        assert!(gate.enter().is_none());
        assert!(!gate.wait_until_empty(Duration::ZERO));
        drop(pass);
        assert!(gate.wait_until_empty(Duration::MAX));
    }

    #[test]
    fn a_gate_is_busy_while_somebody_is_inside() {
        let gate = Arc::new(Gate::new(2));
        let pause = || std::thread::sleep(Duration::from_millis(2));
        pause();
        assert_eq!(gate.tally().busy, Duration::ZERO);
        let (first, second) = (gate.enter().unwrap(), gate.enter().unwrap());
        pause();
        drop(first);
        let inside = gate.tally().busy;
        assert!(inside >= Duration::from_millis(2), "{inside:?}");
        pause();
        drop(second);
        let after = gate.tally().busy;
        assert!(after >= inside + Duration::from_millis(2), "{after:?}");
        pause();
        assert_eq!(gate.tally().busy, after);
    }

    #[test]
    fn a_full_gate_waits_for_one_to_leave() {
        let gate = Arc::new(Gate::new(1));
        let pass = gate.enter().unwrap();
        std::thread::scope(|scope| {
            let waiter = scope.spawn(|| gate.wait_for_room());
            drop(pass);
            assert!(waiter.join().unwrap());
        });
    }

    #[test]
    fn a_connection_that_the_server_ends_has_not_failed() {
        let gate = Arc::new(Gate::new(9));
        let (mut failed, mut ended) = (gate.enter().unwrap(), gate.enter().unwrap());
        failed.fail();
        drop(failed);
        gate.stop();
        gate.end();
        ended.fail();
        drop(ended);
        gate.add_accept_error();
        let tally = gate.tally();
        assert_eq!((tally.connections, tally.failed, tally.ended), (2, 1, 1));
        assert_eq!((tally.most_at_once, tally.accept_errors), (2, 0));
    }
}
