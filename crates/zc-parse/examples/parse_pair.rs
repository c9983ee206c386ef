//! `key=value` by a nom parser written by hand, and by the grammar `Kv` as a nom parser.

use std::io::{self, Write};

use nom::bytes::complete::{tag, take_while1};
use nom::combinator::rest;
use nom::sequence::separated_pair;
use nom::{IResult, Parser};
use zc_core::Source;
use zc_parse::{Kv, Pair};

/// What lies before the first `=`, and what lies after it.
fn parse_pair(input: &[u8]) -> IResult<&[u8], (&[u8], &[u8])> {
    separated_pair(take_while1(|byte| byte != b'='), tag("="), rest).parse(input)
}

/// The same by the grammar, which also ends at the line and takes quotes off the value.
fn parse_pair_by_grammar(input: &[u8]) -> IResult<&[u8], Pair<&[u8]>> {
    zc_parse::nom::parser(Kv).parse(input)
}

pub(crate) fn run(out: &mut impl Write) -> io::Result<()> {
    for line in [&b"key=value"[..], b"url=a?b=c", b"empty=", b"no pair", b"=no key"] {
        write!(out, "{}: ", line.escape_ascii())?;
        match (parse_pair(line), parse_pair_by_grammar(line)) {
            (Ok((_, (key, value))), Ok((_, pair))) if (key, value) == (pair.key, pair.value) => {
                let source = Source::new(line);
                let is_borrowed =
                    [key, value, pair.key, pair.value].map(|part| source.borrows(part));
                let how = if is_borrowed == [true; 4] { "borrowed" } else { "copied" };
                writeln!(out, "`{}` and `{}`, {how}", key.escape_ascii(), value.escape_ascii())?;
            }
            (Err(_), Err(_)) => writeln!(out, "neither parser takes it")?,
            _ => writeln!(out, "the parsers differ")?,
        }
    }
    Ok(())
}

pub(crate) fn main() -> io::Result<()> {
    run(&mut io::stdout().lock())
}
