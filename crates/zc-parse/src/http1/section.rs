//! Reads a header section: header lines and the empty line behind them.

use core::mem;

use zc_core::mask::{Find, Scanner};
use zc_core::{Expected, Mismatch};

use super::body::{Framing, may_frame};
use super::pairs::trim;
use super::{Header, Headers, NAME, VALUE};

/// What ends a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// CRLF, or LF alone: RFC 9112, section 2.2.
    Lenient,
    /// CRLF.
    Crlf,
}

/// Reads header lines up to the empty line, and moves past that.
///
/// The name and the line end by searches that both begin with the line, so that neither waits for
/// the other.
#[inline(never)]
pub(super) fn section<'i, F: Find>(
    input: &mut Scanner<'i, F>,
    headers: &mut Headers<&'i [u8]>,
    most_headers: usize,
    ending: Ending,
    framing: &mut Framing,
) -> Result<(), Mismatch> {
    let (bytes, finder) = (input.input(), input.finder());
    let begin = input.offset();
    let mut start = begin;
    let list = &mut headers.list;
    let mut room = list.room(most_headers);
    let mut slots = list.slots(0, room);
    loop {
        let name_end = finder.find(bytes, start, NAME);
        let end = finder.find(bytes, start, VALUE);
        if name_end == start {
            break;
        }
        let Some((name, value, rest)) = header_line(bytes, start, name_end, end) else {
            return Err(bad_line(bytes, name_end, end, ending));
        };
        let Some(ending_len) = line_end_len(rest, ending) else {
            return Err(bad_line(bytes, name_end, end, ending));
        };
        if slots.len() == 0 {
            if room == most_headers {
                return Err(mismatch(start, Expected::Named("no more headers than are allowed")));
            }
            list.grow();
            let count = mem::replace(&mut room, list.room(most_headers));
            slots = list.slots(count, room);
        }
        let value = without_blanks(value);
        if let Some(slot) = slots.next() {
            *slot = Header { name, value };
        }
        if may_frame(name) {
            let value_offset = end - trim_start(&bytes[name_end + 1..end]).len();
            framing.header((name, start), (value, value_offset))?;
        }
        start = end + ending_len;
    }
    let count = room - slots.len();
    list.keep(count);
    headers.section = bytes.get(begin..start).unwrap_or_default();
    let Some(end) = line_end(bytes, start, ending) else {
        return Err(bad_header(bytes, start, ending));
    };
    input.set_offset(end);
    Ok(())
}

/// The name and the value of the header line from `start` to `end`, and what lies behind it.
#[inline(always)]
fn header_line(
    bytes: &[u8],
    start: usize,
    name_end: usize,
    end: usize,
) -> Option<(&[u8], &[u8], &[u8])> {
    let (line, rest) = bytes.get(start..)?.split_at_checked(end - start)?;
    let (name, value) = line.split_at_checked(name_end - start)?;
    let (b':', value) = value.split_first()? else { return None };
    Some((name, value, rest))
}

/// What is wrong with a header line whose name ends at `name_end`, and itself at `end`.
#[cold]
fn bad_line(bytes: &[u8], name_end: usize, end: usize, ending: Ending) -> Mismatch {
    let (name_end, end) = (name_end.min(bytes.len()), end.min(bytes.len()));
    if name_end < end && bytes[name_end] == b':' {
        return bad_end(bytes, end, ending);
    }
    mismatch(name_end, Expected::Byte(b':'))
}

/// As [`trim`], at no cost where a value has one space before it, as most have.
#[inline(always)]
fn without_blanks(value: &[u8]) -> &[u8] {
    if let [b' ', inner @ ..] = value
        && let ([first, ..], [.., last]) = (inner, inner)
        && *first > b' '
        && *last > b' '
    {
        return inner;
    }
    trim(value)
}

/// `value` from its first byte that is no blank on.
fn trim_start(value: &[u8]) -> &[u8] {
    let blanks = value.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    &value[blanks..]
}

/// The offset behind the line ending at `offset`, if there is one.
#[inline(always)]
pub(super) fn line_end(bytes: &[u8], offset: usize, ending: Ending) -> Option<usize> {
    Some(offset + line_end_len(bytes.get(offset..)?, ending)?)
}

/// The length of the line ending at the beginning of `rest`, if there is one.
#[inline(always)]
fn line_end_len(rest: &[u8], ending: Ending) -> Option<usize> {
    if rest.first_chunk() == Some(b"\r\n") {
        return Some(2);
    }
    (ending == Ending::Lenient && rest.first() == Some(&b'\n')).then_some(1)
}

/// What is wrong with `offset`, at which a line should end.
#[cold]
pub(super) fn bad_end(bytes: &[u8], offset: usize, ending: Ending) -> Mismatch {
    match bytes.get(offset) {
        Some(b'\r') => mismatch(offset + 1, Expected::Byte(b'\n')),
        _ if ending == Ending::Crlf => mismatch(offset, Expected::Named("CRLF")),
        _ => mismatch(offset, Expected::Byte(b'\n')),
    }
}

/// What is wrong with `offset`, at which a header or an empty line should begin.
#[cold]
fn bad_header(bytes: &[u8], offset: usize, ending: Ending) -> Mismatch {
    match bytes.get(offset) {
        Some(b'\r') => bad_end(bytes, offset, ending),
        Some(b' ' | b'\t') => mismatch(offset, Expected::Named("a header that is not folded")),
        _ => mismatch(offset, Expected::Named("a header or an empty line")),
    }
}

#[cold]
pub(super) fn mismatch(offset: usize, expected: Expected) -> Mismatch {
    Mismatch { offset, expected }
}
