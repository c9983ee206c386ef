//! [`unescape`]: values as they were before they were put into quotes.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::char::{REPLACEMENT_CHARACTER, decode_utf16};

use zc_core::SliceExt;

/// Undoes the escapes of a value that stood in quotes.
///
/// They are those of JSON (RFC 8259, section 7) and `\'`. A surrogate without its other half
/// becomes U+FFFD. What is no escape stays as it is; the grammar lets no such value pass.
///
/// ```
/// use zc_parse::logfmt::unescape;
///
/// assert_eq!(&*unescape(br#"say \"hi\""#), br#"say "hi""#);
/// assert_eq!(&*unescape(br"\ud83d\ude00"), "😀".as_bytes());
/// ```
///
/// # Copies
///
/// Never without a backslash in `value`, else the whole of it, once.
#[must_use]
pub fn unescape(value: &[u8]) -> Cow<'_, [u8]> {
    if !value.contains(&b'\\') {
        return Cow::Borrowed(value);
    }
    // No escape is shorter than what it stands for.
    let mut text = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find_byte(b'\\') {
        text.extend_from_slice(&rest[..at]);
        rest = undo(&rest[at..], &mut text);
    }
    text.extend_from_slice(rest);
    Cow::Owned(text)
}

/// Appends what the escape at the beginning of `rest` stands for; returns what lies behind it.
fn undo<'v>(rest: &'v [u8], text: &mut Vec<u8>) -> &'v [u8] {
    let byte = match rest.get(1) {
        Some(byte @ (b'"' | b'\\' | b'/' | b'\'')) => *byte,
        Some(b'b') => 0x08,
        Some(b'f') => 0x0c,
        Some(b'n') => b'\n',
        Some(b'r') => b'\r',
        Some(b't') => b'\t',
        _ => return undo_unit(rest, text),
    };
    text.push(byte);
    &rest[2..]
}

/// The same for `\u` and four digits, or two of them that make up one character.
fn undo_unit<'v>(rest: &'v [u8], text: &mut Vec<u8>) -> &'v [u8] {
    let Some(first) = unit(rest) else {
        text.push(b'\\');
        return &rest[1..];
    };
    let pair = unit(&rest[6..]).and_then(|second| decode_utf16([first, second]).next()?.ok());
    let (char, len) = match decode_utf16([first]).next() {
        Some(Ok(char)) => (char, 6),
        _ => pair.map_or((REPLACEMENT_CHARACTER, 6), |char| (char, 12)),
    };
    text.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
    &rest[len..]
}

/// The UTF-16 unit that `\u` and four digits at the beginning of `rest` stand for.
fn unit(rest: &[u8]) -> Option<u16> {
    let digits = rest.strip_prefix(b"\\u")?.first_chunk::<4>()?;
    digits.iter().try_fold(0, |unit, &digit| {
        let value = char::from(digit).to_digit(16)?;
        Some(unit << 4 | u16::try_from(value).ok()?)
    })
}

#[cfg(test)]
mod tests {
    use alloc::borrow::Cow;

    use super::unescape;

    #[track_caller]
    fn check(value: &[u8], expected: &[u8]) {
        assert_eq!(&*unescape(value), expected);
    }

    #[test]
    fn each_escape_is_undone() {
        check(br#"\"\\\/\'"#, br#""\/'"#);
        check(br"\b\f\n\r\t", b"\x08\x0c\n\r\t");
        check(br"\u0041\u00e9\u20AC\u0000.", "Aé€\0.".as_bytes());
        check(br"a\\nb", br"a\nb");
    }

    #[test]
    fn surrogates_are_joined_or_replaced() {
        check(br"\ud83d\ude00", "😀".as_bytes());
        check(br"\ud83d", "\u{fffd}".as_bytes());
        check(br"\ude00\ud83d", "\u{fffd}\u{fffd}".as_bytes());
        check(br"\ud83d\u0041", "\u{fffd}A".as_bytes());
        check(br"\ud83d\ud83d\ude00", "\u{fffd}😀".as_bytes());
    }

    #[test]
    fn what_is_no_escape_stays_as_it_is() {
        for value in [r"\", r"\x", r"\u", r"\u12", r"\u+123", r"\u12g4", "\\\u{e9}", r"a\q\"] {
            check(value.as_bytes(), value.as_bytes());
        }
    }

    #[test]
    fn only_a_value_with_a_backslash_is_copied() {
        assert!(matches!(unescape(b"plain \xff\x00"), Cow::Borrowed(_)));
        assert!(matches!(unescape(b""), Cow::Borrowed(b"")));
        assert!(matches!(unescape(br"\n"), Cow::Owned(text) if text.capacity() == 2));
    }
}
