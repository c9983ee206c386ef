//! Slices and masks are each other's oracle: the same records and the same errors.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Debug;
use std::ops::ControlFlow::Continue;

use proptest::prelude::*;
use zc_core::Position;
use zc_core::mask::Level;
use zc_parse::{Bulk, CombinedLog, CommandLine, CommonLog, Grammar, Kv, Records};

const LINE: &[u8] = br#"83.149.9.216 - frank [17/May/2015:10:05:03 +0000] "GET /a.png HTTP/1.1" 200 203023 "http://example.org/\"x\"" "Mozilla/5.0 (X11)""#;

/// What became of each record: its fields, or where it failed and why.
type Outcomes = Vec<Result<String, (Position, String)>>;

/// The slice back end, on one line after the other.
fn on_slices<G: Grammar>(grammar: &G, input: &[u8], is_gap: fn(&[u8]) -> bool) -> Outcomes
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
            let found = zc_core::mask::Found::at(rest, 0);
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
fn on_masks<G: Grammar>(grammar: G, input: &[u8], piece: usize, level: Level) -> Outcomes
where
    for<'i> G::Record<'i>: Debug,
{
    let mut outcomes = Vec::new();
    let mut bulk = Bulk::new(grammar).with_level(level);
    let (mut start, mut end) = (0, piece.min(input.len()));
    loop {
        let keep = |outcome: Result<zc_parse::Parsed<'_, '_, G::Record<'_>>, zc_parse::Bad<'_>>| {
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

#[track_caller]
fn check(input: &[u8]) {
    let is_kv_gap = |line: &[u8]| matches!(line.trim_ascii_start(), [] | [b'#', ..]);
    check_grammar(Kv, input, is_kv_gap);
    check_grammar(CommandLine, input, |_| false);
    check_grammar(CommonLog, input, |_| false);
    check_grammar(CombinedLog, input, |_| false);
}

#[test]
fn good_lines_and_their_line_endings() {
    for ending in ["\n", "\r\n", "\r", "", "\n\n", " \n", "\r\r\n"] {
        check(format!("a=b{ending}GET /{ending}").as_bytes());
        check(&[LINE, ending.as_bytes(), LINE, ending.as_bytes()].concat());
    }
}

#[test]
fn comments_and_blank_lines_between_pairs() {
    check(b"# one\n\n  # two\n \t\na=b\n#c=d\r\n\r\n e=f\n=\n#");
}

#[test]
fn a_line_cut_anywhere() {
    for end in 0..=LINE.len() {
        check(&[&LINE[..end], b"\n", LINE].concat());
    }
}

#[test]
fn a_byte_of_a_line_replaced_by_another() {
    for at in 0..LINE.len() {
        for byte in *b"\n\"\\ []-=\r\x00\xff7" {
            let mut line = LINE.to_vec();
            line[at] = byte;
            check(&[&line, &b"\n"[..], LINE].concat());
        }
    }
}

#[test]
fn records_on_every_side_of_a_window_boundary() {
    for shift in 0..LINE.len() + 2 {
        let mut input = vec![b'x'; shift];
        input.push(b'\n');
        while input.len() < 40_000 {
            input.extend_from_slice(LINE);
            input.push(b'\n');
        }
        let expected = on_slices(&CombinedLog, &input, |_| false);
        assert_eq!(on_masks(CombinedLog, &input, usize::MAX, Level::Detected), expected);
    }
}

#[test]
fn a_record_longer_than_a_window() {
    for len in [16_000, 16_383, 16_384, 16_385, 50_000] {
        let long = [b"key=", &vec![b'v'; len][..], b"\n"].concat();
        check(&[b"a=b\n", &long[..], b"c=d\n", &long, b"no pair\n"].concat());
    }
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let byte =
        prop_oneof![any::<u8>(), prop::sample::select(&b"\n\n\"\"\\\\ []-=#\r\t0129HTTP/."[..]),];
    prop::collection::vec(byte, 0..400)
}

fn damaged_lines() -> impl Strategy<Value = Vec<u8>> {
    let damage = (any::<prop::sample::Index>(), bytes(), 0..4_usize);
    prop::collection::vec(damage, 1..8).prop_map(|damages| {
        let mut input = Vec::new();
        for (index, bytes, count) in damages {
            let mut line = LINE.to_vec();
            let at = index.index(line.len());
            let removed = count.min(line.len() - at);
            line.splice(at..at + removed, bytes.into_iter().take(count));
            input.extend_from_slice(&line);
            input.push(b'\n');
        }
        input
    })
}

proptest! {
    #[test]
    fn random_input(input in bytes()) {
        check(&input);
    }

    #[test]
    fn damaged_log_lines(input in damaged_lines()) {
        check(&input);
    }
}
