//! [`Reader`]: what turns the windows of an input in one format into rows for a session.

use std::ops::ControlFlow;

use zc_core::Position;
use zc_io::Window;
use zc_parse::http1::Head;
use zc_parse::{Bulk, CombinedLog, CommandLine, CommonLog, Fields, Grammar, Kv, Logfmt, Outcome};

use crate::parse::args::Format;
use crate::parse::logfmt::LastOfEach;
use crate::parse::ndjson::NdjsonReader;
use crate::parse::plan::Plan;
use crate::parse::resp::RespReader;
use crate::parse::row::Fixed;
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

/// What reads records of `format`, at most `limit` bytes long, from `start` of an input on; `None`
/// where more must be known.
pub(crate) fn of(
    format: Format,
    plan: &Plan,
    (limit, start): (usize, Position),
) -> Option<Box<dyn Reader>> {
    let bounds = (limit, start);
    Some(match format {
        Format::Kv => fixed(Kv, bounds),
        Format::Command => fixed(CommandLine, bounds),
        Format::Common => fixed(CommonLog, bounds),
        Format::Combined => fixed(CombinedLog, bounds),
        Format::Http => fixed(Head::new(), bounds),
        Format::Logfmt => Box::new(LogfmtReader(bulk(Logfmt::new(), bounds))),
        Format::Ndjson => Box::new(NdjsonReader::new(plan, bounds)),
        Format::Resp => Box::new(RespReader::new(plan, bounds)),
        Format::Csv | Format::Auto => return None,
    })
}

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

/// Reads records whose fields have fixed names.
struct FixedReader<G: Grammar>(Bulk<G>);

fn fixed<G>(grammar: G, bounds: (usize, Position)) -> Box<dyn Reader>
where
    G: Grammar + 'static,
    for<'i> G::Record<'i>: Fields<'i>,
{
    Box::new(FixedReader(bulk(grammar, bounds)))
}

impl<G> Reader for FixedReader<G>
where
    G: Grammar,
    for<'i> G::Record<'i>: Fields<'i>,
{
    fn read(&mut self, session: &mut Session<'_>, window: Window<'_>) -> usize {
        read(&mut self.0, (window.bytes, window.is_last), |outcome| match outcome {
            Ok(parsed) => session.record(&Fixed(parsed.record), parsed.raw, window.bytes),
            Err(bad) => session.bad(&bad, window),
        })
    }

    restarts_as_its_bulk!(0);
}

/// Reads lines of logfmt; blank lines are no records.
struct LogfmtReader(Bulk<Logfmt>);

impl Reader for LogfmtReader {
    fn read(&mut self, session: &mut Session<'_>, window: Window<'_>) -> usize {
        let mut row = LastOfEach::default();
        read(&mut self.0, (window.bytes, window.is_last), |outcome| match outcome {
            Ok(parsed) => {
                row.read(parsed.record);
                session.record(&row, parsed.raw, window.bytes)
            }
            Err(bad) => session.bad(&bad, window),
        })
    }

    restarts_as_its_bulk!(0);
}
