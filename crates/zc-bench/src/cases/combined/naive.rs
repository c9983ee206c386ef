//! The format read in the plainest way, a byte at a time: the answer that all others are held
//! against.

use super::{Line, Request};

pub(super) fn read(line: &[u8]) -> Option<Line<&[u8]>> {
    let fields: [&[u8]; 9] = fields(line).try_into().ok()?;
    let [host, ident, user, time, request, status, bytes, referer, user_agent] = fields;
    Some(Line {
        host,
        ident,
        user,
        time: inner(time),
        request: self::request(inner(request)),
        status: number(status)?.try_into().ok()?,
        bytes: number(bytes)?,
        referer: inner(referer),
        user_agent: inner(user_agent),
    })
}

/// The fields of a line, cut at spaces outside of brackets and quotes.
fn fields(line: &[u8]) -> Vec<&[u8]> {
    let (mut fields, mut start) = (Vec::new(), 0);
    let (mut closing, mut is_escaped) = (None, false);
    for (index, &byte) in line.iter().enumerate() {
        if byte == b' ' && closing.is_none() {
            fields.push(&line[start..index]);
            start = index + 1;
        } else if closing.is_none() && index == start {
            closing = match byte {
                b'[' => Some(b']'),
                b'"' => Some(b'"'),
                _ => None,
            };
        } else if closing == Some(byte) && !is_escaped {
            closing = None;
        }
        is_escaped = byte == b'\\' && !is_escaped;
    }
    fields.push(&line[start..]);
    fields
}

/// What stands between brackets or quotes.
fn inner(field: &[u8]) -> &[u8] {
    field.get(1..field.len() - 1).unwrap_or_default()
}

fn request(whole: &[u8]) -> Request<&[u8]> {
    let parts: Vec<_> = whole.split(|&byte| byte == b' ').collect();
    match parts[..] {
        [method, target, protocol]
            if !method.is_empty() && !target.is_empty() && protocol.starts_with(b"HTTP/") =>
        {
            Request::Line { method, target, protocol }
        }
        _ => Request::Other(whole),
    }
}

fn number(digits: &[u8]) -> Option<u64> {
    if digits == b"-" { Some(0) } else { str::from_utf8(digits).ok()?.parse().ok() }
}
