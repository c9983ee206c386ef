//! Values in their usual forms, which are there as a whole: read fast, and without any errors.

use core::ops::Range;

use super::{NullForm, Value};

/// A value that is no aggregate and its length, if it has a usual form and is there as a whole;
/// `line` is what stands behind its type byte, at `start`.
#[inline(always)]
pub(super) fn usual_value(
    kind: u8,
    line: &[u8],
    start: usize,
) -> Option<(Value<Range<usize>>, usize)> {
    let (value, end) = match kind {
        b'$' => {
            let (length, header) = usual_number(line)?;
            let end = header + length;
            if line.get(end..)?.first_chunk() != Some(b"\r\n") {
                return None;
            }
            return Some((Value::Bulk(start + header..start + end), end + 2));
        }
        b':' => {
            let (is_negative, digits) = match line {
                [b'-', digits @ ..] => (true, digits),
                digits => (false, digits),
            };
            let (number, len) = usual_number(digits)?;
            let number = i64::try_from(number).ok()?;
            let number = if is_negative { -number } else { number };
            return Some((Value::Integer(number), usize::from(is_negative) + len));
        }
        b'+' | b'-' => {
            let end =
                line.iter().take(USUAL_TEXT).position(|&byte| matches!(byte, b'\r' | b'\n'))?;
            let text = start..start + end;
            (if kind == b'+' { Value::Simple(text) } else { Value::Error(text) }, end)
        }
        b',' => {
            let end = usual_decimal(line)?;
            (Value::Double(start..start + end), end)
        }
        b'_' => (Value::Null(NullForm::Plain), 0),
        b'#' => match line.first()? {
            b't' => (Value::Boolean(true), 1),
            b'f' => (Value::Boolean(false), 1),
            _ => return None,
        },
        _ => return None,
    };
    (line.get(end..)?.first_chunk() == Some(b"\r\n")).then_some((value, end + 2))
}

/// Bytes of a simple string in which its end is looked for one by one.
const USUAL_TEXT: usize = 32;

/// The length of digits with or without a sign and a point in them, whatever stands behind.
#[inline(always)]
fn usual_decimal(line: &[u8]) -> Option<usize> {
    let count = |from: usize| {
        let digits = line.get(from..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
        (digits > 0).then_some(from + digits)
    };
    let end = count(usize::from(line.first() == Some(&b'-')))?;
    if line.get(end) == Some(&b'.') { count(end + 1) } else { Some(end) }
}

/// A number of few digits with the end of its line, and the length of both.
#[inline(always)]
pub(super) fn usual_number(line: &[u8]) -> Option<(usize, usize)> {
    const MOST_DIGITS: usize = 9;
    let mut number = 0;
    for (digits, &byte) in line.iter().enumerate().take(MOST_DIGITS + 1) {
        match byte {
            b'0'..=b'9' => number = number * 10 + usize::from(byte - b'0'),
            b'\r' if digits > 0 && line.get(digits + 1) == Some(&b'\n') => {
                return Some((number, digits + 2));
            }
            _ => return None,
        }
    }
    None
}
