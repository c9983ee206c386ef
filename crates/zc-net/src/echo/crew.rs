//! [`Crew`]: those who serve connections, from when they are started until nobody works any more.

use super::shared::Shared;

/// Those who serve connections in one of the modes, from when they are started.
pub(super) trait Crew {
    /// Accepts no more, and closes the listening socket.
    fn stop_accepting(&mut self);

    /// Disconnects all clients, and returns when nobody works any more.
    fn end(self);
}

/// Lets a crew work until the server is stopped, and then for the grace period at most.
pub(super) fn drive(shared: &Shared, mut crew: impl Crew) {
    shared.gate.wait_until_stopped();
    crew.stop_accepting();
    if !shared.gate.wait_until_empty(shared.options.grace) {
        shared.gate.end();
    }
    crew.end();
}
