//! Every field borrows from the input, and a grammar that copies is caught.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::ops::ControlFlow::Continue;

use zc_core::Mismatch;
use zc_core::mask::{Find, Scanner, StopSet};
use zc_core::{Source, Tally, assert_borrows};
use zc_parse::access_log::Request;
use zc_parse::framing::Newline;
use zc_parse::{Bulk, CombinedLog, CommandLine, Grammar, Kv, Pair, Record, Records};

const LOG: &[u8] = b"::1 id frank [now] \"GET /a HTTP/1.1\" 200 5 \"from\" \"agent\"\n\
    ::1 id frank [now] \"quit\" 400 0 \"from\" \"agent\"\n";

#[test]
fn records_borrow_on_slices_and_on_masks() {
    let (on_slice, _) = CombinedLog.parse_one(LOG).unwrap();
    let on_masks = Records::new(CombinedLog, LOG).map(Result::unwrap);
    for record in on_masks.chain([on_slice]) {
        let common = record.common;
        for field in [common.host, common.ident, common.user, common.time] {
            assert_borrows!(LOG, field.unwrap());
        }
        match common.request {
            Request::Line { method, target, protocol } => {
                assert_borrows!(LOG, method, target, protocol);
            }
            Request::Other(whole) => assert_borrows!(LOG, whole),
            Request::None => panic!("both lines hold a request"),
        }
        assert_borrows!(LOG, record.referer.unwrap(), record.user_agent.unwrap());
    }
    let (pair, rest) = Kv.parse_one(b"key='value'\nnext").unwrap();
    assert_eq!((pair.key, pair.value, rest), (&b"key"[..], &b"value"[..], &b"\nnext"[..]));
    let line = &b"GET /"[..];
    let (command, _) = CommandLine.parse_one(line).unwrap();
    assert_borrows!(line, command.method, command.path);
}

#[test]
fn records_outlive_their_borrow_as_spans() {
    // A constant may have another address at each place where it is named.
    let log = LOG;
    let spans: Vec<_> = Records::new(CombinedLog, log)
        .map(|record| record.unwrap().to_spans(log).unwrap())
        .collect();
    assert_eq!(size_of_val(&spans[0].referer.unwrap()), 8);
    let copy = log.to_vec();
    let record = spans[1].resolve(&copy).unwrap();
    assert_eq!(record.common.request, Request::Other(&b"quit"[..]));
    assert_borrows!(copy, record.user_agent.unwrap());
}

/// `Kv`, damaged: it makes a copy of each value.
struct CopyingKv;

impl Grammar for CopyingKv {
    type Record<'i> = Pair<&'i [u8]>;
    type Framer = Newline;

    fn framer(&self) -> Newline {
        Newline::new()
    }

    fn stops(&self) -> &[StopSet] {
        Kv.stops()
    }

    fn parse<'i, F: Find>(
        &self,
        input: &mut Scanner<'i, F>,
        record: &mut Pair<&'i [u8]>,
    ) -> Result<(), Mismatch> {
        Kv.parse(input, record)?;
        record.value = record.value.to_vec().leak();
        Ok(())
    }
}

fn tally<G>(grammar: G, input: &[u8]) -> Tally
where
    G: for<'i> Grammar<Record<'i> = Pair<&'i [u8]>>,
{
    let mut tally = Tally::default();
    Bulk::new(grammar).finish(input, |outcome| {
        let parsed = outcome.unwrap();
        let source = Source::new(parsed.raw);
        tally.field(source, parsed.record.key);
        tally.field(source, parsed.record.value);
        Continue(())
    });
    tally
}

const PAIRS: &[u8] = b"a=1\nb=22\n";

#[test]
fn the_ledger_shows_a_grammar_that_copies() {
    let good = tally(Kv, PAIRS);
    assert_eq!((good.borrowed, good.copied, good.copies().decode), (4, 0, 0));
    let damaged = tally(CopyingKv, PAIRS);
    assert_eq!((damaged.borrowed, damaged.copied, damaged.copies().decode), (2, 2, 3));
}

#[test]
#[should_panic(expected = "`pair.value` does not borrow from `PAIRS`: its 1 bytes")]
fn the_assertion_shows_a_grammar_that_copies() {
    let (pair, _) = CopyingKv.parse_one(PAIRS).unwrap();
    assert_borrows!(PAIRS, pair.key, pair.value);
}
