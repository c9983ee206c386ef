//! Values as text: strings of JSON (RFC 8259, section 7) and fields of CSV (RFC 4180, section 2).

use std::iter;

use zc_parse::http1::Pairs;

use crate::parse::target::Target;

/// Appends `text` as a JSON string; returns how many replacement characters stand in it for
/// bytes that are not UTF-8.
pub(crate) fn json_string(out: &mut Vec<u8>, text: &[u8]) -> u64 {
    out.push(b'"');
    let replaced = escape(out, text);
    out.push(b'"');
    replaced
}

/// Appends what stands for `text` between the quotes of a JSON string; returns what
/// [`json_string`] does.
#[inline]
pub(crate) fn escape(out: &mut Vec<u8>, text: &[u8]) -> u64 {
    if is_plain(text) {
        out.extend_from_slice(text);
        return 0;
    }
    let mut replaced = 0;
    for chunk in text.utf8_chunks() {
        escaped(out, chunk.valid().as_bytes());
        if !chunk.invalid().is_empty() {
            out.extend_from_slice("\u{fffd}".as_bytes());
            replaced += 1;
        }
    }
    replaced
}

/// Appends `text`, however long, as a JSON string part by part, since escapes make it up to six
/// times as long; returns what [`json_string`] does.
#[inline]
pub(crate) fn push_string<T: Target>(target: &mut T, text: &[u8]) -> Result<u64, T::Error> {
    if text.len() < LONG {
        return Ok(json_string(target.buffer(), text));
    }
    target.buffer().push(b'"');
    let replaced = push_long(target, text)?;
    target.buffer().push(b'"');
    Ok(replaced)
}

/// From how many bytes on a string, or all those of a list, are long: what is shorter is written
/// with its whole record.
pub(crate) const LONG: usize = 32 << 10;

fn push_long<T: Target>(target: &mut T, text: &[u8]) -> Result<u64, T::Error> {
    if is_plain(text) {
        target.append(text)?;
        return Ok(0);
    }
    let mut replaced = 0;
    for part in parts(text) {
        replaced += escape(target.buffer(), part);
        target.spill()?;
    }
    Ok(replaced)
}

/// The bytes of `text` in parts of some KiB, none of which begins within a character.
pub(crate) fn parts(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    iter::from_fn(move || {
        let part = &rest[..part_len(rest)];
        rest = &rest[part.len()..];
        (!part.is_empty()).then_some(part)
    })
}

fn part_len(rest: &[u8]) -> usize {
    const LEN: usize = 8 << 10;
    if rest.len() <= LEN {
        return rest.len();
    }
    let is_inside = |at: &usize| matches!(rest[*at], 0x80..=0xbf);
    // Behind four such bytes in a row no character goes on.
    (LEN - 3..=LEN).rev().find(|at| !is_inside(at)).unwrap_or(LEN)
}

/// Appends `pairs` as a JSON array of arrays of two strings; returns what [`json_string`] does.
pub(crate) fn json_pairs<T: Target>(target: &mut T, pairs: Pairs<'_>) -> Result<u64, T::Error> {
    let mut replaced = 0;
    let mut separator = b'[';
    for (name, value) in pairs {
        target.buffer().extend_from_slice(&[separator, b'[']);
        replaced += push_string(target, name)?;
        target.buffer().push(b',');
        replaced += push_string(target, value)?;
        target.buffer().push(b']');
        if pairs.as_bytes().len() >= LONG {
            target.spill()?;
        }
        separator = b',';
    }
    if separator == b'[' {
        target.buffer().push(b'[');
    }
    target.buffer().push(b']');
    Ok(replaced)
}

/// Whether `text` is ASCII that stands in a JSON string as it is; looks at 8 bytes at a time.
#[inline]
fn is_plain(text: &[u8]) -> bool {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    // The high bit of each byte that is below 0x20, zero after the XOR, or not ASCII; a borrow
    // may mark more bytes, but only above one that is marked rightly.
    let below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word;
    let marks = |word: u64| {
        let quote = below(word ^ (ONES * u64::from(b'"')), 1);
        let backslash = below(word ^ (ONES * u64::from(b'\\')), 1);
        (word | below(word, 0x20) | quote | backslash) & HIGH
    };
    let (words, rest) = text.as_chunks::<8>();
    let any = words.iter().fold(0, |any, word| any | marks(u64::from_le_bytes(*word)));
    let mut last = [b' '; 8];
    last[..rest.len()].copy_from_slice(rest);
    any | marks(u64::from_le_bytes(last)) == 0
}

