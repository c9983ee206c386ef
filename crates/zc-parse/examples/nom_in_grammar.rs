//! A nom parser inside a grammar: lines of a resolver's log, in which nom reads the address.

use std::io::{self, Write};
use std::net::Ipv4Addr;

use nom::character::complete::{char, u8};
use nom::{IResult, Parser};
use zc_core::Mismatch;
use zc_core::mask::{Find, Scanner, StopSet};
use zc_parse::framing::Newline;
use zc_parse::{Grammar, Records};

const SPACE: usize = 0;
const NEWLINE: usize = 1;
const STOPS: &[StopSet] = &[StopSet::of(b" \n"), StopSet::of(b"\n")];

/// The grammar of lines `TYPE ADDRESS NAME`.
struct Answers;

#[derive(Debug, Default)]
struct Answer<'i> {
    kind: &'i [u8],
    address: Option<Ipv4Addr>,
    name: &'i [u8],
}

fn address(input: &[u8]) -> IResult<&[u8], Ipv4Addr> {
    let byte = || u8::<&[u8], nom::error::Error<_>>;
    (byte(), char('.'), byte(), char('.'), byte(), char('.'), byte())
        .map(|(a, _, b, _, c, _, d)| Ipv4Addr::new(a, b, c, d))
        .parse(input)
}

impl Grammar for Answers {
    type Record<'i> = Answer<'i>;
    type Framer = Newline;

    fn framer(&self) -> Newline {
        Newline::new()
    }

    fn stops(&self) -> &[StopSet] {
        STOPS
    }

    fn parse<'i, F: Find>(
        &self,
        line: &mut Scanner<'i, F>,
        answer: &mut Answer<'i>,
    ) -> Result<(), Mismatch> {
        answer.kind = line.until(SPACE, b' ')?;
        answer.address = Some(zc_parse::nom::run(line, address, "an IPv4 address")?);
        line.literal(b" ")?;
        answer.name = line.run(NEWLINE);
        Ok(())
    }
}

pub(crate) fn run(out: &mut impl Write) -> io::Result<()> {
    let log = b"A 192.0.2.7 example.org\nA 192.0.2.999 example.net\nA 198.51.100.1 example.com\n";
    for answer in Records::new(Answers, log) {
        match answer {
            Ok(Answer { kind, address: Some(address), name }) => {
                zc_core::assert_borrows!(&log[..], kind, name);
                writeln!(out, "{}: {address}", name.escape_ascii())?;
            }
            Ok(Answer { address: None, .. }) => unreachable!("a line that is read has an address"),
            Err(error) => writeln!(out, "{error}")?,
        }
    }
    Ok(())
}

pub(crate) fn main() -> io::Result<()> {
    run(&mut io::stdout().lock())
}
