//! Runs every grammar on both back ends and compares what became of each record.

#![allow(dead_code, reason = "each test takes from here what it needs")]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Debug;
use std::ops::ControlFlow::Continue;

use zc_core::mask::{Level, Scanner, Slice};
use zc_core::{Expected, Found, Frame, FrameError, Framer, Mismatch, Position};
use zc_parse::framing::Newline;
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
    let mut lines_until = 0;
    loop {
        let gap = gap_len(grammar, &input[start..]);
        position = position.after(&input[start..start + gap]);
        start += gap;
        let rest = &input[start..];
        if rest.is_empty() {
            return outcomes;
        }
        let is_line = start < lines_until;
        let framed = if is_line { Newline::new().frame(rest) } else { framed(grammar, rest) };
        let frame = match framed {
            Ok(frame) => &rest[..frame.len],
            Err(_) if G::FALLS_BACK_TO_LINES && !is_line => {
                lines_until = start + hidden_len(&framed, rest);
                continue;
            }
            Err(FrameError::Malformed(mismatch)) => {
                let behind = rest[mismatch.offset..].iter().position(|&byte| byte == b'\n');
                &rest[..behind.map_or(rest.len(), |at| mismatch.offset + at + 1)]
            }
            Err(_) => rest,
        };
        outcomes.push(one_on_slice(grammar, position, frame));
        position = position.after(frame);
        start += frame.len();
    }
}

/// The first frame of `rest`, which may lack the line ending behind it.
fn framed<G: Grammar>(grammar: &G, rest: &[u8]) -> Result<Frame, FrameError> {
    let mut framer = grammar.framer();
    framer.frame(rest).or_else(|error| {
        if error.is_incomplete() && G::FALLS_BACK_TO_LINES {
            framer.discard(rest.len());
            framer.frame(b"\n")?;
            return Ok(Frame { len: rest.len(), payload: 0..rest.len() });
        }
        Err(error)
    })
}

/// How far the lines of a record whose end is hidden are judged one by one.
fn hidden_len(framed: &Result<Frame, FrameError>, rest: &[u8]) -> usize {
    match framed {
        Err(FrameError::Malformed(mismatch)) => mismatch.offset + 1,
        _ => rest.len(),
    }
}

fn gap_len<G: Grammar>(grammar: &G, rest: &[u8]) -> usize {
    let mut scanner = Scanner::new(rest, Slice::new(grammar.stops()));
    grammar.skip_gap(&mut scanner);
    scanner.offset()
}

/// What became of the record that is `frame`.
fn one_on_slice<G: Grammar + Clone>(
    grammar: &G,
    start: Position,
    frame: &[u8],
) -> Result<String, (Position, String)>
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
    match error {
        None => Ok(format!("{record:?}")),
        Some((offset, reason)) => Err((start.after(&frame[..offset]), reason)),
    }
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
