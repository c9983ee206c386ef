//! Runs every grammar on both back ends and compares what became of each record.

#![allow(dead_code, reason = "each test takes from here what it needs")]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Debug;
use std::ops::ControlFlow::Continue;

use zc_core::mask::{Level, Scanner, Slice};
use zc_core::{Expected, Found, Framer, Mismatch, Position};
use zc_parse::http1::{Head, RequestHead, ResponseHead, Trailers};
use zc_parse::resp::Resp;
use zc_parse::{
    Bulk, CombinedLog, CommandLine, CommonLog, Csv, Grammar, Kv, Lines, Logfmt, Outcome, Records,
    Single, UriReference,
};

/// What became of each record: its fields, or where it failed and why.
pub(crate) type Outcomes = Vec<Result<String, (Position, String)>>;

/// The slice back end, on one frame after the other.
pub(crate) fn on_slices<G: Grammar + Clone>(grammar: &G, input: &[u8]) -> Outcomes
where
    for<'i> G::Record<'i>: Debug,
{
    let mut position = Position::START;
    let mut outcomes = Vec::new();
    let mut start = 0;
    loop {
        let gap = gap_len(grammar, &input[start..]);
        position = position.after(&input[start..start + gap]);
        start += gap;
        let rest = &input[start..];
        if rest.is_empty() {
            return outcomes;
        }
        let framed = grammar.framer().frame(rest);
        let frame = framed.map_or(rest, |frame| &rest[..frame.len]);
        let (outcome, len) = one_on_slice(grammar, position, frame);
        outcomes.push(outcome);
        position = position.after(&rest[..len]);
        start += len;
    }
}

fn gap_len<G: Grammar>(grammar: &G, rest: &[u8]) -> usize {
    let mut scanner = Scanner::new(rest, Slice::new(grammar.stops()));
    grammar.skip_gap(&mut scanner);
    scanner.offset()
}

/// What became of one record, and how many bytes are used for it.
fn one_on_slice<G: Grammar + Clone>(
    grammar: &G,
    start: Position,
    frame: &[u8],
) -> (Result<String, (Position, String)>, usize)
where
    for<'i> G::Record<'i>: Debug,
{
    let parsed = grammar.parse_one(frame);
    assert_eq!(format!("{parsed:?}"), on_single(grammar, frame), "by size");
    let (record, error) = match parsed {
        Ok((record, rest)) => (Some(record), end_error(grammar, rest, frame.len() - rest.len())),
        Err(error) => {
            let offset = usize::try_from(error.position().offset).unwrap();
            (None, Some((offset, error.reason().to_string())))
        }
    };
    let Some((offset, reason)) = error else { return (Ok(format!("{record:?}")), frame.len()) };
    let len = grammar.bad_len(frame, Some(offset)).unwrap_or(frame.len());
    let reason = if offset < len { reason } else { at_the_end(&reason) };
    (Err((start.after(&frame[..offset.min(len)]), reason)), len)
}

/// The same by whichever back end is taken for its size.
fn on_single<G: Grammar + Clone>(grammar: &G, frame: &[u8]) -> String
where
    for<'i> G::Record<'i>: Debug,
{
    let mut record = G::Record::default();
    let rest = Single::new(grammar.clone()).parse(frame, &mut record);
    format!("{:?}", rest.map(|rest| (record, rest)))
}

/// What is wrong with what stands behind a record at `offset`, if it is not just its end.
fn end_error<G: Grammar>(grammar: &G, rest: &[u8], offset: usize) -> Option<(usize, String)> {
    let mut scanner = Scanner::new(rest, Slice::new(grammar.stops()));
    let mismatch = grammar.end(&mut scanner).and_then(|()| {
        let expected = Expected::Named("nothing more in the frame");
        if scanner.is_at_end() { Ok(()) } else { Err(scanner.mismatch(expected)) }
    });
    let Mismatch { offset: at, expected } = mismatch.err()?;
    Some((offset + at, format!("found {}; expected {expected}", Found::at(rest, at))))
}

