//! The format by hand, a byte at a time; and the copying way, which is the same but owns what it
//! found.

use std::borrow::Cow;

use zc_core::Copies;

use super::{each_line, unescape, weight};
use crate::answer::{Answer, Done};

/// The copying way: every key and every value becomes a vector of its own, and so do the pairs
/// of a line.
pub(super) fn read_all_owned(bytes: &[u8]) -> Done {
    let mut decode = 0;
    let done = each_line(bytes, |line, answer| {
        let mut pairs = Vec::new();
        each_pair(line, |key, value| pairs.push((key.to_vec(), value.map(Cow::into_owned))))?;
        for (key, value) in &pairs {
            decode += (key.len() + value.as_ref().map_or(0, Vec::len)) as u64;
            answer.add(weight(key, value.as_deref()));
        }
        Some(())
    });
    Done::with_copies(done.answer, Copies { decode, ..Copies::default() })
}

#[inline(always)]
pub(super) fn read(line: &[u8], answer: &mut Answer) -> Option<()> {
    each_pair(line, |key, value| answer.add(weight(key, value.as_deref())))
}

#[inline(always)]
fn each_pair<'i>(
    line: &'i [u8],
    mut visit: impl FnMut(&'i [u8], Option<Cow<'i, [u8]>>),
) -> Option<()> {
    let mut at = 0;
    while let Some(&byte) = line.get(at) {
        if byte <= b' ' {
            at += 1;
            continue;
        }
        let key_end = word_end(line, at);
        let key = line.get(at..key_end).filter(|key| !key.is_empty())?;
        let value_start = key_end + 1;
        at = match (line.get(key_end), line.get(value_start)) {
            (Some(b'='), Some(b'"')) => {
                let (value, end) = quoted(line, value_start + 1)?;
                visit(key, Some(value));
                end
            }
            (Some(b'='), _) => {
                let end = word_end(line, value_start);
                visit(key, Some(Cow::Borrowed(&line[value_start..end])));
                end
            }
            _ => {
                visit(key, None);
                key_end
            }
        };
        if line.get(at).is_some_and(|&byte| byte > b' ') {
            return None;
        }
    }
    Some(())
}

#[inline(always)]
fn word_end(line: &[u8], start: usize) -> usize {
    let is_end = |&byte: &u8| byte <= b' ' || byte == b'=' || byte == b'"';
    line[start..].iter().position(is_end).map_or(line.len(), |len| start + len)
}

/// The text up to the closing quote, and where it goes on behind it.
#[inline(always)]
fn quoted(line: &[u8], start: usize) -> Option<(Cow<'_, [u8]>, usize)> {
    let (mut at, mut has_escapes) = (start, false);
    loop {
        match line.get(at)? {
            b'"' => break,
            b'\\' => {
                has_escapes = true;
                at += 2;
            }
            _ => at += 1,
        }
    }
    let raw = &line[start..at];
    let text = if has_escapes { unescape(raw) } else { Cow::Borrowed(raw) };
    Some((text, at + 1))
}
