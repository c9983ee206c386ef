//! The format as a nom 8 grammar, as people who know nom write it: combinators, memchr inside of
//! quotes, and nothing that allocates but the text of a value with escapes.

use std::borrow::Cow;

use nom::branch::alt;
use nom::bytes::complete::{take, take_while, take_while1};
use nom::character::complete::{char, space0, space1};
use nom::combinator::{eof, iterator, map, opt};
use nom::error::{Error, ErrorKind};
use nom::sequence::{delimited, preceded, terminated};
use nom::{Err, IResult, Parser};

use super::{unescape, weight};
use crate::answer::Answer;

type Pair<'i> = (&'i [u8], Option<Cow<'i, [u8]>>);

pub(super) fn read(line: &[u8], answer: &mut Answer) -> Option<()> {
    let (line, _) = space0::<_, Error<&[u8]>>(line).ok()?;
    let mut pairs = iterator(line, terminated(pair, alt((space1, eof))));
    for (key, value) in pairs.by_ref() {
        answer.add(weight(key, value.as_deref()));
    }
    let (rest, ()) = pairs.finish().ok()?;
    rest.is_empty().then_some(())
}

fn pair(input: &[u8]) -> IResult<&[u8], Pair<'_>> {
    let value = alt((quoted, map(take_while(is_word), Cow::Borrowed)));
    (take_while1(is_word), opt(preceded(char('='), value))).parse_complete(input)
}

fn is_word(byte: u8) -> bool {
    byte > b' ' && byte != b'=' && byte != b'"'
}

fn quoted(input: &[u8]) -> IResult<&[u8], Cow<'_, [u8]>> {
    delimited(char('"'), text, char('"')).parse_complete(input)
}

/// Up to a quote that has no backslash before it.
fn text(input: &[u8]) -> IResult<&[u8], Cow<'_, [u8]>> {
    let (mut len, mut has_escapes) = (0, false);
    loop {
        match memchr::memchr2(b'"', b'\\', &input[len..]) {
            Some(at) if input[len + at] == b'"' => {
                let to_text = |raw| if has_escapes { unescape(raw) } else { Cow::Borrowed(raw) };
                return map(take(len + at), to_text).parse_complete(input);
            }
            Some(at) if len + at + 2 <= input.len() => len += at + 2,
            _ => return Err(Err::Error(Error::new(input, ErrorKind::Escaped))),
        }
        has_escapes = true;
    }
}
