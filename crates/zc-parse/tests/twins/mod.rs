//! Runs every grammar on both back ends and compares what became of each record.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Debug;
use std::ops::ControlFlow::Continue;

use zc_core::Position;
use zc_core::mask::{Found, Level};
use zc_parse::{
    Bulk, CombinedLog, CommandLine, CommonLog, Grammar, Kv, Lines, Logfmt, Outcome, Records,
    UriReference,
};

/// What became of each record: its fields, or where it failed and why.
pub(crate) type Outcomes = Vec<Result<String, (Position, String)>>;

/// The slice back end, on one line after the other.
pub(crate) fn on_slices<G: Grammar>(
    grammar: &G,
    input: &[u8],
    is_gap: fn(&[u8]) -> bool,
) -> Outcomes
where
    for<'i> G::Record<'i>: Debug,
{
    let mut position = Position::START;
    let mut outcomes = Vec::new();
    for line in input.split_inclusive(|&byte| byte == b'\n') {
        if !is_gap(line) {
            outcomes.push(one_on_slice(grammar, position, line));
        }
        position = position.after(line);
    }
    outcomes
}

fn one_on_slice<G: Grammar>(
    grammar: &G,
    start: Position,
    line: &[u8],
) -> Result<String, (Position, String)>
where
    for<'i> G::Record<'i>: Debug,
{
    let place = |offset: usize| start.after(&line[..offset]);
    match grammar.parse_one(line) {
        Ok((record, b"" | b"\n" | b"\r\n" | b"\r")) => Ok(format!("{record:?}")),
        Ok((_, rest)) => {
            let found = Found::at(rest, 0);
            let reason = format!("found {found}; expected the end of the line");
            Err((place(line.len() - rest.len()), reason))
        }
        Err(error) => {
            let offset = usize::try_from(error.position().offset).unwrap();
            Err((place(offset), error.reason().to_string()))
        }
    }
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
                Ok(parsed) => Ok(format!("{:?}", parsed.record)),
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

#[track_caller]
fn check_grammar<G: Grammar + Copy>(grammar: G, input: &[u8], is_gap: fn(&[u8]) -> bool)
where
    for<'i> G::Record<'i>: Debug,
{
    let expected = on_slices(&grammar, input, is_gap);
    for level in [Level::Detected, Level::Baseline, Level::Portable] {
        assert_eq!(on_masks(grammar, input, usize::MAX, level), expected, "{level:?}");
    }
    for piece in [1, 7, 64, 1000] {
        assert_eq!(on_masks(grammar, input, piece, Level::Detected), expected, "pieces of {piece}");
    }
    let records = Records::new(grammar, input).map(|record| match record {
        Ok(record) => Ok(format!("{record:?}")),
        Err(error) => Err((error.position(), error.reason().to_string())),
    });
    assert_eq!(records.collect::<Outcomes>(), expected);
}

/// Checks that every grammar reads `input` alike on slices and on masks.
#[track_caller]
pub(crate) fn check(input: &[u8]) {
    let is_kv_gap = |line: &[u8]| {
        let blanks = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        matches!(line.iter().find(|byte| !blanks(byte)), None | Some(b'#'))
    };
    check_grammar(Kv, input, is_kv_gap);
    check_grammar(Lines, input, |_| false);
    check_grammar(UriReference, input, |_| false);
    check_grammar(Logfmt, input, |line| line.iter().all(|&byte| byte <= b' '));
    check_grammar(CommandLine, input, |_| false);
    check_grammar(CommonLog, input, |_| false);
    check_grammar(CombinedLog, input, |_| false);
}
