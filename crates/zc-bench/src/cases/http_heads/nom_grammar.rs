//! RFC 9112 as a nom 8 grammar, as people who know nom write it, with storage for the headers
//! that is used again; and the copying way, which is the same but owns what it found.

use nom::bytes::complete::{tag, take_while, take_while1};
use nom::character::complete::{char, crlf, one_of};
use nom::combinator::iterator;
use nom::sequence::{preceded, terminated};
use nom::{IResult, Parser};

use super::{Read, header_weight, request_weight};

type RequestLine<'i> = (&'i [u8], &'i [u8], char);
type Header<S> = (S, S);

/// Reads a head at the beginning of the bytes it is given.
pub(super) fn reader<'i>() -> impl FnMut(&'i [u8]) -> Read {
    let mut headers = Vec::new();
    move |bytes| {
        headers.clear();
        let (request, rest) = head(bytes, |header| headers.push(header))?;
        Some((weight(request, &headers), bytes.len() - rest.len()))
    }
}

/// The copying way: every part becomes a vector of its own, and so do the headers.
pub(super) fn read_owned(bytes: &[u8]) -> Read {
    let mut headers = Vec::new();
    let push = |(name, value): Header<&[u8]>| headers.push((name.to_vec(), value.to_vec()));
    let ((method, target, minor), rest) = head(bytes, push)?;
    let (method, target) = (method.to_vec(), target.to_vec());
    Some((weight((&method, &target, minor), &headers), bytes.len() - rest.len()))
}

fn weight<S: AsRef<[u8]>>((method, target, minor): RequestLine<'_>, headers: &[Header<S>]) -> u64 {
    let minor = u8::from(minor == '1');
    headers.iter().enumerate().fold(
        request_weight(method.len(), target.len(), minor),
        |weight, (index, (name, value))| {
            weight + header_weight(index, name.as_ref().len(), value.as_ref().len())
        },
    )
}

/// The request line and what lies behind the head; its headers go to `push`.
fn head<'i>(
    bytes: &'i [u8],
    push: impl FnMut(Header<&'i [u8]>),
) -> Option<(RequestLine<'i>, &'i [u8])> {
    let (rest, request) = request_line(bytes).ok()?;
    let mut headers = iterator(rest, header);
    headers.by_ref().for_each(push);
    let (rest, ()) = headers.finish().ok()?;
    let (rest, _) = crlf::<_, nom::error::Error<&[u8]>>(rest).ok()?;
    Some((request, rest))
}

fn request_line(input: &[u8]) -> IResult<&[u8], RequestLine<'_>> {
    let target = take_while1(|byte: u8| byte.is_ascii_graphic());
    let version = preceded(tag("HTTP/1."), one_of("01"));
    (terminated(token, char(' ')), terminated(target, char(' ')), terminated(version, crlf))
        .parse_complete(input)
}

fn header(input: &[u8]) -> IResult<&[u8], Header<&[u8]>> {
    let blanks = || take_while(|byte| matches!(byte, b' ' | b'\t'));
    let name = terminated(token, (char(':'), blanks()));
    let value = take_while(|byte| matches!(byte, b'\t' | b' '..=b'~' | 0x80..));
    let (rest, (name, value)) = (name, terminated(value, crlf)).parse_complete(input)?;
    Ok((rest, (name, value.trim_ascii_end())))
}

fn token(input: &[u8]) -> IResult<&[u8], &[u8]> {
    take_while1(is_token).parse_complete(input)
}

/// RFC 9110, section 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
