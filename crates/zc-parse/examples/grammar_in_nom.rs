//! A grammar inside a nom parser: the sections of an INI file, whose pairs are those of [`Kv`].

use std::io::{self, Write};

use nom::bytes::complete::{is_not, tag};
use nom::character::complete::newline;
use nom::multi::{many0, many1};
use nom::sequence::{delimited, terminated};
use nom::{IResult, Parser};
use zc_parse::{Kv, Pair};

const CONFIG: &[u8] = b"[server]\nlisten=127.0.0.1:8080\nroot=/srv\n[log]\nlevel=info\n";

type Section<'i> = (&'i [u8], Vec<Pair<&'i [u8]>>);

fn section(input: &[u8]) -> IResult<&[u8], Section<'_>> {
    let name = delimited(tag("["), is_not("]\n"), tag("]\n"));
    let pairs = many0(terminated(zc_parse::nom::parser(Kv), newline));
    (name, pairs).parse_complete(input)
}

pub(crate) fn run(out: &mut impl Write) -> io::Result<()> {
    let (rest, sections) = many1(section).parse_complete(CONFIG).expect("the file is good");
    assert!(rest.is_empty());
    for (name, pairs) in &sections {
        for Pair { key, value } in pairs {
            zc_core::assert_borrows!(CONFIG, name, key, value);
            let shown = [name, key, value].map(|text| text.escape_ascii());
            writeln!(out, "{}.{}: {}", shown[0], shown[1], shown[2])?;
        }
    }
    Ok(())
}

pub(crate) fn main() -> io::Result<()> {
    run(&mut io::stdout().lock())
}
