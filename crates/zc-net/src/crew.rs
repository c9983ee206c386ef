//! [`Crew`]: those who serve connections, from when they are started until nobody works any more.

use std::time::Duration;

use crate::gate::Gate;

/// Those who serve connections in one way, from when they are started.
pub(crate) trait Crew {
    /// Accepts no more, and closes the listening socket.
    fn stop_accepting(&mut self);

    /// Disconnects all clients, and returns when nobody works any more.
    fn end(self);
}

/// Lets a crew work until the gate is stopped, and then for the grace period at most.
pub(crate) fn drive(gate: &Gate, grace: Duration, mut crew: impl Crew) {
    gate.wait_until_stopped();
    crew.stop_accepting();
    if !gate.wait_until_empty(grace) {
        gate.end();
    }
    crew.end();
}
