//! The format as a nom 8 grammar, as people who know nom write it: combinators, memchr inside of
//! quotes, and nothing that allocates but the text of a field with doubled quotes.

use std::borrow::Cow;

use nom::branch::alt;
use nom::bytes::complete::{take, take_till};
use nom::character::complete::{char, line_ending};
use nom::combinator::{map, value};
use nom::error::{Error, ErrorKind};
use nom::sequence::delimited;
use nom::{Err, IResult, Parser};

use super::{RowSum, unescape};
use crate::answer::{Answer, Done};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Field,
    Row,
}

pub(super) fn read_all(mut bytes: &[u8]) -> Done {
    let (mut answer, mut row) = (Answer::default(), RowSum::default());
    while let Ok((rest, (text, end))) = (field, end).parse_complete(bytes) {
        row.add(&text);
        if end == End::Row {
            answer.add_row(&row);
            row = RowSum::default();
        }
        bytes = rest;
    }
    answer.into()
}

fn field(input: &[u8]) -> IResult<&[u8], Cow<'_, [u8]>> {
    let bare = take_till(|byte| matches!(byte, b',' | b'\n' | b'\r' | b'"'));
    alt((delimited(char('"'), text, char('"')), map(bare, Cow::Borrowed))).parse_complete(input)
}

fn end(input: &[u8]) -> IResult<&[u8], End> {
    alt((value(End::Field, char(',')), value(End::Row, line_ending))).parse_complete(input)
}

/// Up to a quote that is not doubled.
fn text(input: &[u8]) -> IResult<&[u8], Cow<'_, [u8]>> {
    let (mut len, mut has_escapes) = (0, false);
    while let Some(at) = memchr::memchr(b'"', &input[len..]) {
        len += at;
        if input.get(len + 1) != Some(&b'"') {
            return map(take(len), |raw| unescape(raw, has_escapes)).parse_complete(input);
        }
        has_escapes = true;
        len += 2;
    }
    Err(Err::Error(Error::new(input, ErrorKind::Escaped)))
}
