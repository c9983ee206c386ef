//! [`NdjsonReader`]: lines of JSON, of which only the fields that are asked for are looked at.

use std::cell::RefCell;
use std::ops::ControlFlow;

use zc_core::{Found, Position, SliceExt};
use zc_io::Window;
use zc_serde::fields::{Fields, Rules, Value};
use zc_serde::members::{Member, Shape, read_members};
use zc_serde::ndjson::{Cut, Feed, Line, Lines};
use zc_serde::{Error, ErrorKind};

use crate::parse::args::Form;
use crate::parse::plan::Plan;
use crate::parse::reader::Reader;
use crate::parse::row::Json;
use crate::parse::session::Session;

/// Reads lines of JSON; blank lines are no records.
pub(crate) struct NdjsonReader {
    feed: Feed,
    /// Where the next window begins.
    position: Position,
    fields: Fields,
    limit: usize,
    needs: Needs,
}

/// What is needed of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// That it is JSON, and maybe more later.
    Json,
    /// That it is an object, since others have no fields; and some of its fields.
    Fields,
    /// All fields of an object.
    AllFields,
}

impl NdjsonReader {
    /// For what a plan needs of lines of at most `limit` bytes, from `start` on.
    pub(crate) fn new(plan: &Plan, (limit, start): (usize, Position)) -> Self {
        Self {
            feed: Feed::new().with_position(start).with_limit(limit),
            position: start,
            fields: Fields::at(plan.paths.iter().cloned()).with_rules(rules(plan.form)),
            limit,
            needs: match (plan.form, plan.paths.is_empty()) {
                (_, false) => Needs::Fields,
                (Form::Csv | Form::Table, true) => Needs::AllFields,
                (_, true) => Needs::Json,
            },
        }
    }
}

impl NdjsonReader {
    /// The whole lines of a window. The feed is asked only where a line is too long: it counts all
    /// lines, as reading them does.
    fn cut<'w>(&mut self, window: Window<'w>) -> Cut<'w> {
        let bytes = window.bytes;
        let whole = bytes.rfind_byte(b'\n').map_or(0, |last| last + 1);
        let used = if window.is_last { bytes.len() } else { whole };
        // A `\r` may still turn out to belong to the line ending.
        let is_too_long = bytes.len() - used > self.limit.saturating_add(1);
        if self.feed.is_between_lines() && !is_too_long {
            let lines = Lines::starting_at(&bytes[..used], self.position).with_limit(self.limit);
            return Cut { lines, used };
        }
        let mut feed = self.feed.clone().with_position(self.position);
        let cut = if window.is_last { feed.finish(bytes) } else { feed.feed(bytes) };
        self.feed = feed;
        cut
    }
}

/// What a form needs of values: most pass on what they do not understand.
const fn rules(form: Form) -> Rules {
    match form {
        Form::Ndjson | Form::Csv | Form::Table | Form::Raw => Rules::Raw,
        Form::Msgpack => Rules::Value,
    }
}

impl Reader for NdjsonReader {
    fn read(&mut self, session: &mut Session<'_>, window: Window<'_>) -> usize {
        let mut cut = self.cut(window);
        let Self { fields, .. } = self;
        let (needs, limit) = (self.needs, self.limit);
        let end = window.offset + cut.used as u64;
        let members = RefCell::default();
        if needs == Needs::AllFields {
            let whole = |line| whole(session, &line, (&members, limit), window.bytes);
            let _ = cut.lines.try_for_each(whole);
        } else {
            fields.each(&mut cut.lines, |line, found| match found {
                Ok(_) if needs == Needs::Fields && !is_object(line.bytes) => {
                    no_object(session, &line)
                }
                Ok(values) => good(session, &line, (values, &members), window.bytes),
                Err(error) => bad(session, &line, &error, limit),
            });
        }
        // After the last line nothing is left; a record at which reading ended is before it.
        self.position = cut.lines.position();
        let left = end - self.position.offset;
        cut.used - usize::try_from(left).expect("what is left is a part of the window")
    }

