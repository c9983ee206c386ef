//! Grammars inside nom parsers, and nom parsers inside grammars.

use std::ops::ControlFlow::Continue;

use nom::error::Error as NomError;
use nom::{IResult, Parser};
use proptest::prelude::*;
use zc_core::Mismatch;
use zc_core::mask::{Find, Scanner, StopSet};
use zc_parse::framing::Newline;
use zc_parse::{Bulk, CombinedLog, CommandLine, Grammar, Kv};

const STOPS: &[StopSet] = &[StopSet::of(b":\n"), StopSet::of(b"\n")];

/// `host:port`, of which nom reads the port.
struct Address;

impl Grammar for Address {
    type Record<'i> = (&'i [u8], u16);
    type Framer = Newline;

    fn framer(&self) -> Newline {
        Newline::new()
    }

    fn stops(&self) -> &[StopSet] {
        STOPS
    }

    fn parse<'i, F: Find>(
        &self,
        input: &mut Scanner<'i, F>,
        record: &mut (&'i [u8], u16),
    ) -> Result<(), Mismatch> {
        record.0 = input.until(0, b':')?;
        record.1 = zc_parse::nom::run(input, nom::character::complete::u16, "a port")?;
        Ok(())
    }
}

/// Asserts what both back ends make of the one line that `input` is.
#[track_caller]
fn check(input: &[u8], expected: Result<(&[u8], u16), &str>) {
    let mut on_masks = None;
    Bulk::new(Address).finish(input, |outcome| {
        on_masks = Some(outcome.map(|it| *it.record).map_err(|bad| bad.error.to_string()));
        Continue(())
    });
    assert_eq!(on_masks, Some(expected.map_err(str::to_owned)));
    let on_slice = Address.parse_one(input).map(|(record, _)| record);
    assert_eq!(on_slice.map_err(|error| error.to_string()), expected.map_err(str::to_owned));
}

#[test]
fn a_nom_parser_runs_in_the_middle_of_a_grammar() {
    check(b"localhost:8080", Ok((b"localhost", 8080)));
    check(b"::", Err("line 1, column 2 (byte 1): found `:`; expected a port"));
    check(b"localhost:http", Err("line 1, column 11 (byte 10): found `h`; expected a port"));
    check(b"localhost:70000", Err("line 1, column 11 (byte 10): found `7`; expected a port"));
    check(b"a:", Err("line 1, column 3 (byte 2): found the end of the input; expected a port"));
}

/// Asserts that a grammar as a nom parser gives what it gives by itself, and fails where it fails.
fn check_parser<G: Grammar + Copy>(grammar: G, input: &[u8]) -> Result<(), TestCaseError>
where
    for<'i> G::Record<'i>: PartialEq + std::fmt::Debug,
{
    let by_nom: IResult<_, _, NomError<&[u8]>> =
        zc_parse::nom::parser(grammar).parse_complete(input);
    match grammar.parse_one(input) {
        Ok((record, rest)) => prop_assert_eq!(by_nom, Ok((rest, record))),
        Err(error) => match by_nom {
            Err(nom::Err::Error(failed)) => {
                let offset = input.len() - failed.input.len();
                prop_assert_eq!(offset as u64, error.position().offset);
            }
            other => prop_assert!(false, "{:?} instead of {}", other, error),
        },
    }
    Ok(())
}

proptest! {
    #[test]
    fn a_grammar_as_a_nom_parser_agrees_with_itself(input in "[a-c=\"' /\\[\\]\n-]{0,40}") {
        check_parser(Kv, input.as_bytes())?;
        check_parser(CommandLine, input.as_bytes())?;
        check_parser(CombinedLog, input.as_bytes())?;
    }
}
