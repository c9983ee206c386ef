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

#[derive(Debug, Default, Clone)]
struct State {
    phase: Phase,
    /// `counts.connections` counts these, and those that are gone.
    open: usize,
    /// Since when there has been one of them.
    busy_since: Option<Instant>,
    counts: Counts,
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

/// Steps that are taken under the lock; those that return a `bool` say whether somebody may wait
/// for what has changed.
impl State {
    fn is_open(&self) -> bool {
        self.phase == Phase::Open
    }

    fn is_full(&self, limit: usize) -> bool {
        self.is_open() && self.open >= limit
    }

    fn is_occupied(&self) -> bool {
        self.open > 0
    }

    fn stop(&mut self) -> bool {
        let was_open = self.is_open();
        if was_open {
            self.phase = Phase::Stopping;
        }
        was_open
    }

    fn enter(&mut self) {
        if self.open == 0 {
            self.busy_since = Some(Instant::now());
        }
        self.open += 1;
        self.counts.connections += 1;
        self.counts.most_at_once = self.counts.most_at_once.max(self.open);
    }

    fn leave(&mut self, has_failed: bool, limit: usize) -> bool {
        self.open -= 1;
        if self.open == 0 {
            self.counts.busy = self.busy();
            self.busy_since = None;
        }
        if has_failed && self.phase != Phase::Ending {
            self.counts.failed += 1;
        }
        let has_room_again = self.open + 1 == limit;
        has_room_again || !self.is_open()
    }

    fn end(&mut self) {
        self.phase = Phase::Ending;
        self.counts.ended += self.open as u64;
    }

    fn busy(&self) -> Duration {
        self.counts.busy + self.busy_since.map_or(Duration::ZERO, |since| since.elapsed())
    }
}

/// What became of connections.
///
/// ```
/// use zc_net::server::{Counts, Options, Server};
///
/// let counts = Server::bind("127.0.0.1:0", Options::default())?.stopper().counts();
/// assert_eq!(counts, Counts::default());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Those that were accepted.
    pub connections: u64,
    /// The most that were open at the same time.
    pub most_at_once: usize,
    /// Those whose service failed.
    pub failed: u64,
    /// Those that were ended when the grace period was over.
    pub ended: u64,
    /// Failed attempts to accept one, as for want of descriptors.
    pub accept_errors: u64,
    /// How long there was a connection, or several at a time: what rates are taken over.
    pub busy: Duration,
}

impl Gate {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, state: Mutex::default(), changed: Condvar::new() }
    }

    /// What became of connections so far.
    pub(crate) fn counts(&self) -> Counts {
        let state = self.state();
        Counts { busy: state.busy(), ..state.counts }
    }

    pub(crate) fn stop(&self) {
        if self.state().stop() {
            self.changed.notify_all();
        }
    }

    pub(crate) fn wait_until_stopped(&self) {
        let stopped = self.changed.wait_while(self.state(), |it| it.is_open());
        drop(stopped.unwrap_or_else(PoisonError::into_inner));
    }

    /// Waits until another connection may be accepted; `false` once the server stops.
    pub(crate) fn wait_for_room(&self) -> bool {
        let state = self.changed.wait_while(self.state(), |it| it.is_full(self.limit));
        state.unwrap_or_else(PoisonError::into_inner).is_open()
    }

    /// Waits for as long as `pause`, or until the server stops.
    pub(crate) fn wait_a_while(&self, pause: Duration) {
        drop(self.changed.wait_timeout_while(self.state(), pause, |it| it.is_open()));
    }

    /// Lets a connection in; nothing once the server stops.
    pub(crate) fn enter(self: &Arc<Self>) -> Option<Pass> {
        let mut state = self.state();
        if !state.is_open() {
            return None;
        }
        state.enter();
        Some(Pass { gate: Arc::clone(self), has_failed: false })
    }

    /// Counts a failed attempt to accept, unless it failed because the server stops.
    pub(crate) fn add_accept_error(&self) {
        let mut state = self.state();
        state.counts.accept_errors += u64::from(state.is_open());
    }

    /// Counts a connection as failed that was let in and is gone.
    pub(crate) fn add_failure(&self) {
        self.state().counts.failed += 1;
    }

    /// Waits until no connection is open, but no longer than `patience`; says whether none is.
    pub(crate) fn wait_until_empty(&self, patience: Duration) -> bool {
        let waited = self.changed.wait_timeout_while(self.state(), patience, |it| it.is_occupied());
        !waited.unwrap_or_else(PoisonError::into_inner).0.is_occupied()
    }

    /// Counts every connection that is still open as one that the server ended.
    pub(crate) fn end(&self) {
        self.state().end();
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
        let Self { gate, has_failed } = self;
        if gate.state().leave(*has_failed, gate.limit) {
            gate.changed.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::{Gate, Phase, State};

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
        assert_eq!(gate.counts().busy, Duration::ZERO);
        let (first, second) = (gate.enter().unwrap(), gate.enter().unwrap());
        pause();
        drop(first);
        let inside = gate.counts().busy;
        assert!(inside >= Duration::from_millis(2), "{inside:?}");
        pause();
        drop(second);
        let after = gate.counts().busy;
        assert!(after >= inside + Duration::from_millis(2), "{after:?}");
        pause();
        assert_eq!(gate.counts().busy, after);
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

    /// What those who wait at a gate wait for the end of: that it is full, that it is open, and,
    /// once it is stopped, that somebody is inside.
    fn waits(state: &State, limit: usize) -> [bool; 3] {
        [state.is_full(limit), state.is_open(), !state.is_open() && state.is_occupied()]
    }

    /// Takes each step that can be taken, and each after that, `steps` in all. Since steps are
    /// taken under a lock, these are all orders in which any number of threads can take them.
    fn walk(state: &State, limit: usize, steps: u32) {
        if steps == 0 {
            return;
        }
        let take = |step: fn(&mut State, usize) -> bool| {
            let mut next = state.clone();
            let is_announced = step(&mut next, limit);
            // Who waited for the phase to change waits for nothing else, and is woken by that.
            let has_become_empty = state.phase == next.phase && !next.is_occupied();
            let [full, open, occupied] = waits(state, limit);
            let [is_full, is_open, _] = waits(&next, limit);
            let is_over = full && !is_full || open && !is_open || occupied && has_become_empty;
            assert!(is_announced || !is_over, "{state:?} became {next:?} and nobody is woken");
            walk(&next, limit, steps - 1);
        };
        if state.is_open() && state.open < limit {
            take(|state, _| {
                state.enter();
                false
            });
        }
        if state.is_occupied() {
            take(|state, limit| state.leave(false, limit));
        }
        take(|state, _| state.stop());
        if state.phase == Phase::Stopping {
            take(|state, _| {
                state.end();
                false
            });
        }
    }

    #[test]
    fn whoever_waits_is_woken_in_whatever_order_threads_take_their_steps() {
        for limit in 1..=3 {
            walk(&State::default(), limit, 9);
        }
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
        let counts = gate.counts();
        assert_eq!((counts.connections, counts.failed, counts.ended), (2, 1, 1));
        assert_eq!((counts.most_at_once, counts.accept_errors), (2, 0));
    }
}