/// The reason of an error behind the bytes that are passed over for it.
fn at_the_end(reason: &str) -> String {
    let expected = reason.split_once("; expected ").unwrap().1;
    format!("found the end of the input; expected {expected}")
}

/// The mask back end, fed pieces of `piece` bytes.
pub(crate) fn on_masks<G: Grammar>(grammar: G, input: &[u8], piece: usize, level: Level) -> Outcomes
where
    for<'i> G::Record<'i>: Debug,
{
    let mut outcomes = Vec::new();
    let mut bulk = Bulk::new(grammar).with_level(level);
    let (mut start, mut end) = (0, piece.min(input.len()));
    loop {
        let keep = |outcome: Outcome<'_, '_, G>| {
            outcomes.push(match outcome {
                Ok(parsed) => Ok(format!("{:?}", Some(&*parsed.record))),
                Err(bad) => Err((bad.error.position(), bad.error.reason().to_string())),
            });
            Continue(())
        };
        if end == input.len() {
            assert_eq!(bulk.finish(&input[start..], keep), end - start);
            assert_eq!(bulk.position().offset, end as u64);
            return outcomes;
        }
        start += bulk.feed(&input[start..end], keep);
        assert_eq!(bulk.position().offset, start as u64);
        end = (end + piece).min(input.len());
    }
}

/// Checks that `grammar` reads `input` alike on slices and on masks.
#[track_caller]
pub(crate) fn check_grammar<G: Grammar + Clone>(grammar: &G, input: &[u8])
where
    for<'i> G::Record<'i>: Debug,
{
    let expected = on_slices(grammar, input);
    for level in [Level::Detected, Level::Baseline, Level::Portable] {
        assert_eq!(on_masks(grammar.clone(), input, usize::MAX, level), expected, "{level:?}");
    }
    for piece in [1, 7, 64, 1000] {
        assert_eq!(
            on_masks(grammar.clone(), input, piece, Level::Detected),
            expected,
            "pieces of {piece}"
        );
    }
    let records = Records::new(grammar.clone(), input).map(|record| match record {
        Ok(record) => Ok(format!("{:?}", Some(record))),
        Err(error) => Err((error.position(), error.reason().to_string())),
    });
    assert_eq!(records.collect::<Outcomes>(), expected);
}

/// Checks that every grammar reads `input` alike on slices and on masks.
#[track_caller]
pub(crate) fn check(input: &[u8]) {
    for check in [lines, logfmt, uri, access_log, csv, http1, resp] {
        check(input);
    }
}

pub(crate) fn lines(input: &[u8]) {
    check_grammar(&Kv, input);
    check_grammar(&CommandLine, input);
    check_grammar(&Lines, input);
}

pub(crate) fn logfmt(input: &[u8]) {
    check_grammar(&Logfmt::new(), input);
    check_grammar(&Logfmt::new().with_most_entries(3), input);
}

pub(crate) fn uri(input: &[u8]) {
    check_grammar(&UriReference, input);
}

pub(crate) fn access_log(input: &[u8]) {
    check_grammar(&CommonLog, input);
    check_grammar(&CombinedLog, input);
}

pub(crate) fn csv(input: &[u8]) {
    check_grammar(&Csv::new(), input);
    check_grammar(&Csv::new().with_width(3), input);
    check_grammar(&Csv::new().with_delimiter(b'-').with_quote(None), input);
}

pub(crate) fn http1(input: &[u8]) {
    check_grammar(&RequestHead::new(), input);
    check_grammar(&ResponseHead::new(), input);
    check_grammar(&Head::new(), input);
    check_grammar(&Trailers::new(), input);
}

pub(crate) fn resp(input: &[u8]) {
    check_grammar(&Resp::new(), input);
}
