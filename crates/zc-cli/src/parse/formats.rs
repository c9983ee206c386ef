//! What reads the records of each format.

use zc_core::Position;
use zc_io::Window;
use zc_parse::http1::Head;
use zc_parse::{Bulk, CombinedLog, CommandLine, CommonLog, Fields, Grammar, Kv, Logfmt};

use crate::parse::args::Format;
use crate::parse::logfmt::LastOfEach;
use crate::parse::ndjson::NdjsonReader;
use crate::parse::plan::Plan;
use crate::parse::reader::{Reader, bulk, read, restarts_as_its_bulk};
use crate::parse::resp::RespReader;
use crate::parse::row::Fixed;
use crate::parse::session::Session;

/// What reads records of `format`, at most `limit` bytes long, from `start` of an input on; `None`
/// where more must be known.
pub(crate) fn reader_of(
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
