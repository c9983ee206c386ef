//! [`Reader`]: what turns the windows of an input in one format into rows for a session.

use std::ops::ControlFlow;

use zc_core::Position;
use zc_io::Window;
use zc_parse::{Bulk, Grammar, Outcome};

use crate::parse::session::Session;

/// Reads records of one format.
pub(crate) trait Reader {
    /// Hands over the records of a window; returns how many bytes they take. What is left must
    /// begin the next window, with more behind it.
    fn read(&mut self, session: &mut Session<'_>, window: Window<'_>) -> usize;

    /// Where the next window begins.
    fn position(&self) -> Position;

    /// Whether the next window begins with a record, and nothing that came before matters to it.
    fn is_between_records(&self) -> bool;

    /// Begins anew at a place of the input, at which a record begins.
    fn restart(&mut self, position: Position);
}

/// Passes on all but the reading to the [`Bulk`] inside.
macro_rules! restarts_as_its_bulk {
    ($($bulk:tt)+) => {
        fn position(&self) -> zc_core::Position {
            self.$($bulk)+.position()
        }

        fn is_between_records(&self) -> bool {
            self.$($bulk)+.is_between_records()
        }

        fn restart(&mut self, position: zc_core::Position) {
            self.$($bulk)+.restart(position);
        }
    };
}
pub(crate) use restarts_as_its_bulk;

/// Reads records of at most so many bytes, from a place of the input on.
pub(crate) fn bulk<G: Grammar>(grammar: G, (limit, start): (usize, Position)) -> Bulk<G> {
    Bulk::new(grammar).with_limit(limit).with_position(start)
}

/// Reads the records of a window: the last record of the last one needs no line ending.
#[inline]
pub(crate) fn read<'i, G: Grammar>(
    bulk: &mut Bulk<G>,
    (bytes, is_last): (&'i [u8], bool),
    visit: impl FnMut(Outcome<'_, 'i, G>) -> ControlFlow<()>,
) -> usize {
    if is_last { bulk.finish(bytes, visit) } else { bulk.feed(bytes, visit) }
}