    fn position(&self) -> Position {
        self.position
    }

    fn is_between_records(&self) -> bool {
        self.feed.is_between_lines()
    }

    fn restart(&mut self, position: Position) {
        self.feed = Feed::new().with_position(position).with_limit(self.limit);
        self.position = position;
    }
}

/// Hands over a line with all its members.
fn whole<'i>(
    session: &mut Session<'_>,
    line: &Line<'i>,
    (members, limit): (&RefCell<Vec<Member<'i>>>, usize),
    window: &'i [u8],
) -> ControlFlow<()> {
    if line.bytes.len() > limit {
        return too_long(session, line, limit);
    }
    let read = read_members(line.bytes, &mut members.borrow_mut());
    match read {
        Ok(Shape::Object) => record(session, line, (&[], members), window),
        Ok(Shape::Other) => no_object(session, line),
        Err(error) => bad(session, line, &error.starting_at(line.position), limit),
    }
}

/// Whether a text that is JSON is an object.
fn is_object(json: &[u8]) -> bool {
    json.trim_ascii_start().first() == Some(&b'{')
}

#[inline]
fn good<'i>(
    session: &mut Session<'_>,
    line: &Line<'i>,
    (values, members): (&[Option<Value<'i>>], &RefCell<Vec<Member<'i>>>),
    window: &'i [u8],
) -> ControlFlow<()> {
    members.borrow_mut().clear();
    record(session, line, (values, members), window)
}

#[inline]
fn record<'i>(
    session: &mut Session<'_>,
    line: &Line<'i>,
    (values, members): (&[Option<Value<'i>>], &RefCell<Vec<Member<'i>>>),
    window: &'i [u8],
) -> ControlFlow<()> {
    let flow = session.record(&Json { text: line.bytes, values, members }, line.raw, window);
    if session.plan.has_stats && !session.has_left() {
        tally_keys(session, line.bytes);
    }
    flow
}

/// Enters the keys that had to be unescaped in the ledger.
#[cold]
fn tally_keys(session: &mut Session<'_>, json: &[u8]) {
    if memchr::memchr(b'\\', json).is_none() {
        return;
    }
    let mut members = Vec::new();
    if read_members(json, &mut members).is_err() {
        // The file was cut since the line was accepted, which ends the run.
        return;
    }
    let unescaped = members.iter().filter(|member| !member.key.is_borrowed());
    unescaped.for_each(|member| session.sink.sums.tally.copied(member.key.as_bytes()));
}

#[cold]
fn no_object(session: &mut Session<'_>, line: &Line<'_>) -> ControlFlow<()> {
    let at = line.bytes.len() - line.bytes.trim_ascii_start().len();
    let place = line.position.after(&line.bytes[..at]);
    let found = Found::at(line.raw, at);
    session.bad_record((place, at), &format_args!("found {found}; expected an object"), line.raw)
}

#[cold]
fn bad(session: &mut Session<'_>, line: &Line<'_>, error: &Error, limit: usize) -> ControlFlow<()> {
    if error.kind() == ErrorKind::TooLong {
        return too_long(session, line, limit);
    }
    let place = error.position();
    let at = usize::try_from(place.offset - line.position.offset).unwrap_or(usize::MAX);
    let (found, message) = (Found::at(line.raw, at), error.message());
    if message.starts_with("expected ") {
        return session.bad_record(
            (place, at),
            &format_args!("found {found}; {message}"),
            line.raw,
        );
    }
    let reason = format_args!("found {found}; expected JSON ({message})");
    session.bad_record((place, at), &reason, line.raw)
}

fn too_long(session: &mut Session<'_>, line: &Line<'_>, limit: usize) -> ControlFlow<()> {
    let reason = format_args!("found a longer record; expected at most {limit} bytes");
    session.bad_record((line.position, 0), &reason, line.raw)
}