fn escaped(out: &mut Vec<u8>, mut text: &[u8]) {
    while let Some(at) = text.iter().position(|&byte| matches!(byte, b'"' | b'\\' | 0..0x20)) {
        out.extend_from_slice(&text[..at]);
        let byte = text[at];
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            _ => {
                let digit = |nibble: u8| b"0123456789abcdef"[usize::from(nibble)];
                out.extend_from_slice(&[
                    b'\\',
                    b'u',
                    b'0',
                    b'0',
                    digit(byte >> 4),
                    digit(byte & 15),
                ]);
            }
        }
        text = &text[at + 1..];
    }
    out.extend_from_slice(text);
}

/// Appends `field` as a field of CSV, in quotes where it needs them.
pub(crate) fn csv_field(out: &mut Vec<u8>, field: &[u8]) {
    if !needs_quotes(field) {
        out.extend_from_slice(field);
        return;
    }
    out.push(b'"');
    double_quotes(out, field);
    out.push(b'"');
}

/// Whether a field of CSV must stand in quotes.
pub(crate) fn needs_quotes(field: &[u8]) -> bool {
    field.iter().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r'))
}

/// Appends what stands for a field, or a part of it, between quotes.
pub(crate) fn double_quotes(out: &mut Vec<u8>, mut field: &[u8]) {
    while let Some(at) = memchr::memchr(b'"', field) {
        out.extend_from_slice(&field[..=at]);
        out.push(b'"');
        field = &field[at + 1..];
    }
    out.extend_from_slice(field);
}

#[cfg(test)]
mod tests {
    use super::{csv_field, escape, json_string, parts};

    #[track_caller]
    fn check_json(text: &[u8], replaced: u64) {
        let mut out = Vec::new();
        assert_eq!(json_string(&mut out, text), replaced);
        let read: String = serde_json::from_slice(&out).unwrap();
        assert_eq!(read, String::from_utf8_lossy(text));
    }

    #[test]
    fn every_byte_survives_as_json_or_is_replaced() {
        check_json(b"", 0);
        check_json("aä€😀\"\\/".as_bytes(), 0);
        (0..0x80).for_each(|byte| check_json(&[b'a', byte, b'b'], 0));
        (0x80..=0xff).for_each(|byte| check_json(&[b'a', byte, b'b'], 1));
        check_json(b"\xf0\x9f\x98 \xe4\xff", 3);
    }

    #[test]
    fn parts_of_a_long_text_are_escaped_as_the_whole_is() {
        for unit in ["a", "\u{e4}b", "\u{20ac}", "\u{1f600}", "\n", "\u{0}\u{20ac}"] {
            check_parts(&unit.as_bytes().repeat(20_000 / unit.len()));
            check_parts(&[b"xyz", &unit.as_bytes().repeat(20_000 / unit.len())[..]].concat());
        }
        check_parts(&b"\x80".repeat(30_000));
        check_parts(&b"\xf0\x9f\x98".repeat(10_000));
        check_parts(&b"\xf0\x90\x80\x80\x80\x80".repeat(5_000));
    }

    #[track_caller]
    fn check_parts(text: &[u8]) {
        let (mut whole, mut in_parts) = (Vec::new(), Vec::new());
        let replaced = escape(&mut whole, text);
        let sum: u64 = parts(text).map(|part| escape(&mut in_parts, part)).sum();
        assert_eq!((sum, in_parts), (replaced, whole));
    }

    #[test]
    fn fields_of_csv_are_quoted_only_where_they_need_it() {
        for (field, expected) in [
            ("plain text", "plain text"),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("", ""),
        ] {
            let mut out = Vec::new();
            csv_field(&mut out, field.as_bytes());
            assert_eq!(out, expected.as_bytes());
        }
    }
}
