//! The format by hand, with memchr for every search; and the copying way, which is the same but
//! owns what it found.

use std::borrow::Cow;

use memchr::{memchr, memchr2};
use zc_core::Copies;

use super::{RowSum, unescape};
use crate::answer::{Answer, Done};

pub(super) fn read_all(bytes: &[u8]) -> Done {
    let mut answer = Answer::default();
    let mut rest = bytes;
    loop {
        let mut sum = RowSum::default();
        let Some(next) = row(rest, |text| sum.add(&text)) else { return answer.into() };
        answer.add_row(&sum);
        rest = next;
    }
}

/// The copying way: every field becomes a vector of its own, and so does the row.
pub(super) fn read_all_owned(bytes: &[u8]) -> Done {
    let (mut answer, mut decode) = (Answer::default(), 0);
    let mut rest = bytes;
    loop {
        let mut fields = Vec::new();
        let Some(next) = row(rest, |text| fields.push(text.into_owned())) else { break };
        let mut sum = RowSum::default();
        for text in &fields {
            decode += text.len() as u64;
            sum.add(text);
        }
        answer.add_row(&sum);
        rest = next;
    }
    Done::with_copies(answer, Copies { decode, ..Copies::default() })
}

/// Visits the fields of the first row; returns what lies behind it.
#[inline(always)]
fn row<'i>(mut rest: &'i [u8], mut visit: impl FnMut(Cow<'i, [u8]>)) -> Option<&'i [u8]> {
    loop {
        let field = if let Some(inner) = rest.strip_prefix(b"\"") {
            let (raw, has_escapes) = quoted(inner)?;
            rest = &inner[raw.len() + 1..];
            unescape(raw, has_escapes)
        } else {
            let (raw, behind) = rest.split_at(memchr2(b',', b'\n', rest)?);
            rest = behind;
            Cow::Borrowed(if behind[0] == b'\n' {
                raw.strip_suffix(b"\r").unwrap_or(raw)
            } else {
                raw
            })
        };
        visit(field);
        match rest {
            [b',', behind @ ..] => rest = behind,
            [b'\n', behind @ ..] | [b'\r', b'\n', behind @ ..] => return Some(behind),
            _ => return None,
        }
    }
}

/// What lies before a quote that is not doubled, and whether there are doubled ones in it.
#[inline(always)]
fn quoted(inner: &[u8]) -> Option<(&[u8], bool)> {
    let (mut len, mut has_escapes) = (0, false);
    loop {
        len += memchr(b'"', &inner[len..])?;
        if inner.get(len + 1) != Some(&b'"') {
            return Some((&inner[..len], has_escapes));
        }
        has_escapes = true;
        len += 2;
    }
}
