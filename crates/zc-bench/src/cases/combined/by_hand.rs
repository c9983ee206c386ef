//! The format by hand, with memchr for every search; and the copying way, which is the same but
//! owns what it found.

use memchr::{memchr, memchr2};
use zc_core::Copies;

use super::{Line, Request, each_line};
use crate::answer::Done;

/// The copying way: every field becomes a vector of its own.
pub(super) fn read_all_owned(bytes: &[u8]) -> Done {
    let mut decode = 0;
    let done = each_line(bytes, |line| {
        Some(read(line)?.map(|field| {
            decode += field.len() as u64;
            field.to_vec()
        }))
    });
    Done::with_copies(done.answer, Copies { decode, ..Copies::default() })
}

pub(super) fn read(line: &[u8]) -> Option<Line<&[u8]>> {
    let (host, rest) = split(line, b' ')?;
    let (ident, rest) = split(rest, b' ')?;
    let (user, rest) = split(rest, b'[')?;
    let (time, rest) = split(rest, b']')?;
    let (request, rest) = quoted(rest.strip_prefix(b" ")?)?;
    let (status, rest) = split(rest.strip_prefix(b" ")?, b' ')?;
    let (bytes, rest) = split(rest, b' ')?;
    let (referer, rest) = quoted(rest)?;
    let (user_agent, rest) = quoted(rest.strip_prefix(b" ")?)?;
    rest.is_empty().then_some(Line {
        host,
        ident,
        user: user.strip_suffix(b" ")?,
        time,
        request: self::request(request),
        status: number(status)?.try_into().ok()?,
        bytes: number(bytes)?,
        referer,
        user_agent,
    })
}

#[inline(always)]
fn split(input: &[u8], end: u8) -> Option<(&[u8], &[u8])> {
    let at = memchr(end, input)?;
    Some((&input[..at], &input[at + 1..]))
}

#[inline(always)]
fn quoted(input: &[u8]) -> Option<(&[u8], &[u8])> {
    let input = input.strip_prefix(b"\"")?;
    let mut start = 0;
    loop {
        let at = start + memchr2(b'"', b'\\', input.get(start..)?)?;
        if input[at] == b'"' {
            return Some((&input[..at], &input[at + 1..]));
        }
        start = at + 2;
    }
}

#[inline(always)]
pub(super) fn request(whole: &[u8]) -> Request<&[u8]> {
    let parts = || {
        let (method, rest) = split(whole, b' ')?;
        let (target, protocol) = split(rest, b' ')?;
        let is_protocol = protocol.starts_with(b"HTTP/") && memchr(b' ', protocol).is_none();
        let is_line = !method.is_empty() && !target.is_empty() && is_protocol;
        is_line.then_some(Request::Line { method, target, protocol })
    };
    parts().unwrap_or(Request::Other(whole))
}

#[inline(always)]
pub(super) fn number(digits: &[u8]) -> Option<u64> {
    if digits == b"-" {
        return Some(0);
    }
    digits.iter().try_fold(0_u64, |value, digit| {
        let digit = digit.wrapping_sub(b'0');
        (digit < 10).then_some(value.checked_mul(10)?.checked_add(digit.into())?)
    })
}
