//! Reads a header section: header lines and the empty line behind them.

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
    let bytes = input.input();
    let begin = input.offset();
    let mut start = begin;
    headers.clear();
    loop {
        let colon = input.find(NAME, start);
        let end = input.find(VALUE, start);
        if colon == start {
            break;
        }
        let (Some(name), Some([b':', value @ ..])) =
            (bytes.get(start..colon), bytes.get(colon..end))
        else {
            return Err(mismatch(colon, Expected::Byte(b':')));
        };
        let value = without_blanks(value);
        let Some(next) = line_end(bytes, end, ending) else {
            return Err(bad_end(bytes, end, ending));
        };
        if headers.len() == most_headers {
            return Err(mismatch(start, Expected::Named("no more headers than are allowed")));
        }
        headers.push(Header { name, value });
        if may_frame(name) {
            let value_offset = end - trim_start(&bytes[colon + 1..end]).len();
            framing.header((name, start), (value, value_offset))?;
        }
        start = next;
    }
    headers.set_section(bytes.get(begin..start).unwrap_or_default());
    let Some(end) = line_end(bytes, start, ending) else {
        return Err(bad_header(bytes, start, ending));
    };
    input.set_offset(end);
    Ok(())
}

/// As [`trim`], at no cost where a value has one space before it, as most have.
#[inline(always)]
fn without_blanks(value: &[u8]) -> &[u8] {
    if let [b' ', inner @ ..] = value
        && inner.first().is_some_and(|first| *first > b' ')
        && inner.last().is_some_and(|last| *last > b' ')
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
    let rest = bytes.get(offset..)?;
    if rest.first_chunk() == Some(b"\r\n") {
        return Some(offset + 2);
    }
    (ending == Ending::Lenient && rest.first() == Some(&b'\n')).then_some(offset + 1)
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
