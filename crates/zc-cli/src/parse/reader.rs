//! [`Reader`]: what turns the windows of an input in one format into rows for a session.

use std::ops::ControlFlow::{self, Continue};

use zc_core::Found;
use zc_io::Window;
use zc_parse::http1::Head;
use zc_parse::{
    Bulk, CombinedLog, CommandLine, CommonLog, Fields, Grammar, Kv, Lines, Logfmt, Outcome, Parsed,
};
use zc_serde::members::{Member, read_members};

use crate::args::Format;
use crate::parse::logfmt::LastOfEach;
use crate::parse::resp::RespReader;
use crate::parse::row::{Fixed, Json};
use crate::parse::session::Session;

/// Reads records of one format.
pub(crate) trait Reader {
    /// Hands over the records of a window; returns how many bytes they take.
    fn read(&mut self, session: &mut Session<'_>, window: Window<'_>) -> usize;
}

/// What reads records of `format`, at most `limit` bytes long; `None` where more must be known.
pub(crate) fn of(format: Format, limit: usize) -> Option<Box<dyn Reader>> {
    Some(match format {
        Format::Kv => fixed(Kv, limit),
        Format::Command => fixed(CommandLine, limit),
        Format::Common => fixed(CommonLog, limit),
        Format::Combined => fixed(CombinedLog, limit),
        Format::Http => fixed(Head::new(), limit),
        Format::Logfmt => Box::new(LogfmtReader(Bulk::new(Logfmt::new()).with_limit(limit))),
        Format::Ndjson => Box::new(NdjsonReader(Bulk::new(Lines).with_limit(limit))),
        Format::Resp => Box::new(RespReader::new(limit)),
        Format::Csv | Format::Auto => return None,
    })
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

fn fixed<G>(grammar: G, limit: usize) -> Box<dyn Reader>
where
    G: Grammar + 'static,
    for<'i> G::Record<'i>: Fields<'i>,
{
    Box::new(FixedReader(Bulk::new(grammar).with_limit(limit)))
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
}

/// Reads lines of JSON; blank lines are no records.
struct NdjsonReader(Bulk<Lines>);

impl Reader for NdjsonReader {
    fn read(&mut self, session: &mut Session<'_>, window: Window<'_>) -> usize {
        let mut members = Vec::new();
        read(&mut self.0, (window.bytes, window.is_last), |outcome| match outcome {
            Ok(mut parsed) => line(session, &mut parsed, &mut members, window.bytes),
            Err(bad) => session.bad(&bad, window),
        })
    }
}

/// Whether a line holds nothing but what JSON calls white space.
pub(crate) fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}

/// Hands over a line of JSON.
fn line<'i>(
    session: &mut Session<'_>,
    parsed: &mut Parsed<'_, 'i, &'i [u8]>,
    members: &mut Vec<Member<'i>>,
    window: &'i [u8],
) -> ControlFlow<()> {
    let line = *parsed.record;
    if is_blank(line) {
        return Continue(());
    }
    match read_members(line, members) {
        Ok(_) => {
            if session.plan.has_stats {
                let unescaped = members.iter().filter(|member| !member.key.is_borrowed());
                unescaped.for_each(|member| session.sink.tally.copied(member.key.as_bytes()));
            }
            session.record(&Json { line, members }, parsed.raw, window)
        }
        Err(error) => {
            let column = usize::try_from(error.position().offset).unwrap_or(usize::MAX);
            let found = Found::at(parsed.raw, column);
            let place = error.starting_at(parsed.position());
            let at = (place.position(), column);
            let message = place.message();
            if message.starts_with("expected ") {
                return session.bad_record(
                    at,
                    &format_args!("found {found}; {message}"),
                    parsed.raw,
                );
            }
            let reason = format_args!("found {found}; expected JSON ({message})");
            session.bad_record(at, &reason, parsed.raw)
        }
    }
}
